//! `POST /auth/login`.

use axum::extract::State;
use campus_core::domain::{LoginId, PasswordAttempt};
use campus_core::http::{ClientAddress, Code, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{AddressAction, Credentials, Error, SessionOwner};
use utoipa::ToSchema;

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
}

/// Logs in and starts a session.
///
/// The response to an unknown login id is the same as to a wrong password, and takes the same time.
#[utoipa::path(post, path = "/auth/login", tag = "auth", security(()), request_body = LogIn, responses(
    (status = 200, description = "The new session.", body = SessionView),
    (status = 401, description = "`invalid_credentials`."),
    (status = 403, description = "`account_suspended`: the password is right, but the account is suspended."),
    (status = 409, description = "`conflict`: the password changed at the same moment."),
    (status = 429, description = "`rate_limited`: too many failed logins, or too many logins from your address.")))]
pub(crate) async fn log_in(
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    JsonBody(body): JsonBody<LogIn>,
) -> Result<SessionResponse, Problem> {
    let (limiter, login_id) = (&state.app.limiter, body.login_id.clone());
    let (counted, credentials) =
        tokio::join!(limiter.count_address(AddressAction::LogIn, network), state.app.logins.get(&login_id));
    counted?;
    let credentials = credentials?;
    limiter.count_attempt(&login_id).await?;
    let (credentials, owner) = check(&state, credentials, body).await?;
    let now = state.app.clock.now();
    let new_session = NewSession::new(credentials.school_id, credentials.user_id, now)?;
    let (started, reset) = tokio::join!(
        state.app.sessions.start(&owner, &credentials, new_session.id, &new_session.session),
        limiter.forget_attempts(&login_id),
    );
    started?;
    if let Err(error) = reset {
        // The session exists, so the login succeeds even if the count of failed logins stays.
        tracing::warn!(%error, "cannot reset the count of failed logins");
    }
    new_session.into_response(owner.user, owner.school, &state.signer, now)
}

/// Checks the password and reads the account. Until it returns 401, it does the same work whether the account exists or
/// not, so that the response time reveals nothing.
async fn check(
    state: &AuthState,
    credentials: Option<Credentials>,
    LogIn { login_id, password }: LogIn,
) -> Result<(Credentials, SessionOwner), Problem> {
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = state.passwords.verify(password.clone(), hash).await?;
    let mut credentials = credentials.filter(|_| is_right).ok_or(Code::InvalidCredentials)?;
    if credentials.suspended_at.is_some() {
        state.app.limiter.forget_attempts(&login_id).await?;
        return Err(Code::AccountSuspended.into());
    }
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
