//! `GET /moderation/cases/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CaseId, Refusal};
use campus_core::http::{Path, Problem};

use crate::cases::view::CaseDetailsView;

/// Shows a case with its reports.
///
/// Only admins can do this. A case about something that you wrote does not exist for you.
#[utoipa::path(get, path = "/moderation/cases/{id}", tag = "moderation", params(("id" = CaseId, Path)), responses(
    (status = 200, description = "The case.", body = CaseDetailsView),
    (status = 403, description = "`not_admin`.")))]
pub(crate) async fn show_case(
    caller: Caller,
    Path(id): Path<CaseId>,
    State(app): State<App>,
) -> Result<Json<CaseDetailsView>, Problem> {
    caller.permission(false, Refusal::NotAdmin)?;
    Ok(Json(app.cases.get(&caller, id).await?.into()))
}
