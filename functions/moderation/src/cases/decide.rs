//! `POST /moderation/cases/{id}/decision`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CaseId, Decision, DecisionNote, Refusal, ReportReason, Sanction, Verdict};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::cases::view::CaseView;

request! {
    /// A decision about a case.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewDecision {
        /// `restore`: it stays, and reports do not hide it again unless it is edited. `remove`: it stays hidden.
        verdict: Verdict,
        /// `apply`: the author takes the next step of the sanctions. You do not learn which step it is.
        sanction: Sanction,
    }
    optional {
        /// Why it is removed, for the author. Default: the reason with the most weight in the reports. The pictures of a
        /// post that is removed for `illegal_media` are deleted at once. Only with `remove`.
        reason: ReportReason,
        /// For the log.
        note: DecisionNote,
    }
}

/// Decides a case.
///
/// Only admins can do this, and not about something that they wrote.
#[utoipa::path(post, path = "/moderation/cases/{id}/decision", tag = "moderation", params(("id" = CaseId, Path)),
    request_body = NewDecision, responses(
    (status = 200, description = "The decided case.", body = CaseView),
    (status = 403, description = "`not_admin`."),
    (status = 409, description = "`case_decided`: somebody has decided the case.")))]
pub(crate) async fn decide_case(
    caller: Caller,
    Path(id): Path<CaseId>,
    State(app): State<App>,
    JsonBody(request): JsonBody<NewDecision>,
) -> Result<Json<CaseView>, Problem> {
    let (access, context) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.cases.decision_context(&caller, id));
    let access = access?;
    caller.permission(false, Refusal::NotAdmin)?;
    let decision = Decision {
        verdict: request.verdict,
        sanction: request.sanction,
        note: request.note.unwrap_or_default(),
        decided_by: caller.user,
        decided_at: app.clock.now(),
    };
    decision.check(request.reason)?;
    Ok(Json(app.cases.decide(&access, &caller, context?, (&decision, request.reason)).await?.into()))
}
