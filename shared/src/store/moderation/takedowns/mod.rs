//! Takedown requests (rule 21). A request waits without a school until its applicant confirms the address. Then it is a
//! takedown in the school of the thing. The schedule of the moderation function ends restrictions.
//!
//! The applicant is in a row of its own, sealed with a key that only this function and notifications-stream have.
//! Only the latter opens it, to send a mail. No other row holds the applicant.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | takedown request | `TAKEDOWNREQUEST#<hash of the token>` | `REQUEST` |
//! | applicant | `APPLICANT#<takedown>` | `APPLICANT` |
//! | takedown | `SCHOOL#<school>#TAKEDOWN#<takedown>` | `TAKEDOWN` |
//! | listed takedown | `SCHOOL#<school>#TAKEDOWNS#<state>` | `<when>#<takedown>` |
//! | restriction | `RESTRICTIONS` | `<until>#<takedown>` |

mod applicants;
mod decisions;
mod ends;
mod read;
mod requests;

pub use applicants::{Applicant, ApplicantSealer, Applicants};
pub use decisions::FoundTakedown;
pub use read::SeenTakedown;
pub use requests::{ConfirmedRequest, NewTakedownRequest};

pub(crate) use applicants::{APPLICANT, ApplicantRow, applicant_key};
pub(crate) use requests::{REQUEST, RequestRow, TAKEDOWN_REQUEST};

use serde::{Deserialize, Serialize};

use crate::domain::{CaseId, SchoolId, Takedown, TakedownDecision, TakedownId, TakedownState, Time, UserId};
use crate::store::dynamo::{Error, Key, RowUpdate, Table, Transaction};
use crate::store::mails::{Mail, MailContent, MailSealer, Recipient};
use crate::store::moderation::{Cases, expiry, log_partition};
use crate::store::schools;

pub(crate) const TAKEDOWN: &str = "TAKEDOWN";
pub(crate) const RESTRICTIONS: &str = "RESTRICTIONS";

/// How long an applicant is kept after the takedown has ended, in seconds: 30 days.
const APPLICANT_KEPT_FOR_S: i64 = 30 * 24 * 3600;

/// The maximum delay of a mail to an author, in seconds: an hour. Who can read the mailboxes of a school and knows when
/// something was restricted must not find its author by the time of the mail.
const AUTHOR_MAIL_DELAY_S: u32 = 3600;

/// Access to takedowns.
#[derive(Clone, Debug)]
pub struct Takedowns {
    table: Table,
    cases: Cases,
}

impl Takedowns {
    /// Takedowns in this table.
    pub fn new(table: Table) -> Self {
        Self { cases: Cases::new(table.clone()), table }
    }
}

/// A takedown in the list of those with its state.
#[derive(Serialize, Deserialize)]
pub(crate) struct ListedTakedown {
    pub(crate) takedown_id: TakedownId,
    /// When it is deleted. `None` until the takedown is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<i64>,
}

impl ListedTakedown {
    fn new(takedown: &Takedown) -> Self {
        Self { takedown_id: takedown.id, expires_at: takedown_expiry(takedown) }
    }
}

/// When a takedown and its position in the list are deleted, in seconds since 1970: a year after it is over. `None` until
/// then.
pub(crate) fn takedown_expiry(takedown: &Takedown) -> Option<i64> {
    takedown.state.is_final().then(|| expiry(takedown.listed_at))
}

/// Whether a takedown exists. DynamoDB deletes expired rows late.
fn is_kept(takedown: &Takedown, now: Time) -> bool {
    takedown_expiry(takedown).is_none_or(|expires_at| now.as_secs() < expires_at)
}

/// A restriction that is to end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Restriction {
    pub(crate) school_id: SchoolId,
    pub(crate) takedown_id: TakedownId,
    pub(crate) until: Time,
}

/// A decision about a takedown request, in the moderation log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TakedownLogEntry {
    pub(crate) takedown_id: TakedownId,
    pub(crate) case_id: CaseId,
    pub(crate) author_id: UserId,
    #[serde(flatten)]
    pub(crate) decision: TakedownDecision,
}

/// The inverse of the partition in [`takedown_key`].
pub(crate) fn parse_takedown_partition(pk: &str) -> Option<(SchoolId, TakedownId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix("#TAKEDOWN#")?.parse().ok()?))
}

pub(crate) fn takedown_key(school: SchoolId, takedown: TakedownId) -> Key {
    Key::new(format!("{}#TAKEDOWN#{takedown}", schools::partition(school)), TAKEDOWN)
}

pub(crate) fn list_partition(school: SchoolId, state: TakedownState) -> String {
    let name = match state {
        TakedownState::Open => "OPEN",
        TakedownState::Restricted => "RESTRICTED",
        TakedownState::Declined => "DECLINED",
        TakedownState::Restored => "RESTORED",
        TakedownState::Removed => "REMOVED",
    };
    format!("{}#TAKEDOWNS#{name}", schools::partition(school))
}

pub(crate) fn listed_key(school: SchoolId, takedown: &Takedown) -> Key {
    Key::new(list_partition(school, takedown.state), format!("{}#{}", takedown.listed_at, takedown.id))
}

pub(crate) fn restriction_key(until: Time, takedown: TakedownId) -> Key {
    Key::new(RESTRICTIONS, format!("{until}#{takedown}"))
}

pub(crate) fn log_key(school: SchoolId, decided_at: Time, takedown: TakedownId) -> Key {
    Key::new(log_partition(school), format!("{decided_at}#{takedown}"))
}

impl Transaction {
    /// Replaces a takedown, moves it to the list of its state, and if it is over, lets the applicant expire. Fails with
    /// [`Error::Stale`] if it has changed since it was read.
    fn replace_takedown(self, school: SchoolId, before: &Takedown, after: &Takedown) -> Result<Self, Error> {
        let unchanged =
            RowUpdate::default().if_equal(&["state"], before.state)?.if_equal(&["listed_at"], before.listed_at)?;
        let unchanged = match before.objected_at {
            Some(at) => unchanged.if_equal(&["objected_at"], at)?,
            None => unchanged.if_absent(&["objected_at"]),
        };
        let mut change = unchanged.set(&["state"], after.state)?.set(&["listed_at"], after.listed_at)?;
        if let Some(decision) = &after.decision {
            change = change.set(&["decision"], decision)?;
        }
        if let Some(until) = after.until {
            change = change.set(&["until"], until)?;
        }
        if let Some(moderation) = after.before {
            change = change.set(&["before"], moderation)?;
        }
        if let Some(at) = after.objected_at {
            change = change.set(&["objected_at"], at)?;
        }
        if let Some(expires_at) = takedown_expiry(after) {
            change = change.set(&["expires_at"], expires_at)?;
        }
        let mut transaction = self.update(takedown_key(school, after.id), change)?.on_condition_failed(Error::Stale);
        let (from, to) = (listed_key(school, before), listed_key(school, after));
        if from != to {
            transaction = transaction.delete(from)?.on_condition_failed(Error::Stale);
            transaction = transaction.create(&to, &ListedTakedown::new(after))?;
        }
        match after.state.is_final() {
            true => transaction.expire_applicant(after.id),
            false => Ok(transaction),
        }
    }

    /// Tells the applicant about the state of the takedown.
    fn tell_applicant(self, sealer: &MailSealer, takedown: &Takedown) -> Result<Self, Error> {
        let content = MailContent::Takedown { state: takedown.state };
        self.send_mail(sealer, &Mail::to(Recipient::Applicant(takedown.id), content))
    }

    /// Tells the author about the state of the takedown, after a random delay.
    fn tell_author(self, sealer: &MailSealer, school: SchoolId, takedown: &Takedown) -> Result<Self, Error> {
        let content = MailContent::Restriction { state: takedown.state };
        let author = Recipient::Student { school_id: school, user_id: takedown.author_id };
        self.send_mail_later(sealer, &Mail::to(author, content), 0..AUTHOR_MAIL_DELAY_S)
    }
}
