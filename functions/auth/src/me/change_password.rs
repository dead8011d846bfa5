//! `PUT /auth/me/password`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use campus_core::domain::{Password, PasswordAttempt};
use campus_core::http::{JsonBody, MaybeUnverified, Problem};
use campus_core::request;
use campus_core::store::NewPassword;
use utoipa::ToSchema;

use super::{account_error, check_password};
use crate::device_token::{self, Device};
use crate::state::AuthState;

request! {
    /// A change of your password.
    #[derive(Debug, ToSchema)]
    pub(crate) struct PasswordChange {
        current_password: PasswordAttempt,
        /// 10 to 128 characters of any kind. Not your login id and not a common password.
        new_password: Password,
    }
}

/// Changes your password and ends all of your other sessions.
///
/// All device tokens of the account end, too. The response sets the cookie `__Host-campus_device` to a new one for this
/// device.
#[utoipa::path(put, path = "/auth/me/password", tag = "account", request_body = PasswordChange, responses(
    (status = 204, description = "The password is changed, and all other sessions have ended."),
    (status = 403, description = "`wrong_password`."),
    (status = 429, description = "`rate_limited`: too many wrong passwords."),
    (status = 409, description = "`conflict`: the password changed at the same moment.")))]
pub(crate) async fn change_password(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
    JsonBody(body): JsonBody<PasswordChange>,
) -> Result<impl IntoResponse, Problem> {
    let (access, user) =
        tokio::join!(state.app.authorizer.authorize_account(&caller), state.app.users.get(caller.school, caller.user));
    let (access, user) = (access?, user.map_err(account_error)?);
    body.new_password.check_differs_from(&user.login_id).map_err(|error| error.at("new_password"))?;
    let credentials = check_password(&state, &caller, &user, body.current_password).await?;
    let new = NewPassword::of_hash(state.passwords.hash(body.new_password).await?, state.app.clock.now());
    state.app.sessions.change_password(&access, &caller, &user, &credentials, &new).await?;
    let device_token = state.devices.issue(Device::new(), &user.login_id, new.id, state.app.clock.now());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, device_token::cookie(&device_token)?)]))
}
