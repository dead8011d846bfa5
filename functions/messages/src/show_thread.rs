//! `GET /messages/{thread_id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Path, Problem};
use campus_core::store::{Error, SeenThread, ThreadMessages};
use serde::Serialize;
use utoipa::ToSchema;

use crate::view::{MessageView, OpenThreadView};

/// A page of messages, and the thread that they belong to.
#[derive(Serialize, ToSchema)]
#[schema(as = ThreadMessages)]
pub(crate) struct ThreadMessagesView {
    thread: OpenThreadView,
    #[serde(flatten)]
    page: Listing<MessageView>,
}

/// Lists the messages of a thread, newest first. Each page also shows the thread.
///
/// Reading the first page marks its newest message and everything before it as read.
#[utoipa::path(get, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = ThreadId, Path), PageParams), responses(
    (status = 200, description = "A page of messages.", body = ThreadMessagesView),
    (status = 503, description = "`busy`: concurrent requests prevented marking the messages as read.")))]
pub(crate) async fn show_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<ThreadMessagesView>, Problem> {
    let list = CursorScope::of(&caller, &format!("messages of {id} to {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let is_first = after.is_none();
    let found = app.messages.list_messages(&caller, id, after, page.limit).await?;
    if is_first {
        mark_read(&app, &caller, &found).await?;
    }
    let ThreadMessages { seen, is_blocked, page } = found;
    let page = Listing::new(page, &app.cursors, &list, |message| MessageView::new(message, &seen));
    Ok(Json(ThreadMessagesView { thread: OpenThreadView::new(seen, is_blocked), page }))
}

/// Marks everything up to the newest message of the page as read. If the session has ended, the access token still
/// allows reading but not writing, so nothing is marked.
async fn mark_read(app: &App, caller: &Caller, found: &ThreadMessages) -> Result<(), Problem> {
    let ThreadMessages { seen: SeenThread { thread, side, .. }, page, .. } = found;
    let newest = page.items.first().map(|seen| &seen.message);
    let Some(newest) = newest.filter(|newest| newest.received_by(*side) > thread.party(*side).read) else {
        return Ok(());
    };
    match app.authorizer.authorize_account(caller).await {
        Ok(access) => Ok(app.messages.mark_read(&access, caller, (thread.clone(), *side), newest).await?),
        Err(Error::SessionEnded) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
