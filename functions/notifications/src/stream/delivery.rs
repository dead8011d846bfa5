//! Sending the mails of the table.

use std::time::Duration;

use campus_core::domain::{Email, Language};
use campus_core::store::{
    Attempt, AttemptStart, Error, Mail, MailContent, MailFailure, Page, PasswordResets, QueuedMail, Recipient,
    Takedowns, time_left,
};

use super::due::{DeliveryReport, DueQueue, Outcome, send_due};
use super::mailer::{SEND_TIMEOUT, SendError};
use super::state::NotificationsStreamState;
use super::text::{self, Text};

/// No further attempt starts if less time than this is left: SES and two calls to the table must fit into it.
const MIN_TIME_LEFT: Duration = SEND_TIMEOUT.saturating_add(Duration::from_secs(1));

/// What an attempt has to do.
enum Task {
    Send(Email, Text),
    /// The mail has no recipient.
    Drop,
    GiveUp(MailFailure),
}

/// The mails that wait to be sent.
struct MailQueue<'a>(&'a NotificationsStreamState);

impl DueQueue for MailQueue<'_> {
    type Item = QueuedMail;

    const CONCURRENT_ITEMS: usize = 4;

    fn partitions(&self) -> impl Iterator<Item = u8> + Send {
        self.0.mails.partitions()
    }

    fn due(
        &self,
        partition: u8,
        after: Option<String>,
    ) -> impl Future<Output = Result<Page<QueuedMail, String>, Error>> + Send {
        self.0.mails.due(partition, after)
    }

    fn send(&self, mail: &QueuedMail) -> impl Future<Output = Result<Outcome, Error>> + Send {
        send(self.0, mail)
    }
}

/// Sends the mails that are due, as many as there is time for.
///
/// # Errors
/// The first error of the table. The mails concerned stay for the next run.
pub(super) async fn send_due_mails(state: &NotificationsStreamState) -> Result<DeliveryReport, Error> {
    send_due(&MailQueue(state)).await
}

/// Attempts to send a mail. Without time for it, the mail stays due.
///
/// # Errors
/// If the table is not available. The mail is due again two minutes later.
pub(crate) async fn send(state: &NotificationsStreamState, queued: &QueuedMail) -> Result<Outcome, Error> {
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
    let (to, text) = match prepare(state, &attempt.mail).await? {
        Task::Send(to, text) => (to, text),
        Task::Drop => {
            state.mails.finish(&attempt).await?;
            return Ok(Outcome::Sent);
        }
        Task::GiveUp(reason) => return give_up(state, &attempt, reason, "").await,
    };
    match state.mailer.send(&to, &text).await {
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
    state: &NotificationsStreamState,
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
async fn prepare(state: &NotificationsStreamState, mail: &Mail) -> Result<Task, Error> {
    let Some((to, language)) = recipient(state, mail).await? else {
        tracing::info!("a mail without a recipient is dropped");
        return Ok(Task::Drop);
    };
    if state.suppressions.contain(&to).await? {
        tracing::info!("a mail to a suppressed address is dropped");
        return Ok(Task::Drop);
    }
    if mail.content.expires_at().is_some_and(|at| at <= state.clock.now()) {
        return Ok(Task::GiveUp(MailFailure::Expired));
    }
    let text = match &mail.content {
        MailContent::VerificationCode { code, .. } => text::verification_code(language, code),
        MailContent::AddressReplaced => text::address_replaced(language),
        MailContent::PasswordReset { .. } => match state.addresses.owner(&to).await? {
            Some(owner) => {
                let token = state.password_resets.create(&to, owner).await?;
                text::password_reset(language, PasswordResets::link(&state.app_url, &token))
            }
            None => return Ok(Task::Drop),
        },
        MailContent::LoginIdReminder { .. } => match state.addresses.owner(&to).await? {
            Some(owner) => text::login_id_reminder(language, &owner.login_id),
            None => return Ok(Task::Drop),
        },
        MailContent::TakedownConfirmation { token, .. } => {
            text::takedown_confirmation(language, Takedowns::confirmation_link(&state.app_url, token))
        }
        MailContent::Takedown { state } => match text::takedown(language, *state) {
            Some(text) => text,
            None => return Ok(Task::Drop),
        },
        MailContent::Restriction { state } => match text::restriction(language, *state) {
            Some(text) => text,
            None => return Ok(Task::Drop),
        },
    };
    Ok(Task::Send(to, text))
}

/// The address to which a mail goes, and its language. `None` if the recipient has no address.
async fn recipient(state: &NotificationsStreamState, mail: &Mail) -> Result<Option<(Email, Language)>, Error> {
    Ok(match &mail.to {
        Recipient::Address(address) => Some((address.clone(), mail.language)),
        Recipient::Student { school_id, user_id } => match state.users.get(*school_id, *user_id).await {
            Ok(student) => student.verification.email().map(|address| (address.clone(), mail.language)),
            // The student has withdrawn.
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        },
        Recipient::Applicant(takedown) => {
            let applicant = state.applicants.get(*takedown).await?;
            applicant.map(|applicant| (applicant.email, applicant.language))
        }
    })
}
