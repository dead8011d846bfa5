//! `DELETE /posts/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Path, Problem};

use crate::state::Posts;
use crate::sweep;

/// Deletes a post; it is gone from every list at once, and its pictures with it. For its author and the school's admins.
#[utoipa::path(delete, path = "/posts/{id}", tag = "posts", params(("id" = inline(PostId), Path)), responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_author`."),
    (status = 409, description = "`question_locked`: it is one's question and has comments; deleted ones do not count. An \
        admin may delete it.")))]
pub(crate) async fn delete_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(posts): State<Posts>,
) -> Result<StatusCode, Problem> {
    let app = &posts.app;
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.posts.find(caller.school, id));
    let (writer, found) = (writer?, found?);
    if let Some(sweep) = app.posts.delete(&writer, &caller, found.head).await? {
        sweep::at_once(&posts, sweep).await;
    }
    Ok(StatusCode::NO_CONTENT)
}
