//! `GET /moderation/cases`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CaseState, Refusal};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use crate::cases::view::CaseView;

request! {
    #[derive(IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct CaseFilter {}
    optional {
        /// Default: `open`.
        state: CaseState,
    }
}

/// Lists the cases of your school: open ones, those first that have waited longest, or decided ones, newest decision first.
///
/// Only admins can do this. Cases about something that you wrote are left out.
#[utoipa::path(get, path = "/moderation/cases", tag = "moderation", params(CaseFilter, PageParams), responses(
    (status = 200, description = "A page of cases.", body = Listing<CaseView>),
    (status = 403, description = "`not_admin`.")))]
pub(crate) async fn list_cases(
    caller: Caller,
    State(app): State<App>,
    Query(filter): Query<CaseFilter>,
    page: PageRequest,
) -> Result<Json<Listing<CaseView>>, Problem> {
    caller.permission(false, Refusal::NotAdmin)?;
    let state = filter.state.unwrap_or(CaseState::Open);
    let name = if state == CaseState::Open { "open cases" } else { "decided cases" };
    let list = CursorScope::of(&caller, name, &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.cases.list(&caller, state, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, CaseView::from)))
}
