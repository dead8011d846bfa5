//! `GET /moderation/log`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{
    Caller, CaseId, Decision, DecisionNote, Refusal, Sanction, TakedownDecision, TakedownId, TakedownVerdict, Time,
    Verdict,
};
use campus_core::http::{AuthorView, CursorScope, Listing, PageParams, PageRequest, Problem};
use campus_core::store::{LogItem, LoggedDecision};
use serde::Serialize;
use utoipa::ToSchema;

/// An entry of the moderation log: a decision about a case or a takedown request.
#[derive(Serialize, ToSchema)]
#[schema(as = LogEntry)]
pub(crate) struct LogEntryView {
    /// What the decision is about.
    case_id: CaseId,
    /// The takedown request. Null if the decision is about the reports.
    takedown_id: Option<TakedownId>,
    verdict: LoggedVerdict,
    sanction: Sanction,
    note: DecisionNote,
    decided_at: Time,
    /// The admin who decided. Null if an operator of the service did.
    decided_by: Option<AuthorView>,
}

/// `restore` and `remove` are about reports, `restrict` and `decline` about a takedown request.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LoggedVerdict {
    Restore,
    Remove,
    Restrict,
    Decline,
}

impl From<LogItem> for LogEntryView {
    fn from(item: LogItem) -> Self {
        let LogItem { case_id, decision, decided_by } = item;
        let decided_by = decided_by.map(AuthorView::from);
        match decision {
            LoggedDecision::Case(Decision { verdict, sanction, note, decided_at, .. }) => {
                let verdict = match verdict {
                    Verdict::Restore => LoggedVerdict::Restore,
                    Verdict::Remove => LoggedVerdict::Remove,
                };
                Self { case_id, takedown_id: None, verdict, sanction, note, decided_at, decided_by }
            }
            LoggedDecision::Takedown(id, TakedownDecision { verdict, note, decided_at, .. }) => {
                let verdict = match verdict {
                    TakedownVerdict::Restrict => LoggedVerdict::Restrict,
                    TakedownVerdict::Decline => LoggedVerdict::Decline,
                };
                let (takedown_id, sanction) = (Some(id), Sanction::None);
                Self { case_id, takedown_id, verdict, sanction, note, decided_at, decided_by }
            }
        }
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
