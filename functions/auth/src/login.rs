//! `POST /auth/login`.

use axum::extract::State;
use axum::http::HeaderMap;
use campus_core::domain::{LoginId, PasswordAttempt};
use campus_core::http::{ClientAddress, Code, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{Credentials, Error, LoginOrigin, SessionOwner};
use utoipa::ToSchema;

use crate::cookies::Cookie;
use crate::device_token::Device;
use crate::session::{NewSession, SessionResponse, SessionView};
use crate::state::AuthState;

request! {
    /// The credentials to log in with.
    #[derive(Debug, ToSchema)]
    pub(crate) struct LogIn {
        /// Case-insensitive.
        login_id: LoginId,
        password: PasswordAttempt,
    }
    optional {
        /// The `device_token` of an earlier login or sign-up on this device. Then failed logins from elsewhere do not make
        /// you wait. Web clients can leave it out, because the cookie `__Host-campus_device` carries it; the field takes
        /// precedence. A token that is not valid has no effect.
        device_token: String,
    }
}

/// Logs in and starts a session.
///
/// The response to an unknown login id is the same as to a wrong password, and takes the same time.
#[utoipa::path(post, path = "/auth/login", tag = "auth", security(()), request_body = LogIn, responses(
    (status = 200, description = "The new session.", body = SessionView),
    (status = 400, description = "`duplicate_cookie`: the request has two device cookies."),
    (status = 401, description = "`invalid_credentials`."),
    (status = 403, description = "`account_suspended`: the password is right, but the account is suspended."),
    (status = 409, description = "`conflict`: the password changed at the same moment."),
    (status = 429, description = "`rate_limited`: too many failed logins, or too many logins from your address. With a valid
        device token, only failed logins on this device count.")))]
pub(crate) async fn log_in(
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LogIn>,
) -> Result<SessionResponse, Problem> {
    let (limiter, login_id, now) = (&state.app.limiter, body.login_id.clone(), state.app.clock.now());
    let device_token = body.device_token.as_deref().or(Cookie::DEVICE_TOKEN.read(&headers)?);
    let credentials = state.app.logins.get(&login_id).await?;
    let device = device_token.and_then(|token| state.devices.find(token, &login_id, credentials.as_ref(), now));
    let origin = device.map_or(LoginOrigin::Network(network), |device| LoginOrigin::KnownDevice(device.id));
    let attempt = limiter.count_login(&login_id, origin).await?;

    let credentials = verify(&state, credentials, &body.password).await?;
    if credentials.suspended_at.is_some() {
        limiter.forget(attempt).await?;
        return Err(Code::AccountSuspended.into());
    }
    let (credentials, owner) = open_account(&state, credentials, body).await?;
    let new_session = NewSession::new(credentials.school_id, credentials.user_id, now)?;
    let (started, reset) = tokio::join!(
        state.app.sessions.start(&owner, &credentials, new_session.id, &new_session.session),
        limiter.forget(attempt),
    );
    started?;
    if let Err(error) = reset {
        // The session exists, so the login succeeds even if the count of failed logins stays.
        tracing::warn!(%error, "cannot reset the count of failed logins");
    }
    let device = device.unwrap_or_else(Device::new);
    let device_token = state.devices.issue(device, &login_id, credentials.password_id, now);
    let restrictions = owner.restrictions().clone();
    let response = new_session.into_response(owner.user, owner.school, &restrictions, &state.signer, now)?;
    response.with_device_token(device_token)
}

/// Checks the password. Until it returns 401, a login does the same work whether the account exists or not, so that the
/// response time reveals nothing.
async fn verify(
    state: &AuthState,
    credentials: Option<Credentials>,
    password: &PasswordAttempt,
) -> Result<Credentials, Problem> {
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = state.passwords.verify(password.clone(), hash).await?;
    credentials.filter(|_| is_right).ok_or(Code::InvalidCredentials.into())
}

/// Reads the account, and replaces an outdated hash of its password.
async fn open_account(
    state: &AuthState,
    mut credentials: Credentials,
    LogIn { login_id, password, .. }: LogIn,
) -> Result<(Credentials, SessionOwner), Problem> {
    if state.passwords.is_outdated(&credentials.password_hash) {
        let hash = state.passwords.rehash(password).await?;
        state.app.logins.rehash(&login_id, &credentials, &hash).await?;
        credentials.password_hash = hash;
    }
    match state.app.sessions.owner(credentials.school_id, credentials.user_id).await {
        Ok(owner) => Ok((credentials, owner)),
        // The user has just withdrawn.
        Err(Error::NotFound) => Err(Code::InvalidCredentials.into()),
        Err(error) => Err(error.into()),
    }
}
