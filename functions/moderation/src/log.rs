//! `GET /moderation/log`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CaseId, Refusal};
use campus_core::http::{AuthorView, CursorScope, Listing, PageParams, PageRequest, Problem};
use campus_core::store::LogItem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::cases::view::DecisionView;

/// An entry of the moderation log.
#[derive(Serialize, ToSchema)]
#[schema(as = LogEntry)]
pub(crate) struct LogEntryView {
    case_id: CaseId,
    #[serde(flatten)]
    decision: DecisionView,
    /// The admin who decided.
    decided_by: AuthorView,
}

impl From<LogItem> for LogEntryView {
    fn from(item: LogItem) -> Self {
        let LogItem { case_id, decision, decided_by } = item;
        Self { case_id, decision: decision.into(), decided_by: decided_by.into() }
    }
}

/// Lists the decisions of your school's admins, newest first.
///
/// Only admins can do this. Decisions about something that you wrote are left out.
#[utoipa::path(get, path = "/moderation/log", tag = "moderation", params(PageParams), responses(
    (status = 200, description = "A page of decisions.", body = Listing<LogEntryView>),
    (status = 403, description = "`not_admin`.")))]
pub(crate) async fn list_decisions(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<LogEntryView>>, Problem> {
    caller.permission(false, Refusal::NotAdmin)?;
    let list = CursorScope::of(&caller, "moderation log", &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.cases.log(&caller, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, LogEntryView::from)))
}
