//! `POST /auth/password-reset`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use campus_core::http::{ClientAddress, JsonBody, Problem};
use campus_core::store::MailContent;

use super::{RecoveryRequest, queue_mail};
use crate::state::AuthState;

/// Sends a link that sets a new password, if somebody has verified the address.
///
/// The link is valid for 30 minutes and works once. The response to an address that nobody has verified is the same.
#[utoipa::path(post, path = "/auth/password-reset", tag = "auth", security(()), request_body = RecoveryRequest,
    responses(
        (status = 202, description = "If somebody has verified the address, a mail will be sent. An address gets 3 such
            mails in an hour and 5 in a day; further requests are answered alike, and send nothing."),
        (status = 429, description = "`rate_limited`: too many requests from your network address.")))]
pub(crate) async fn request_password_reset(
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RecoveryRequest>,
) -> Result<StatusCode, Problem> {
    let content = |expires_at| MailContent::PasswordReset { expires_at };
    queue_mail(&state, network, &headers, body.email, content).await
}
