//! `POST /comments/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CommentId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes a comment, once and for good.
#[utoipa::path(post, path = "/comments/{id}/like", tag = "comments", params(("id" = inline(CommentId), Path)), responses(
    (status = 200, description = "How many like it.", body = LikeCount),
    (status = 403, description = "`own_content`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_comment(
    caller: Caller,
    Path(id): Path<CommentId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.comments.find(caller.school, id));
    let (writer, found) = (writer?, found?);
    let like_count = app.comments.like(&writer, &caller, found).await?;
    Ok(Json(LikeCount { like_count }))
}
