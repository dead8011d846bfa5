//! `GET /auth/me`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::Caller;
use campus_core::http::{Code, Problem};
use campus_core::store::Error;

use crate::session::UserView;
use crate::state::Auth;

/// Shows the caller's own account.
#[utoipa::path(get, path = "/auth/me", tag = "auth",
    responses((status = 200, description = "The account.", body = UserView)))]
pub(crate) async fn show_me(caller: Caller, State(auth): State<Auth>) -> Result<Json<UserView>, Problem> {
    let (user, school) = auth.app.users.with_school(caller.school, caller.user).await.map_err(|error| match error {
        // The token outlived the account.
        Error::NotFound => Code::TokenInvalid.into(),
        error => Problem::from(error),
    })?;
    Ok(Json(UserView::new(user, school)))
}
