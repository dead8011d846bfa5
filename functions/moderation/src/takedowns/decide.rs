//! `POST /moderation/takedowns/{id}/decision`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, DecisionNote, Refusal, TakedownDecision, TakedownId, TakedownVerdict};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::state::ModerationState;
use crate::takedowns::view::TakedownView;

request! {
    /// A decision about a takedown request.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewTakedownDecision {
        /// `restrict`: it is hidden for 30 days. `decline`: it stays as it is.
        verdict: TakedownVerdict,
    }
    optional {
        /// For the log.
        note: DecisionNote,
    }
}

/// Decides a takedown request.
///
/// The applicant gets a mail about it, and the author about a restriction. At the end of the 30 days the thing is removed,
/// unless its author has objected. If it is removed already, and no appeal
/// can restore it, the request becomes `removed`.
///
/// Only admins can do this, and not about something that they wrote.
#[utoipa::path(post, path = "/moderation/takedowns/{id}/decision", tag = "moderation", params(("id" = TakedownId, Path)),
    request_body = NewTakedownDecision, responses(
    (status = 200, description = "The decided takedown request.", body = TakedownView),
    (status = 403, description = "`not_admin`."),
    (status = 409, description = "`case_decided`: somebody has decided it.")))]
pub(crate) async fn decide_takedown(
    caller: Caller,
    Path(id): Path<TakedownId>,
    State(state): State<ModerationState>,
    JsonBody(request): JsonBody<NewTakedownDecision>,
) -> Result<Json<TakedownView>, Problem> {
    let app = &state.app;
    let (access, takedown) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.takedowns.find(caller.school, id));
    let access = access?;
    caller.permission(false, Refusal::NotAdmin)?;
    let decision = TakedownDecision {
        verdict: request.verdict,
        note: request.note.unwrap_or_default(),
        decided_by: Some(caller.user),
        decided_at: app.clock.now(),
    };
    let decided = app.takedowns.decide((&access, &caller), &state.mail.sealer, takedown?, &decision).await?;
    Ok(Json(decided.into()))
}
