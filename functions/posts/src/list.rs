//! `GET /boards/{id}/posts`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{BoardId, Byline, Caller, PostHead};
use campus_core::http::{List, Listing, PageParams, PageRequest, Path, Problem};

use crate::view::ListedPostView;

/// Lists the posts of a board, newest first.
#[utoipa::path(get, path = "/boards/{id}/posts", tag = "posts", params(("id" = inline(BoardId), Path), PageParams),
    responses((status = 200, description = "A page of posts.", body = Listing<ListedPostView>)))]
pub(crate) async fn list_posts(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<ListedPostView>>, Problem> {
    let list = List::of(&caller, &format!("posts of {id}"), &[]);
    let after = page.after(&app.cursors, &list)?;
    let (board, found) =
        tokio::join!(app.boards.get(caller.school, id), app.posts.list(caller.school, id, after, page.limit));
    let (_board, found) = (board?, found?);
    let authors = found.items.iter().map(PostHead::byline).filter_map(Byline::user);
    let nicknames = app.users.nicknames(caller.school, authors).await?;
    let show = |head: PostHead| {
        let author = head.byline().shown(&nicknames);
        ListedPostView::new(head, author, &caller)
    };
    Ok(Json(Listing::new(found, &app.cursors, &list, show)))
}
