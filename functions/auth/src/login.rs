//! `POST /auth/login`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{LoginId, PasswordAttempt};
use campus_core::http::{Code, JsonBody, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::session::{Opening, SessionView};
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
    (status = 401, description = "`invalid_credentials`.")))]
pub(crate) async fn log_in(
    State(auth): State<Auth>,
    JsonBody(body): JsonBody<LogIn>,
) -> Result<Json<SessionView>, Problem> {
    let attempt = body.password;
    let credentials = auth.app.users.credentials(&body.login_id).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let right = auth.passwords.verify(attempt, hash).await?;
    let Some(credentials) = credentials.filter(|_| right) else {
        return Err(Code::InvalidCredentials.into());
    };

    let now = auth.app.clock.now();
    let opening = Opening::new(credentials.school_id, credentials.user_id, now)?;
    let (found, begun) = tokio::join!(
        auth.app.users.with_school(credentials.school_id, credentials.user_id),
        auth.app.sessions.begin(credentials.school_id, credentials.user_id, &opening.stored),
    );
    begun?;
    let (user, school) = found?;
    Ok(Json(opening.answer(user, school, &auth.signer, now)?))
}
