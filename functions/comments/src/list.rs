//! `GET /posts/{id}/comments`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Path, Problem};

use crate::view::CommentView;

/// Lists the comments of a post, oldest first.
///
/// Each comment has all of its replies. A page ends early with the comment that brings it to 200 comments and replies. A
/// post that is hidden from you shows no comments. The first page may be a second old, but your own comments are on it at
/// once.
#[utoipa::path(get, path = "/posts/{id}/comments", tag = "comments",
    params(("id" = PostId, Path), PageParams),
    responses((status = 200, description = "A page of comments.", body = Listing<CommentView>)))]
pub(crate) async fn list_comments(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<CommentView>>, Problem> {
    let list = CursorScope::of(&caller, &format!("comments of {id}"), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.comments.list(&caller, id, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, CommentView::from)))
}
