//! `POST` and `DELETE /messages/{thread_id}/block`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{Path, Problem};

/// Blocks a thread: neither of the two can write to it. Where neither hides, that holds for all such threads of the two;
/// otherwise for this thread alone. Also a thread that one has cleared away can be blocked.
#[utoipa::path(post, path = "/messages/{thread_id}/block", tag = "messages",
    params(("thread_id" = inline(ThreadId), Path)), responses((status = 204, description = "It is blocked.")))]
pub(crate) async fn block_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.messages.find_any(&caller, id));
    let (writer, found) = (writer?, found?);
    app.messages.block(&writer, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one's block back. The other's stays, if there is one.
#[utoipa::path(delete, path = "/messages/{thread_id}/block", tag = "messages",
    params(("thread_id" = inline(ThreadId), Path)), responses((status = 204, description = "One has not blocked it.")))]
pub(crate) async fn unblock_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.messages.find_any(&caller, id));
    let (writer, found) = (writer?, found?);
    app.messages.unblock(&writer, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}
