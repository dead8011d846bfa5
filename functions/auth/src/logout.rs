//! `POST /auth/logout`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use campus_core::http::{Code, OptionalJsonBody, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::cookies::Cookie;
use crate::refresh_token::{RefreshToken, TokenStatus};
use crate::state::AuthState;

request! {
    /// The session to end. Web clients can leave out the token, because the cookie carries it.
    #[derive(Debug, ToSchema)]
    pub(crate) struct LogOut {}
    optional {
        /// The refresh token of the last login, sign-up or refresh.
        refresh_token: String,
        /// Whether to end all of your sessions. Default: false.
        everywhere: bool,
    }
}

/// Ends the session of a refresh token, or all of your sessions.
///
/// If the session has already ended, the response is 204, or 401 with `everywhere`. A refresh token that was already
/// used ends its session, and the response is 401 `refresh_token_reused`, unless the last refresh used it at most 10
/// seconds ago.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", security(()), request_body = Option<LogOut>, responses(
    (status = 204, description = "The session has ended, and the cookie is cleared."),
    (status = 400, description = "`duplicate_cookie`: the request has two refresh cookies."),
    (status = 401, description = "`refresh_token_invalid` or `refresh_token_reused`.")))]
pub(crate) async fn log_out(
    State(state): State<AuthState>,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<LogOut>,
) -> Result<impl IntoResponse, Problem> {
    let token = RefreshToken::from_request(body.refresh_token.as_deref(), &headers)?;
    let sessions = &state.app.sessions;
    let session = sessions.get(token.school, token.user, token.session).await?;
    let everywhere = body.everywhere == Some(true);
    match session.map(|session| token.status(&session, state.app.clock.now())) {
        Some(TokenStatus::Current | TokenStatus::JustUsed) if everywhere => {
            sessions.end_all(token.school, token.user).await?;
        }
        Some(TokenStatus::Current | TokenStatus::JustUsed) => {
            sessions.end(token.school, token.user, token.session).await?;
        }
        Some(TokenStatus::Used) => {
            sessions.end(token.school, token.user, token.session).await?;
            return Err(Code::RefreshTokenReused.into());
        }
        // The session has already ended.
        None if !everywhere => {}
        None | Some(TokenStatus::Invalid) => return Err(Code::RefreshTokenInvalid.into()),
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, Cookie::REFRESH_TOKEN.set("", 0)?)]))
}
