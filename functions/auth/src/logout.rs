//! `POST /auth/logout`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use campus_core::http::{Code, OptionalJsonBody, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::refresh_token::{self, RefreshToken, Worth};
use crate::state::Auth;

request! {
    /// What to log out of. Web clients leave the token to the cookie.
    #[derive(Debug, ToSchema)]
    pub(crate) struct LogOut {}
    optional {
        /// The refresh token of the last answer.
        refresh_token: String,
        /// Whether to end all of one's sessions; only this one if not given.
        everywhere: bool,
    }
}

/// Ends the session of a refresh token, which may have ended already, or, if it is live, all of one's sessions.
#[utoipa::path(post, path = "/auth/logout", tags = ["auth", "public"], request_body = Option<LogOut>, responses(
    (status = 204, description = "It has ended. The cookie is cleared."),
    (status = 401, description = "`refresh_token_invalid` or `refresh_token_reused`.")))]
pub(crate) async fn log_out(
    State(auth): State<Auth>,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<LogOut>,
) -> Result<impl IntoResponse, Problem> {
    let token = RefreshToken::of_request(body.refresh_token.as_deref(), &headers)?;
    let sessions = &auth.app.sessions;
    let session = sessions.get(token.school, token.user, token.session).await?;
    let everywhere = body.everywhere == Some(true);
    match session.map(|session| token.worth(&session)) {
        Some(Worth::Good) if everywhere => sessions.end_all(token.school, token.user).await?,
        Some(Worth::Good) => sessions.end(token.school, token.user, token.session).await?,
        Some(Worth::Spent) => {
            sessions.end(token.school, token.user, token.session).await?;
            return Err(Code::RefreshTokenReused.into());
        }
        // It has ended, as was asked for.
        None if !everywhere => {}
        None | Some(Worth::Nothing) => return Err(Code::RefreshTokenInvalid.into()),
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, refresh_token::cookie("", 0)?)]))
}
