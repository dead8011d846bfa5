//! `GET /messages/{thread_id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, ThreadId};
use campus_core::http::{List, Listing, PageParams, PageRequest, Path, Problem};
use campus_core::store::{Error, Messaging};

use crate::view::MessageView;

/// Lists the messages of a thread, newest first. Reading the first page marks everything up to its newest as read.
#[utoipa::path(get, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = inline(ThreadId), Path), PageParams), responses(
    (status = 200, description = "A page of messages.", body = Listing<MessageView>),
    (status = 409, description = "`conflict`: others were changing the same thing.")))]
pub(crate) async fn read_thread(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<MessageView>>, Problem> {
    let list = List::of(&caller, &format!("messages of {id} to {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let is_first = after.is_none();
    let found = app.messages.read(&caller, id, after, page.limit).await?;
    if is_first {
        mark_read(&app, &caller, &found).await?;
    }
    let Messaging { thread, side, title, page } = found;
    Ok(Json(Listing::new(page, &app.cursors, &list, |message| MessageView::new(message, side, &thread, title.clone()))))
}

/// Whoever may read no longer than the token lives, because the session has ended, leaves no mark.
async fn mark_read(app: &App, caller: &Caller, found: &Messaging) -> Result<(), Problem> {
    let Messaging { thread, side, page, .. } = found;
    let Some(newest) = page.items.first().filter(|newest| newest.read_through_by(*side) > thread.party(*side).read)
    else {
        return Ok(());
    };
    match app.writers.admit(caller).await {
        Ok(writer) => Ok(app.messages.mark_read(&writer, caller, (thread.clone(), *side), newest).await?),
        Err(Error::SessionEnded) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
