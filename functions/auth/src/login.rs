//! `POST /auth/login`.

use axum::extract::State;
use campus_core::domain::{LoginId, PasswordAttempt};
use campus_core::http::{Code, JsonBody, Problem};
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
    (status = 409, description = "`conflict`: the password was changed at the same moment.")))]
pub(crate) async fn log_in(State(auth): State<Auth>, JsonBody(body): JsonBody<LogIn>) -> Result<Grant, Problem> {
    let credentials = auth.app.logins.get(&body.login_id).await?;
    let (credentials, holder) = check(&auth, credentials, body).await?;
    let now = auth.app.clock.now();
    let opening = Opening::new(credentials.school_id, credentials.user_id, now)?;
    auth.app.sessions.begin(&holder, &credentials, opening.id, &opening.session).await?;
    opening.grant(holder.user, holder.school, &auth.signer, now)
}

/// Checks the password while the account is read. Computes one hash, whether there is an account or not.
async fn check(
    auth: &Auth,
    credentials: Option<Credentials>,
    LogIn { login_id, password }: LogIn,
) -> Result<(Credentials, Holder), Problem> {
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let holder = async {
        match &credentials {
            Some(credentials) => auth.app.sessions.holder(credentials.school_id, credentials.user_id).await,
            None => Err(Error::NotFound),
        }
    };
    let (is_right, holder) = tokio::join!(auth.passwords.verify(password.clone(), hash), holder);
    let Some(mut credentials) = credentials.filter(|_| matches!(is_right, Ok(true))) else {
        is_right?;
        return Err(Code::InvalidCredentials.into());
    };
    let holder = holder.map_err(|error| match error {
        // The student withdrew at this moment.
        Error::NotFound => Code::InvalidCredentials.into(),
        error => Problem::from(error),
    })?;
    if credentials.suspended_at.is_some() {
        return Err(Code::AccountSuspended.into());
    }
    if auth.passwords.is_outdated(&credentials.password_hash) {
        let hash = auth.passwords.rehash(password).await?;
        auth.app.logins.rehash(&login_id, &credentials, &hash).await?;
        credentials.password_hash = hash;
    }
    Ok((credentials, holder))
}
