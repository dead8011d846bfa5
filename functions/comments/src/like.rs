//! `POST /comments/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CommentId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes a comment.
///
/// You can like a comment once, and cannot take the like back. From 100 likes on, a like is counted after a few seconds.
/// `like_count` has your like at once, also in other responses to you; in a list that many students read at that moment, a
/// second later.
#[utoipa::path(post, path = "/comments/{id}/like", tag = "comments", params(("id" = CommentId, Path)),
    responses(
    (status = 200, description = "The number of likes, with yours.", body = LikeCount),
    (status = 403, description = "`own_content`: the comment is yours. `content_blinded`, `board_archived`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_comment(
    caller: Caller,
    Path(id): Path<CommentId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize(&caller), app.comments.find(caller.school, id));
    let (access, found) = (access?, found?);
    let like_count = app.comments.like(&access, &caller, found).await?;
    Ok(Json(LikeCount { like_count }))
}
