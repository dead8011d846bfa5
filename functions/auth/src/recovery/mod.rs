//! How students who have lost their password or login id come back in (rule 17).
//!
//! The two requests for a mail only queue it. Notifications-stream looks up who has verified the address, so neither
//! the response nor its time tells whether somebody has.

pub(crate) mod remind;
pub(crate) mod request;
pub(crate) mod reset;

use axum::http::{HeaderMap, StatusCode};
use campus_core::domain::{Email, Language, Network, Time};
use campus_core::http::Problem;
use campus_core::request;
use campus_core::store::{Mail, MailContent};
use utoipa::ToSchema;

use crate::state::AuthState;

request! {
    /// The address to which a mail goes.
    #[derive(Debug, ToSchema)]
    pub(crate) struct RecoveryRequest {
        /// The address that you have verified.
        email: Email,
    }
}

/// Queues a mail to an address, whether or not somebody has verified it. The response is the same if the address has had
/// too many mails: it must not tell that somebody has asked for one. `content` gets the time after which the mail is not
/// sent.
async fn queue_mail(
    state: &AuthState,
    network: Network,
    headers: &HeaderMap,
    to: Email,
    content: impl FnOnce(Time) -> MailContent,
) -> Result<StatusCode, Problem> {
    if state.app.limiter.count_recovery_mail(state.mailboxes.of(&to), network).await? {
        let content = content(state.app.clock.now().plus_secs(MailContent::RECOVERY_WAITS_FOR_S));
        let mail = Mail { to: to.into(), language: Language::preferred_by(headers), content };
        state.app.mails.enqueue(&state.mail_sealer, &mail).await?;
    }
    Ok(StatusCode::ACCEPTED)
}
