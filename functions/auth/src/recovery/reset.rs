//! `POST /auth/password-reset/confirm`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use campus_core::domain::Password;
use campus_core::http::{ClientAddress, Code, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{AddressAction, NewPassword};
use utoipa::ToSchema;

use crate::device_token::{self, Device};
use crate::state::AuthState;

request! {
    /// A new password, and the proof that you may set it.
    #[derive(Debug, ToSchema)]
    pub(crate) struct PasswordReset {
        /// The fragment of the link in the mail: the part after `#`.
        token: String,
        /// 10 to 128 characters of any kind. Not your login id and not a common password.
        new_password: Password,
    }
}

/// Sets a new password with the token of a link, and ends all of your sessions.
///
/// All device tokens of the account and all other links end, too. The response sets the cookie `__Host-campus_device` to a
/// new one for this device, so that failed logins from elsewhere do not make you wait. A password that is refused does not
/// use up the link.
#[utoipa::path(post, path = "/auth/password-reset/confirm", tag = "auth", security(()), request_body = PasswordReset,
    responses(
        (status = 204, description = "The password is changed, and all sessions have ended."),
        (status = 403, description = "`reset_token_invalid`: the token is wrong, has expired or was used."),
        (status = 429, description = "`rate_limited`: too many requests from your address.")))]
pub(crate) async fn reset_password(
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    JsonBody(body): JsonBody<PasswordReset>,
) -> Result<impl IntoResponse, Problem> {
    let (app, now) = (&state.app, state.app.clock.now());
    app.limiter.count_address(AddressAction::ResetPassword, network).await?;
    let reset = app.password_resets.find(&body.token).await?.ok_or(Code::ResetTokenInvalid)?;
    body.new_password.check_differs_from(&reset.login_id).map_err(|error| error.at("new_password"))?;
    let new = NewPassword::of_hash(state.passwords.hash(body.new_password).await?, now);
    app.password_resets.redeem(&body.token, &reset, &new).await?;
    if let Err(error) = app.limiter.forget_failed_logins(&reset.login_id, network).await {
        // The password is changed, so the request succeeds even if the student may have to wait before the login.
        tracing::warn!(%error, "cannot reset the counts of failed logins");
    }
    let device_token = state.devices.issue(Device::new(), &reset.login_id, new.id, now);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, device_token::cookie(&device_token)?)]))
}
