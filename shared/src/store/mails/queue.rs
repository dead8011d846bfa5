//! Sending the mails: attempts, retries, and giving up.
//!
//! The stream and the schedule may find the same mail at the same time, and either may find it twice.
//! [`Mails::start_attempt`] lets one of them attempt to send it, for [`LEASE_S`]. If the attempt ends without a result,
//! because the process died, the schedule makes the next one after that time.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::Time;
use crate::store::dynamo::{
    Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, StreamRecord, Table, partitions_in_turn,
};
use crate::store::mails::{self, Mail, MailRow, MailSealer, SHARDS};

pub(crate) const FAILED_MAILS: &str = "FAILED-MAILS";

/// How long an attempt may take, in seconds. It is longer than an invocation of the function may run.
const LEASE_S: i64 = 120;

/// How many attempts a mail gets. The waits between them add up to about two hours.
const MAX_ATTEMPTS: u32 = 8;

/// How long a failed mail stays in the table, in seconds: 30 days.
const FAILURE_KEPT_FOR_S: i64 = 30 * 24 * 3600;

/// How many mails of a partition one query reads.
const PAGE: usize = 100;

/// Access to the mails.
#[derive(Clone, Debug)]
pub struct Mails {
    table: Table,
}

/// A mail that waits to be sent, as it was read or delivered by the stream.
#[derive(Clone, Debug)]
pub struct QueuedMail {
    id: Uuid,
    row: MailRow,
}

impl QueuedMail {
    /// The mail that a record of the stream is about. `None` if it is about another row, or a mail was deleted.
    ///
    /// # Errors
    /// If the row is malformed.
    pub fn of_record(record: StreamRecord) -> Result<Option<Self>, Error> {
        let StreamRecord { key, new_row: Some(row), .. } = record else { return Ok(None) };
        if !key.pk.starts_with(mails::MAILS) {
            return Ok(None);
        }
        let id = key.sk.parse().map_err(|error: uuid::Error| Error::unexpected(error))?;
        Ok(Some(Self { id, row: serde_dynamo::from_item(row)? }))
    }
}

/// A mail that this process may send now.
#[derive(Debug)]
pub struct Attempt {
    id: Uuid,
    /// 1 for the first attempt.
    number: u32,
    /// The end of the attempt, which identifies it.
    until: Time,
    /// What to send.
    pub mail: Mail,
}

/// The result of starting an attempt.
#[derive(Debug)]
pub enum AttemptStart {
    /// The mail is to be sent.
    Attempt(Attempt),
    /// The mail is not due yet, was sent or given up before, or another attempt is under way.
    NothingToDo,
    /// The mail cannot be opened. It is due again later: another version of this service, or the right key, may open it.
    Unreadable,
    /// The mail cannot be sent, and was given up.
    GivenUp(MailFailure),
}

/// Why a mail was given up. The name is in the row and in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFailure {
    /// The last attempt failed, too.
    Attempts,
    /// Its content has expired.
    Expired,
    /// SES rejects the mail or its address.
    Rejected,
    /// The last attempt could not open the mail, either: another key has sealed it, or its content is unknown.
    Unreadable,
}

/// What the table keeps of a mail that was given up. It does not say to whom it was.
#[derive(Serialize, Deserialize)]
pub(crate) struct FailedMail {
    reason: MailFailure,
    failed_at: Time,
    expires_at: i64,
}

impl Attempt {
    /// Whether the mail is given up if this attempt fails.
    pub fn is_last(&self) -> bool {
        self.number >= MAX_ATTEMPTS
    }
}

impl Mails {
    /// Mails in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Writes a mail without another cause.
    pub async fn enqueue(&self, sealer: &MailSealer, mail: &Mail) -> Result<(), Error> {
        self.table.transaction(ServiceAuthority).send_mail(sealer, mail)?.commit().await
    }

    /// All partitions, in an order that changes every minute, so that no mail always comes last.
    pub fn partitions(&self) -> impl Iterator<Item = u8> + use<> {
        partitions_in_turn(SHARDS, self.table.clock().now())
    }

    /// Reads a page of a partition, one of [`Mails::partitions`], after a position: the mails that are due. Leaves out
    /// malformed rows, and logs them.
    pub async fn due(&self, partition: u8, after: Option<String>) -> Result<Page<QueuedMail, String>, Error> {
        let now = self.table.clock().now();
        let mut range = Range::oldest_first(mails::partition(partition), "").after(after);
        range.read = Read::Eventual;
        let Page { items, next } = self.table.query_well_formed::<MailRow>(range, Some(PAGE)).await?;
        let due = |(sk, row): (String, MailRow)| Some(QueuedMail { id: sk.parse().ok()?, row });
        let items = items.into_iter().filter(|(_, row)| row.due_at <= now).filter_map(due).collect();
        Ok(Page { items, next })
    }

    /// Starts an attempt to send the mail.
    pub async fn start_attempt(&self, sealer: &MailSealer, queued: &QueuedMail) -> Result<AttemptStart, Error> {
        let QueuedMail { id, row } = queued;
        if row.due_at > self.table.clock().now() {
            return Ok(AttemptStart::NothingToDo);
        }
        if row.attempts >= MAX_ATTEMPTS {
            return self.replace_with_failure(*id, row.due_at, MailFailure::Attempts).await;
        }
        let number = row.attempts.saturating_add(1);
        let mail = sealer.open(*id, &row.sealed);
        let wait = match mail {
            Some(_) => LEASE_S,
            None if number >= MAX_ATTEMPTS => {
                return self.replace_with_failure(*id, row.due_at, MailFailure::Unreadable).await;
            }
            None => wait_after(number),
        };
        let until = self.table.clock().now().plus_secs(wait);
        let started =
            RowUpdate::default().if_equal(&["due_at"], row.due_at)?.set(&["due_at"], until)?.add(&["attempts"], 1)?;
        let transaction = self.table.transaction(ServiceAuthority).update(mails::key(*id), started)?;
        match transaction.on_condition_failed(Error::Stale).commit().await {
            Ok(()) => Ok(mail.map_or(AttemptStart::Unreadable, |mail| {
                AttemptStart::Attempt(Attempt { id: *id, number, until, mail })
            })),
            Err(Error::Stale) => Ok(AttemptStart::NothingToDo),
            Err(error) => Err(error),
        }
    }

    /// Ends an attempt after which nothing is left to do, because the mail was sent, or need not be: deletes the row.
    pub async fn finish(&self, attempt: &Attempt) -> Result<(), Error> {
        self.table.delete(ServiceAuthority, mails::key(attempt.id)).await
    }

    /// Ends an attempt that failed: the mail is due again after a minute, and after each further failure after twice the
    /// time.
    pub async fn postpone(&self, attempt: &Attempt) -> Result<(), Error> {
        let due_at = self.table.clock().now().plus_secs(wait_after(attempt.number));
        let postponed = RowUpdate::default().if_equal(&["due_at"], attempt.until)?.set(&["due_at"], due_at)?;
        let transaction = self.table.transaction(ServiceAuthority).update(mails::key(attempt.id), postponed)?;
        match transaction.on_condition_failed(Error::Stale).commit().await {
            // Another attempt has started, or the row has expired.
            Ok(()) | Err(Error::Stale) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends an attempt for good: deletes the mail, and writes that it was not sent. Returns whether it did: it does not if
    /// another attempt has started.
    pub async fn give_up(&self, attempt: &Attempt, reason: MailFailure) -> Result<bool, Error> {
        let ended = self.replace_with_failure(attempt.id, attempt.until, reason).await?;
        Ok(matches!(ended, AttemptStart::GivenUp(_)))
    }

    /// Replaces the mail by a failed mail, unless another process has changed or deleted it.
    async fn replace_with_failure(&self, id: Uuid, due_at: Time, reason: MailFailure) -> Result<AttemptStart, Error> {
        let now = self.table.clock().now();
        let expires_at = now.as_secs().saturating_add(FAILURE_KEPT_FOR_S);
        let transaction = self
            .table
            .transaction(ServiceAuthority)
            .delete_if(mails::key(id), RowUpdate::default().if_equal(&["due_at"], due_at)?)?
            .on_condition_failed(Error::Stale)
            .create(&failed_key(id), &FailedMail { reason, failed_at: now, expires_at })?
            .on_condition_failed(Error::Stale);
        match transaction.commit().await {
            Ok(()) => Ok(AttemptStart::GivenUp(reason)),
            Err(Error::Stale) => Ok(AttemptStart::NothingToDo),
            Err(error) => Err(error),
        }
    }
}

/// How long a mail waits after this failed attempt, in seconds.
fn wait_after(attempt: u32) -> i64 {
    60_i64.saturating_mul(1 << attempt.saturating_sub(1))
}

fn failed_key(id: Uuid) -> Key {
    Key::new(FAILED_MAILS, id.to_string())
}
