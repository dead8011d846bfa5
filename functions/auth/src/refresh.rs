//! `POST /auth/refresh`.

use axum::extract::State;
use axum::http::HeaderMap;
use campus_core::http::{Code, OptionalJsonBody, Problem};
use campus_core::request;
use campus_core::store::Error;
use utoipa::ToSchema;

use crate::refresh_token::{RefreshToken, TokenStatus};
use crate::session::{SessionResponse, SessionView};
use crate::state::AuthState;

request! {
    /// The session to refresh. Web clients can leave out the token, because the cookie carries it.
    #[derive(Debug, ToSchema)]
    pub(crate) struct Refresh {}
    optional {
        /// The refresh token of the last login, sign-up or refresh.
        refresh_token: String,
    }
}

/// Exchanges a refresh token for a new access token and a new refresh token.
///
/// A refresh token works once. Using it again ends its session, because somebody may have stolen it. The last used token
/// is an exception for 10 seconds: it gets 409, and the session continues. So two tabs of a browser can refresh at the
/// same time. After a 409, the cookie of a web client holds the new token.
#[utoipa::path(post, path = "/auth/refresh", tag = "auth", security(()), request_body = Option<Refresh>, responses(
    (status = 200, description = "The new tokens.", body = SessionView),
    (status = 400, description = "`duplicate_cookie`: the request has two refresh cookies."),
    (status = 401, description = "`refresh_token_invalid` or `refresh_token_reused`."),
    (status = 409, description = "`refresh_conflict`: another request has just used the refresh token.")))]
pub(crate) async fn refresh(
    State(state): State<AuthState>,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<Refresh>,
) -> Result<SessionResponse, Problem> {
    let token = RefreshToken::from_request(body.refresh_token.as_deref(), &headers)?;
    let owner = state.app.sessions.owner(token.school, token.user).await.map_err(|error| match error {
        Error::NotFound => Code::RefreshTokenInvalid.into(),
        error => Problem::from(error),
    })?;
    let now = state.app.clock.now();
    let session = owner.session(token.session, now).cloned().ok_or(Code::RefreshTokenInvalid)?;
    match token.status(&session, now) {
        TokenStatus::Current => {}
        TokenStatus::JustUsed => return Err(Code::RefreshConflict.into()),
        TokenStatus::Used => {
            state.app.sessions.end(token.school, token.user, token.session).await?;
            return Err(Code::RefreshTokenReused.into());
        }
        TokenStatus::Invalid => return Err(Code::RefreshTokenInvalid.into()),
    }

    let next = token.next()?;
    state.app.sessions.rotate(&owner, token.session, &session, &next.hash(), now).await.map_err(
        |error| match error {
            Error::Stale => Code::RefreshConflict.into(),
            error => Problem::from(error),
        },
    )?;
    let restrictions = owner.restrictions().clone();
    let account = (owner.user, owner.school, &restrictions);
    SessionResponse::new(account, &next, session.expires_at, &state.signer, now)
}
