//! `POST` and `DELETE /messages/{thread_id}/block`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{Path, Problem};

/// Blocks a thread: neither side can send messages in it.
///
/// Blocking a thread with nicknames blocks all threads with nicknames between you and the partner. Blocking an
/// anonymous thread blocks all threads of the same sender about the same alias on the post, such as 익명3, also those
/// that start later. It does not block a thread that the other side has started or starts. You can also block a thread
/// that you have deleted from your list.
///
/// Unless you are the anonymous author, this is the same block as by `POST /blocks` about what the partner wrote.
#[utoipa::path(post, path = "/messages/{thread_id}/block", tag = "messages",
    params(("thread_id" = ThreadId, Path)), responses(
    (status = 204, description = "The thread is blocked."),
    (status = 409, description = "`blocks_full`: you already have 200 blocks.")))]
pub(crate) async fn block_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found, blocks) = tokio::join!(
        app.authorizer.authorize_account(&caller),
        app.messages.find_even_if_cleared(&caller, id),
        app.blocks.list(&caller),
    );
    let (access, found) = (access?, found?);
    app.messages.block(&access, &caller, found, blocks?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes your block of a thread, and of all threads that the same block covers.
///
/// If the partner has blocked it too, their block stays.
#[utoipa::path(delete, path = "/messages/{thread_id}/block", tag = "messages",
    params(("thread_id" = ThreadId, Path)),
    responses((status = 204, description = "You do not block the thread.")))]
pub(crate) async fn unblock_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.messages.find_even_if_cleared(&caller, id));
    let (access, found) = (access?, found?);
    app.messages.unblock(&access, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}
