//! `POST /auth/refresh`.

use axum::extract::State;
use axum::http::HeaderMap;
use campus_core::http::{Code, OptionalJsonBody, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::refresh_token::{RefreshToken, Worth};
use crate::session::{Grant, SessionView};
use crate::state::Auth;

request! {
    /// What to refresh. Web clients leave it to the cookie.
    #[derive(Debug, ToSchema)]
    pub(crate) struct Refresh {}
    optional {
        /// The refresh token of the last answer.
        refresh_token: String,
    }
}

/// Exchanges a refresh token for a new pair of tokens. It is spent then; who uses it again ends its session, for
/// somebody else may have it. Of two that use it at the same moment one gets the pair and the other 409, which ends
/// nothing.
#[utoipa::path(post, path = "/auth/refresh", tags = ["auth", "public"], request_body = Option<Refresh>, responses(
    (status = 200, description = "A new pair of tokens.", body = SessionView),
    (status = 401, description = "`refresh_token_invalid` or `refresh_token_reused`."),
    (status = 409, description = "`refresh_conflict`.")))]
pub(crate) async fn refresh(
    State(auth): State<Auth>,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<Refresh>,
) -> Result<Grant, Problem> {
    let token = RefreshToken::of_request(body.refresh_token.as_deref(), &headers)?;
    let holder = auth.app.sessions.holder(token.school, token.user).await.map_err(|error| match error {
        Error::NotFound => Code::RefreshTokenInvalid.into(),
        error => Problem::from(error),
    })?;
    let now = auth.app.clock.now();
    let session = holder.session(token.session, now).cloned().ok_or(Code::RefreshTokenInvalid)?;
    match token.worth(&session) {
        Worth::Good => {}
        Worth::Spent => {
            auth.app.sessions.end(token.school, token.user, token.session).await?;
            return Err(Code::RefreshTokenReused.into());
        }
        Worth::Nothing => return Err(Code::RefreshTokenInvalid.into()),
    }

    let next = token.next()?;
    auth.app.sessions.rotate(&holder, token.session, &session, &next.hash()).await.map_err(|error| match error {
        Error::Stale => Code::RefreshConflict.into(),
        error => Problem::from(error),
    })?;
    Grant::new(holder.user, holder.school, &next, session.expires_at, &auth.signer, now)
}
