//! `DELETE /messages/{thread_id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{Path, Problem};

/// Deletes a thread from your list and hides its messages from you.
///
/// The partner's list does not change. The next message brings the thread back, with only the messages after the
/// deletion.
#[utoipa::path(delete, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = ThreadId, Path)),
    responses((status = 204, description = "The thread is deleted from your list.")))]
pub(crate) async fn delete_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.messages.find(&caller, id));
    let (access, found) = (access?, found?);
    app.messages.clear(&access, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}
