//! `GET /auth/me`.

use axum::Json;
use axum::extract::State;
use campus_core::http::{MaybeUnverified, Problem};

use super::account_error;
use crate::session::UserView;
use crate::state::AuthState;

/// Shows your account.
#[utoipa::path(get, path = "/auth/me", tag = "account",
    responses((status = 200, description = "Your account.", body = UserView)))]
pub(crate) async fn show_me(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
) -> Result<Json<UserView>, Problem> {
    let owner = state.app.sessions.owner(caller.school, caller.user).await.map_err(account_error)?;
    let restrictions = owner.restrictions().clone();
    Ok(Json(UserView::new(owner.user, owner.school, &restrictions, state.app.clock.now())))
}
