//! The function notifications-stream: mails and sanctions. It has no routes: it consumes the table's stream, runs on a schedule,
//! and gets the events of SES.

mod delivery;
mod feedback;
mod mailer;
mod state;
mod text;

pub use delivery::{DeliveryReport, send_due_mails};
pub use mailer::{Mailer, MailerConfigError};
pub use state::{NotificationsStreamState, StateError};

use std::time::Duration;

use axum::Router;
use campus_core::lambda::Function;
use campus_core::store::{QueuedMail, SanctionDecision, StreamRecord};
use lambda_http::Error;
use serde_json::Value;

/// The time budget of a run on schedule. It is shorter than the function's timeout of 30 seconds in `template.yaml`. A code
/// lives for only 10 minutes, so each run must send many mails.
const EVENT_TIME: Duration = Duration::from_secs(25);

/// The function notifications-stream:
///
/// - It sends each mail when the stream delivers its row.
/// - It applies each decision that concerns a sanction to the author.
/// - Its schedule sends the mails that are still there.
/// - It stops sending mail to an address after SES reports a bounce or a complaint.
pub fn function(state: NotificationsStreamState) -> Function {
    let (consuming, scheduled) = (state.clone(), state.clone());
    Function::new(Router::new())
        .with_event_time(EVENT_TIME)
        .on_stream(move |record| consume(consuming.clone(), record))
        .on_schedule(move || send_on_schedule(scheduled.clone()))
        .on_event("aws.ses", move |event| suppress(state.clone(), event))
}

async fn consume(state: NotificationsStreamState, record: StreamRecord) -> Result<(), Error> {
    if let Some(decision) = SanctionDecision::of_record(&record)? {
        state.sanctions.apply(&decision).await?;
    }
    if let Some(mail) = QueuedMail::of_record(record)? {
        delivery::send(&state, &mail).await?;
    }
    Ok(())
}

async fn send_on_schedule(state: NotificationsStreamState) -> Result<(), Error> {
    let report = send_due_mails(&state).await?;
    tracing::info!(report.sent, report.postponed, report.failed, "mails that were due");
    Ok(())
}

async fn suppress(state: NotificationsStreamState, event: Value) -> Result<(), Error> {
    Ok(feedback::suppress(&state, &event).await?)
}
