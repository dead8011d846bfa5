//! `DELETE /posts/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Path, Problem};

/// Deletes a post; it is gone from every list at once. For its author and the school's admins.
#[utoipa::path(delete, path = "/posts/{id}", tag = "posts", params(("id" = inline(PostId), Path)), responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_author`."),
    (status = 409, description = "`question_locked`: it is one's question and has comments. An admin may delete it.")))]
pub(crate) async fn delete_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.posts.find(&caller, id));
    let (writer, found) = (writer?, found?);
    app.posts.delete(&writer, &caller, found.head).await?;
    Ok(StatusCode::NO_CONTENT)
}
