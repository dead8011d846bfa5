//! `GET /moderation/cases/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, CaseId, Refusal};
use campus_core::http::{Path, Problem};

use crate::cases::view::CaseDetailsView;
use crate::state::ModerationState;

/// Shows a case with its reports and pictures.
///
/// Only admins can do this. A case about something that you wrote does not exist for you.
#[utoipa::path(get, path = "/moderation/cases/{id}", tag = "moderation", params(("id" = CaseId, Path)), responses(
    (status = 200, description = "The case.", body = CaseDetailsView),
    (status = 403, description = "`not_admin`.")))]
pub(crate) async fn show_case(
    caller: Caller,
    Path(id): Path<CaseId>,
    State(state): State<ModerationState>,
) -> Result<Json<CaseDetailsView>, Problem> {
    caller.permission(false, Refusal::NotAdmin)?;
    let details = state.app.cases.get(&caller, id).await?;
    Ok(Json(CaseDetailsView::new(details, &state.bucket.signer().await?)?))
}
