//! `GET /auth/me`.

use axum::Json;
use axum::extract::State;
use campus_core::http::{MaybeUnverified, Problem};

use super::load_account;
use crate::session::UserView;
use crate::state::AuthState;

/// Shows your account.
#[utoipa::path(get, path = "/auth/me", tag = "account",
    responses((status = 200, description = "Your account.", body = UserView)))]
pub(crate) async fn show_me(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
) -> Result<Json<UserView>, Problem> {
    let (user, school) = load_account(&state, &caller).await?;
    Ok(Json(UserView::new(user, school)))
}
