//! Bounces and complaints, which SES reports as EventBridge events.

use campus_core::domain::{Email, Parse};
use campus_core::store::{Error, Suppression};
use serde_json::Value;

use super::state::NotificationsStreamState;

/// Sends no more mail to the addresses that the event is about, if it is a permanent bounce or a complaint.
pub(crate) async fn suppress(state: &NotificationsStreamState, event: &Value) -> Result<(), Error> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let (reason, recipients) = match text("/detail/eventType") {
        // SES itself repeats a mail after a transient bounce.
        Some("Bounce") if text("/detail/bounce/bounceType") == Some("Permanent") => {
            (Suppression::Bounce, "/detail/bounce/bouncedRecipients")
        }
        // A recipient who takes a complaint back reports the mail as `not-spam`.
        Some("Complaint") if text("/detail/complaint/complaintFeedbackType") != Some("not-spam") => {
            (Suppression::Complaint, "/detail/complaint/complainedRecipients")
        }
        _ => return Ok(()),
    };
    for recipient in event.pointer(recipients).and_then(Value::as_array).into_iter().flatten() {
        let address = recipient.get("emailAddress").and_then(Value::as_str).map(str::to_owned);
        match address.map(Email::parse) {
            Some(Ok(address)) => {
                state.suppressions.add(&address, reason).await?;
                tracing::warn!(?reason, "an address is suppressed");
            }
            _ => tracing::error!(?reason, "an event of SES has no valid address"),
        }
    }
    Ok(())
}
