//! `GET /messages/{thread_id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Path, Problem};
use campus_core::store::{Error, ThreadMessages, UnreadMessages};
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
/// Reading the first page marks its newest message and everything before it as read, unless many requests change the thread at
/// that moment.
#[utoipa::path(get, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = ThreadId, Path), PageParams),
    responses((status = 200, description = "A page of messages.", body = ThreadMessagesView)))]
pub(crate) async fn show_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<ThreadMessagesView>, Problem> {
    let list = CursorScope::of(&caller, &format!("messages of {id} to {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let is_first = after.is_none();
    let opened = app.messages.open(&caller, id, after, page.limit).await?;
    let unread = opened.unread().filter(|_| is_first);
    // If only `show` fails, the messages count as read, as after a lost response.
    let (shown, marked) = tokio::join!(app.messages.show(&caller, opened), mark_read(&app, &caller, unread));
    let ThreadMessages { seen, is_blocked, page } = shown?;
    marked?;
    let page = Listing::new(page, &app.cursors, &list, |message| MessageView::new(message, &seen));
    Ok(Json(ThreadMessagesView { thread: OpenThreadView::new(seen, is_blocked), page }))
}

/// Marks messages as read. Nothing is marked if the session has ended, because the access token then allows reading but not
/// writing, or if other requests keep changing the thread: the next reading marks them.
async fn mark_read(app: &App, caller: &Caller, unread: Option<UnreadMessages>) -> Result<(), Error> {
    let Some(unread) = unread else { return Ok(()) };
    let marked = async {
        let access = app.authorizer.authorize_account(caller).await?;
        app.messages.mark_read(&access, caller, unread).await
    };
    match marked.await {
        Err(Error::SessionEnded | Error::Contention) => Ok(()),
        result => result,
    }
}
