//! `DELETE /comments/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, CommentId};
use campus_core::http::{Path, Problem};

/// Deletes a comment. One that has replies leaves its place, without text and author. For its author and the school's
/// admins.
#[utoipa::path(delete, path = "/comments/{id}", tag = "comments", params(("id" = inline(CommentId), Path)), responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_author`.")))]
pub(crate) async fn delete_comment(
    caller: Caller,
    Path(id): Path<CommentId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.comments.find(caller.school, id));
    let (writer, found) = (writer?, found?);
    app.comments.delete(&writer, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}
