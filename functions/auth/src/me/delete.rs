//! `DELETE /auth/me`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::domain::PasswordAttempt;
use campus_core::http::{JsonBody, MaybeUnverified, Problem};
use campus_core::request;
use utoipa::ToSchema;

use super::{account_error, check_password};
use crate::state::AuthState;

request! {
    /// The confirmation that you want to delete your account.
    #[derive(Debug, ToSchema)]
    pub(crate) struct Withdrawal {
        password: PasswordAttempt,
    }
}

/// Deletes your account. This cannot be undone. Nobody, not even you, can take its login id or nickname for 30 days.
///
/// Your named posts and comments stay, without your nickname. Your anonymous posts and comments do not change. Messages
/// stay with the other side, and reviews and likes stay. All other data of yours is deleted.
#[utoipa::path(delete, path = "/auth/me", tag = "account", request_body = Withdrawal, responses(
    (status = 204, description = "The account is deleted."),
    (status = 403, description = "`wrong_password`."),
    (status = 429, description = "`rate_limited`: too many wrong passwords."),
    (status = 409, description = "`conflict`: the account changed at the same moment.")))]
pub(crate) async fn withdraw(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
    JsonBody(body): JsonBody<Withdrawal>,
) -> Result<StatusCode, Problem> {
    let (access, user) =
        tokio::join!(state.app.authorizer.authorize_account(&caller), state.app.users.get(caller.school, caller.user));
    let (access, user) = (access?, user.map_err(account_error)?);
    let credentials = check_password(&state, &caller, &user, body.password).await?;
    state.app.withdrawals.withdraw(&access, &user, &credentials, &state.resting).await?;
    Ok(StatusCode::NO_CONTENT)
}
