//! Mails that are to be sent (rule 18). A mail is a row that is written in the transaction of its cause. The function
//! notifications-stream sends it as soon as the table's stream delivers the row, and deletes the row. Its schedule sends what is
//! still there: [`Mails`].
//!
//! The address, the language and the content are sealed, so that another reader of the stream cannot read them.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | mail | `MAILS#<shard>` | `<id>` |
//! | failed mail | `FAILED-MAILS` | `<id>` |
//! | suppressed address | `SUPPRESSED#<keyed hash of the address>` | `BOUNCE` or `COMPLAINT` |

mod queue;
mod suppression;

pub use queue::{Attempt, AttemptStart, MailFailure, Mails, QueuedMail};
pub use suppression::{Suppression, Suppressions};

pub(crate) use queue::{FAILED_MAILS, FailedMail};
pub(crate) use suppression::{SUPPRESSED, SuppressionRow, is_sort_key};

use std::ops::Range;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Email, Language, SchoolId, TakedownId, TakedownState, Time, UserId};
use crate::sealer::Sealer;
use crate::store::dynamo::{Error, Key, Transaction, random_secs};
use crate::store::keys::MailKey;

pub(crate) const MAILS: &str = "MAILS#";

/// The number of partitions of mails. A partition takes 1,000 write units a second, and a mail about 5. Many more mails
/// than SES accepts in a second fit into these.
pub(crate) const SHARDS: u8 = 8;

/// How long DynamoDB keeps a mail that nothing handles, in seconds: 7 days. All attempts to send it take about two hours.
const KEPT_FOR_S: i64 = 7 * 24 * 3600;

/// A mail to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: Recipient,
    /// For a recipient by address. Otherwise the recipient's own language applies.
    pub language: Language,
    pub content: MailContent,
}

/// To whom a mail goes. Except for an address, notifications-stream looks it up when it sends the mail, so that the
/// request does not handle it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    Address(Email),
    /// The address that the student has verified. Without one, nothing is sent.
    Student {
        school_id: SchoolId,
        user_id: UserId,
    },
    /// The applicant of a takedown request.
    Applicant(TakedownId),
}

impl From<Email> for Recipient {
    fn from(address: Email) -> Self {
        Self::Address(address)
    }
}

impl Recipient {
    /// The address, if the mail itself has it.
    pub fn address(&self) -> Option<&Email> {
        match self {
            Self::Address(address) => Some(address),
            Self::Student { .. } | Self::Applicant(_) => None,
        }
    }
}

impl Mail {
    /// A mail to a recipient whose language is looked up.
    pub(crate) fn to(to: Recipient, content: MailContent) -> Self {
        Self { to, language: Language::default(), content }
    }
}

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailContent {
    /// The code that verifies the address. The mail is not sent after `expires_at`.
    VerificationCode { code: String, expires_at: Time },
    /// A link that sets a new password, if a student has verified the address. Otherwise nothing is sent. The mail is not
    /// sent after `expires_at`: a late mail would bring a fresh link for which nobody has asked lately.
    PasswordReset { expires_at: Time },
    /// Another address replaces this one, which a student had verified.
    AddressReplaced,
    /// The login id, if a student has verified the address. Otherwise nothing is sent. The mail is not sent after
    /// `expires_at`.
    LoginIdReminder { expires_at: Time },
    /// A link that confirms a takedown request. The mail is not sent after `expires_at`.
    TakedownConfirmation { token: String, expires_at: Time },
    /// For the applicant: the state of a takedown request.
    Takedown { state: TakedownState },
    /// For the author: something was restricted because of a takedown request, or the restriction has ended.
    Restriction { state: TakedownState },
}

impl MailContent {
    /// How long a request for recovery may wait to be sent, in seconds: 30 minutes.
    pub const RECOVERY_WAITS_FOR_S: i64 = 30 * 60;

    /// The time after which the mail is not sent.
    pub fn expires_at(&self) -> Option<Time> {
        match self {
            Self::VerificationCode { expires_at, .. }
            | Self::PasswordReset { expires_at }
            | Self::LoginIdReminder { expires_at }
            | Self::TakedownConfirmation { expires_at, .. } => Some(*expires_at),
            Self::AddressReplaced | Self::Takedown { .. } | Self::Restriction { .. } => None,
        }
    }
}

/// A mail in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct MailRow {
    /// The [`Mail`], sealed.
    sealed: String,
    /// When the next attempt may start. Each attempt first moves it into the future, so two attempts never run at the
    /// same time.
    due_at: Time,
    /// How many attempts have started.
    attempts: u32,
    expires_at: i64,
}

/// Seals mails, so that only the functions with the mail key can read them.
pub struct MailSealer(Sealer);

impl MailSealer {
    /// `None` if the key is malformed.
    pub fn new(key: &MailKey) -> Option<Self> {
        Some(Self(Sealer::new(&key.derive("campus mails")?)?))
    }

    fn seal(&self, id: Uuid, mail: &Mail) -> Result<String, Error> {
        let json = serde_json::to_string(mail).map_err(Error::unexpected)?;
        match self.0.seal(&id.to_string(), &json) {
            sealed if sealed.is_empty() => Err(Error::unexpected("the random number generator has failed")),
            sealed => Ok(sealed),
        }
    }

    fn open(&self, id: Uuid, sealed: &str) -> Option<Mail> {
        serde_json::from_str(&self.0.open(&id.to_string(), sealed)?).ok()
    }
}

/// The key of a mail. The random last byte of the id chooses the partition.
pub(crate) fn key(id: Uuid) -> Key {
    let shard = id.as_bytes().last().map_or(0, |byte| byte % SHARDS);
    Key::new(partition(shard), id.to_string())
}

pub(crate) fn partition(shard: u8) -> String {
    format!("{MAILS}{shard}")
}

impl Transaction {
    /// Adds a mail, which is sent after this transaction has committed.
    pub(crate) fn send_mail(self, sealer: &MailSealer, mail: &Mail) -> Result<Self, Error> {
        let now = self.now();
        self.send_mail_at(sealer, mail, now)
    }

    /// Adds a mail, which is sent after a random number of seconds in `delay`.
    pub(crate) fn send_mail_later(self, sealer: &MailSealer, mail: &Mail, delay: Range<u32>) -> Result<Self, Error> {
        let due_at = self.now().plus_secs(random_secs(delay)?.into());
        self.send_mail_at(sealer, mail, due_at)
    }

    fn send_mail_at(self, sealer: &MailSealer, mail: &Mail, due_at: Time) -> Result<Self, Error> {
        let id = Uuid::new_v4();
        let expires_at = due_at.as_secs().saturating_add(KEPT_FOR_S);
        self.create(&key(id), &MailRow { sealed: sealer.seal(id, mail)?, due_at, attempts: 0, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::Parse;

    #[test]
    fn a_mail_is_sealed_for_its_row() {
        let sealer = MailSealer::new(&MailKey::generate().unwrap()).unwrap();
        let to = Email::parse("student@campus.ac.kr".to_owned()).unwrap();
        let content = MailContent::VerificationCode { code: "123456".to_owned(), expires_at: Time::now() };
        let (id, mail) = (Uuid::new_v4(), Mail { to: to.into(), language: Language::English, content });
        let sealed = sealer.seal(id, &mail).unwrap();
        assert_eq!(sealer.open(id, &sealed), Some(mail));
        assert_eq!(sealer.open(Uuid::new_v4(), &sealed), None);
        assert_eq!(MailSealer::new(&MailKey::generate().unwrap()).unwrap().open(id, &sealed), None);
    }

    #[test]
    fn mails_spread_over_all_partitions() {
        let partitions: HashSet<String> = (0..1000).map(|_| key(Uuid::new_v4()).pk).collect();
        assert_eq!(partitions, (0..SHARDS).map(partition).collect());
    }
}
