//! `DELETE /messages/{thread_id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{Path, Problem};

/// Clears a thread away, for oneself alone. A later message brings it back, with what came after.
#[utoipa::path(delete, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = inline(ThreadId), Path)), responses((status = 204, description = "It is cleared away.")))]
pub(crate) async fn delete_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.messages.find(&caller, id));
    let (writer, found) = (writer?, found?);
    app.messages.clear(&writer, &caller, found).await?;
    Ok(StatusCode::NO_CONTENT)
}
