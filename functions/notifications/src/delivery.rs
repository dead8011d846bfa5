//! Sending the mails of the table.

use std::time::Duration;

use campus_core::store::{
    Attempt, AttemptStart, Error, Mail, MailContent, MailFailure, Page, PasswordResets, QueuedMail, time_left,
};
use futures_util::future::join_all;

use crate::mailer::{SEND_TIMEOUT, SendError};
use crate::state::NotificationsState;
use crate::text::{self, Text};

/// How many mails the schedule sends at the same time.
const CONCURRENT_MAILS: usize = 4;

/// No further attempt starts if less time than this is left: SES and two calls to the table must fit into it.
const MIN_TIME_LEFT: Duration = SEND_TIMEOUT.saturating_add(Duration::from_secs(1));

/// The result of a run over the mails that are due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The number of mails that were sent, or that need not be sent.
    pub sent: u32,
    /// The number of mails that wait for another attempt.
    pub postponed: u32,
    /// The number of mails that were given up.
    pub failed: u32,
}

/// The result of an attempt.
pub(crate) enum Outcome {
    Sent,
    Postponed,
    Failed,
    /// Nothing was attempted: another process has the mail, or there is no time.
    NotAttempted,
}

/// What an attempt has to do.
enum Task {
    Send(Text),
    /// The mail has no recipient.
    Drop,
    GiveUp(MailFailure),
}

/// Sends the mails that are due, as many as there is time for. A mail or a partition that fails does not stop the others.
///
/// # Errors
/// The first error of the table. The mails concerned stay for the next run.
pub async fn send_due_mails(state: &NotificationsState) -> Result<DeliveryReport, Error> {
    let (mut report, mut failed) = (DeliveryReport::default(), None);
    for partition in state.mails.partitions() {
        let mut after = None;
        loop {
            let Page { items, next } = match state.mails.due(partition, after).await {
                Ok(page) => page,
                Err(error) => {
                    failed = failed.or(Some(error));
                    break;
                }
            };
            for mails in items.chunks(CONCURRENT_MAILS) {
                if time_left() < MIN_TIME_LEFT {
                    return failed.map_or(Ok(report), Err);
                }
                for result in join_all(mails.iter().map(|mail| send(state, mail))).await {
                    match result {
                        Ok(outcome) => report.count(&outcome),
                        Err(error) => failed = failed.or(Some(error)),
                    }
                }
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    failed.map_or(Ok(report), Err)
}

impl DeliveryReport {
    fn count(&mut self, outcome: &Outcome) {
        let number = match outcome {
            Outcome::Sent => &mut self.sent,
            Outcome::Postponed => &mut self.postponed,
            Outcome::Failed => &mut self.failed,
            Outcome::NotAttempted => return,
        };
        *number = number.saturating_add(1);
    }
}

/// Attempts to send a mail. Without time for it, the mail stays due.
///
/// # Errors
/// If the table is not available. The mail is due again two minutes later.
pub(crate) async fn send(state: &NotificationsState, queued: &QueuedMail) -> Result<Outcome, Error> {
    if time_left() < MIN_TIME_LEFT {
        return Ok(Outcome::NotAttempted);
    }
    let attempt = match state.mails.start_attempt(&state.sealer, queued).await? {
        AttemptStart::Attempt(attempt) => attempt,
        AttemptStart::NothingToDo => return Ok(Outcome::NotAttempted),
        AttemptStart::Unreadable => {
            tracing::warn!(error = "the mail cannot be opened", "a mail is postponed");
            return Ok(Outcome::Postponed);
        }
        AttemptStart::GivenUp(reason) => {
            log_failure(reason, "");
            return Ok(Outcome::Failed);
        }
    };
    let text = match prepare(state, &attempt.mail).await? {
        Task::Send(text) => text,
        Task::Drop => {
            state.mails.finish(&attempt).await?;
            return Ok(Outcome::Sent);
        }
        Task::GiveUp(reason) => return give_up(state, &attempt, reason, "").await,
    };
    match state.mailer.send(&attempt.mail.to, &text).await {
        Ok(()) => {
            state.mails.finish(&attempt).await?;
            Ok(Outcome::Sent)
        }
        Err(SendError::Rejected(error)) => give_up(state, &attempt, MailFailure::Rejected, &error).await,
        Err(SendError::Unavailable(error)) if attempt.is_last() => {
            give_up(state, &attempt, MailFailure::Attempts, &error).await
        }
        Err(SendError::Unavailable(error)) => {
            tracing::warn!(error, "a mail is postponed");
            state.mails.postpone(&attempt).await?;
            Ok(Outcome::Postponed)
        }
    }
}

async fn give_up(
    state: &NotificationsState,
    attempt: &Attempt,
    reason: MailFailure,
    error: &str,
) -> Result<Outcome, Error> {
    if !state.mails.give_up(attempt, reason).await? {
        return Ok(Outcome::NotAttempted);
    }
    log_failure(reason, error);
    Ok(Outcome::Failed)
}

/// The alarms `FailedMails` and `ExpiredMails` in `template.yaml` count these lines.
fn log_failure(reason: MailFailure, error: &str) {
    match reason {
        MailFailure::Expired => tracing::error!("a mail has expired"),
        _ => tracing::error!(?reason, error, "a mail was given up"),
    }
}

/// Decides what to do with a mail. For a password reset, creates the token.
async fn prepare(state: &NotificationsState, mail: &Mail) -> Result<Task, Error> {
    if state.suppressions.contain(&mail.to).await? {
        tracing::info!("a mail to a suppressed address is dropped");
        return Ok(Task::Drop);
    }
    if mail.content.expires_at().is_some_and(|at| at <= state.clock.now()) {
        return Ok(Task::GiveUp(MailFailure::Expired));
    }
    let language = mail.language;
    Ok(match &mail.content {
        MailContent::VerificationCode { code, .. } => Task::Send(text::verification_code(language, code)),
        MailContent::AddressReplaced => Task::Send(text::address_replaced(language)),
        MailContent::PasswordReset { .. } => match state.addresses.owner(&mail.to).await? {
            Some(owner) => {
                let token = state.password_resets.create(&mail.to, owner).await?;
                Task::Send(text::password_reset(language, PasswordResets::link(&state.app_url, &token)))
            }
            None => Task::Drop,
        },
        MailContent::LoginIdReminder { .. } => match state.addresses.owner(&mail.to).await? {
            Some(owner) => Task::Send(text::login_id_reminder(language, &owner.login_id)),
            None => Task::Drop,
        },
    })
}
