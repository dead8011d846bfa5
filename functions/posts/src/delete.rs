//! `DELETE /posts/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::bucket::cleanup;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Path, Problem};

use crate::state::PostsState;

/// Deletes a post.
///
/// The post disappears from all lists within a second or so, and its pictures are deleted. Only its author and admins of the
/// school can do this.
#[utoipa::path(delete, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)), responses(
    (status = 204, description = "The post is deleted."),
    (status = 403, description = "`not_author`."),
    (status = 409, description = "`question_locked`: the post is your question and has comments that are not deleted. \
        Admins can delete such posts of others.")))]
pub(crate) async fn delete_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(state): State<PostsState>,
) -> Result<StatusCode, Problem> {
    let app = &state.app;
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.posts.find(caller.school, id));
    let (access, found) = (access?, found?);
    if let Some(deletion) = app.posts.delete(&access, &caller, found.head).await? {
        cleanup::delete_now(&app.media_deletions, &state.bucket, deletion).await;
    }
    Ok(StatusCode::NO_CONTENT)
}
