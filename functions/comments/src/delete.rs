//! `DELETE /comments/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, CommentId};
use campus_core::http::{Path, Problem};

/// Deletes a comment.
///
/// If it has replies, a placeholder without text and author stays until the last reply is deleted. Only its author and
/// admins of the school can do this.
#[utoipa::path(delete, path = "/comments/{id}", tag = "comments", params(("id" = CommentId, Path)), responses(
    (status = 204, description = "The comment is deleted."),
    (status = 403, description = "`not_author`.")))]
pub(crate) async fn delete_comment(
    caller: Caller,
    Path(id): Path<CommentId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.comments.find(caller.school, id));
    let (access, found) = (access?, found?);
    app.comments.delete(&access, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}
