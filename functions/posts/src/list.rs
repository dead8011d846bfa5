//! `GET /boards/{id}/posts`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Path, Problem};

use crate::state::PostsState;
use crate::view::ListedPostView;

/// Lists the posts of a board, newest first.
///
/// A page may be about a second old, but your own posts are on it at once.
#[utoipa::path(get, path = "/boards/{id}/posts", tag = "posts", params(("id" = BoardId, Path), PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_posts(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(state): State<PostsState>,
    page: PageRequest,
) -> Result<Json<Listing<ListedPostView>>, Problem> {
    let app = &state.app;
    let list = CursorScope::of(&caller, &format!("posts of {id}"), &[]);
    let after = page.after(&app.cursors, &list)?;
    let (board, found) =
        tokio::join!(app.boards.get(caller.school, id), app.posts.list(&caller, id, after, page.limit));
    let (_board, found) = (board?, found?);
    let page = ListedPostView::page(&state, found, &caller).await?;
    Ok(Json(Listing::new(page, &app.cursors, &list, |view| view)))
}
