//! The function notifications-stream: notifications, mails, pushes and sanctions. It has no routes: it consumes the table's
//! stream, runs on a schedule,
//! and gets the events of SES.

mod delivery;
mod due;
mod feedback;
mod lectures;
mod mailer;
mod push;
mod state;
mod text;

pub use due::DeliveryReport;
pub use lectures::announce;
pub use mailer::{Mailer, MailerConfigError};
pub use push::PushSender;
pub use state::{NotificationsStreamState, StateError};

use std::time::Duration;

use axum::Router;
use campus_core::lambda::Function;
use campus_core::store::{Announcement, QueuedMail, QueuedPush, SanctionDecision, StreamRecord, TimetableChange};
use lambda_http::Error;
use serde_json::Value;

use self::due::DueQueue;

/// The time budget of a run on schedule. It is shorter than the function's timeout of 30 seconds in `template.yaml`. A code
/// lives for only 10 minutes, so each run must send many mails.
const EVENT_TIME: Duration = Duration::from_secs(25);

/// The function notifications-stream:
///
/// - It sends each mail and each push when the stream delivers its row, unless it has to wait.
/// - It notifies students of what the records of the stream tell.
/// - It applies each decision that concerns a sanction to the author.
/// - It indexes the lectures of each timetable that changes, and tells the students what imports change of their lectures.
/// - Its schedule sends the mails and pushes that are still there.
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
    state.notifications.consume(&record).await?;
    if let Some(decision) = SanctionDecision::of_record(&record)? {
        state.sanctions.apply(&decision).await?;
        state.notifications.consume_decision(&decision).await?;
    }
    if let Some(push) = QueuedPush::of_record(&record)? {
        state.pushes.send(&push).await?;
    }
    if let Some(change) = TimetableChange::of_record(&record)? {
        state.lecture_index.update(&change).await?;
    }
    if let Some(announcement) = Announcement::of_record(&record)? {
        lectures::announce(&state, announcement).await?;
    }
    if let Some(mail) = QueuedMail::of_record(record)? {
        delivery::send(&state, &mail).await?;
    }
    Ok(())
}

async fn send_on_schedule(state: NotificationsStreamState) -> Result<(), Error> {
    let (mails, pushes) = send_due(&state).await?;
    tracing::info!(mails.sent, mails.postponed, mails.failed, "mails that were due");
    tracing::info!(pushes.sent, pushes.postponed, pushes.failed, "pushes that were due");
    Ok(())
}

/// Sends the mails and the pushes that are due, as many as there is time for. Returns the results of both.
///
/// # Errors
/// The first error of the table. What is concerned stays for the next run.
pub async fn send_due(
    state: &NotificationsStreamState,
) -> Result<(DeliveryReport, DeliveryReport), campus_core::store::Error> {
    let (mails, pushes) = tokio::join!(delivery::send_due_mails(state), state.pushes.send_due());
    Ok((mails?, pushes?))
}

async fn suppress(state: NotificationsStreamState, event: Value) -> Result<(), Error> {
    Ok(feedback::suppress(&state, &event).await?)
}
