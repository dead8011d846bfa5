//! `POST /auth/login`.

use axum::extract::State;
use campus_core::domain::{LoginId, PasswordAttempt};
use campus_core::http::{ClientAddress, Code, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{Credentials, Error, Holder};
use utoipa::ToSchema;

use crate::session::{Grant, Opening, SessionView};
use crate::state::Auth;

request! {
    /// Who logs in.
    #[derive(Debug, ToSchema)]
    pub(crate) struct LogIn {
        /// In any case.
        #[schema(inline)]
        login_id: LoginId,
        #[schema(inline)]
        password: PasswordAttempt,
    }
}

/// Logs a student in. An unknown login id and a wrong password are answered alike, in the same time.
#[utoipa::path(post, path = "/auth/login", tags = ["auth", "public"], request_body = LogIn, responses(
    (status = 200, description = "A new session.", body = SessionView),
    (status = 401, description = "`invalid_credentials`."),
    (status = 403, description = "`account_suspended`, for who has shown the right password."),
    (status = 409, description = "`conflict`: the password was changed at the same moment."),
    (status = 429, description = "`rate_limited`: too many failed, or too many came from one address.")))]
pub(crate) async fn log_in(
    State(auth): State<Auth>,
    ClientAddress(network): ClientAddress,
    JsonBody(body): JsonBody<LogIn>,
) -> Result<Grant, Problem> {
    let (limiter, login_id) = (&auth.app.limiter, body.login_id.clone());
    let (counted, credentials) = tokio::join!(limiter.count_login(network), auth.app.logins.get(&login_id));
    counted?;
    let credentials = credentials?;
    limiter.count_attempt(&login_id).await?;
    let (credentials, holder) = check(&auth, credentials, body).await?;
    let now = auth.app.clock.now();
    let opening = Opening::new(credentials.school_id, credentials.user_id, now)?;
    let (begun, forgotten) = tokio::join!(
        auth.app.sessions.begin(&holder, &credentials, opening.id, &opening.session),
        limiter.forget_attempts(&login_id),
    );
    begun?;
    if let Err(error) = forgotten {
        // The student is in; that failures before are still counted is no reason to say otherwise.
        tracing::warn!(%error, "failed logins are not forgotten");
    }
    opening.grant(holder.user, holder.school, &auth.signer, now)
}

/// Checks the password and reads the account. Up to the 401 it does the same work whether there is an account or not.
async fn check(
    auth: &Auth,
    credentials: Option<Credentials>,
    LogIn { login_id, password }: LogIn,
) -> Result<(Credentials, Holder), Problem> {
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let is_right = auth.passwords.verify(password.clone(), hash).await?;
    let mut credentials = credentials.filter(|_| is_right).ok_or(Code::InvalidCredentials)?;
    if credentials.suspended_at.is_some() {
        auth.app.limiter.forget_attempts(&login_id).await?;
        return Err(Code::AccountSuspended.into());
    }
    if auth.passwords.is_outdated(&credentials.password_hash) {
        let hash = auth.passwords.rehash(password).await?;
        auth.app.logins.rehash(&login_id, &credentials, &hash).await?;
        credentials.password_hash = hash;
    }
    match auth.app.sessions.holder(credentials.school_id, credentials.user_id).await {
        Ok(holder) => Ok((credentials, holder)),
        // The student withdrew at this moment.
        Err(Error::NotFound) => Err(Code::InvalidCredentials.into()),
        Err(error) => Err(error.into()),
    }
}
