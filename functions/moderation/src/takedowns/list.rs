//! `GET /moderation/takedowns`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, Refusal, TakedownState};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use crate::takedowns::view::TakedownView;

request! {
    #[derive(IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct TakedownFilter {}
    optional {
        /// Default: `open`.
        state: TakedownState,
    }
}

/// Lists the takedown requests of your school with a state: open ones, those first that have waited longest, or others,
/// newest first.
///
/// Only admins can do this. Requests about something that you wrote are left out.
#[utoipa::path(get, path = "/moderation/takedowns", tag = "moderation", params(TakedownFilter, PageParams), responses(
    (status = 200, description = "A page of takedown requests.", body = Listing<TakedownView>),
    (status = 403, description = "`not_admin`.")))]
pub(crate) async fn list_takedowns(
    caller: Caller,
    State(app): State<App>,
    Query(filter): Query<TakedownFilter>,
    page: PageRequest,
) -> Result<Json<Listing<TakedownView>>, Problem> {
    caller.permission(false, Refusal::NotAdmin)?;
    let state = filter.state.unwrap_or(TakedownState::Open);
    let name = match state {
        TakedownState::Open => "open takedowns",
        TakedownState::Restricted => "restricted takedowns",
        TakedownState::Declined => "declined takedowns",
        TakedownState::Restored => "restored takedowns",
        TakedownState::Removed => "removed takedowns",
    };
    let list = CursorScope::of(&caller, name, &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.takedowns.list(&caller, state, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, TakedownView::from)))
}
