//! `GET /messages`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::Caller;
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::view::ThreadView;

/// A page of threads, and the number of unread messages.
#[derive(Serialize, ToSchema)]
#[schema(as = Inbox)]
pub(crate) struct InboxView {
    #[serde(flatten)]
    page: Listing<ThreadView>,
    /// The number of messages in your 100 newest threads that you have not read.
    unread_total: u32,
}

/// Lists your threads, most recent message first.
#[utoipa::path(get, path = "/messages", tag = "messages", params(PageParams),
    responses((status = 200, description = "A page of threads.", body = InboxView)))]
pub(crate) async fn list_threads(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<InboxView>, Problem> {
    let list = CursorScope::of(&caller, &format!("threads of {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.messages.list(&caller, after, page.limit).await?;
    let page = Listing::new(found.page, &app.cursors, &list, ThreadView::from);
    Ok(Json(InboxView { page, unread_total: found.unread_total }))
}
