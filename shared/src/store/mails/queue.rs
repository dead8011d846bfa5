//! Sending the mails: attempts, retries, and giving up.
//!
//! The stream and the schedule may find the same mail at the same time, and either may find it twice. [`Mails::begin`]
//! lets one of them attempt to send it, for [`LEASE_S`]. If the attempt ends without a result, because the process died,
//! the schedule makes the next one after that time.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::Time;
use crate::store::dynamo::{Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, Table};
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

/// Why a mail was given up. The name is in the row and in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailFailure {
    /// The last attempt failed, too.
    Attempts,
    /// Its content was no longer valid.
    Expired,
    /// SES rejects the mail or its address.
    Rejected,
    /// Mails to this address have bounced, or its owner has complained.
    Suppressed,
    /// The mail cannot be opened with the mail key.
    Unreadable,
}

/// What the table keeps of a mail that was given up. It does not say to whom it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FailedMail {
    pub reason: MailFailure,
    pub failed_at: Time,
    pub(crate) expires_at: i64,
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

    /// Reads a page of a partition, `0..`[`Mails::PARTITIONS`], after a position: the mails that are due.
    pub async fn due(&self, partition: u8, after: Option<String>) -> Result<Page<QueuedMail, String>, Error> {
        let now = self.table.clock().now();
        let mut range = Range::oldest_first(mails::partition(partition), "").after(after);
        range.read = Read::Eventual;
        let Page { items, next } = self.table.query::<MailRow>(range, Some(PAGE)).await?;
        let due = |(sk, row): (String, MailRow)| Some(QueuedMail { id: sk.parse().ok()?, row });
        let items = items.into_iter().filter(|(_, row)| row.due_at <= now).filter_map(due).collect();
        Ok(Page { items, next })
    }

    /// The number of partitions.
    pub const PARTITIONS: u8 = SHARDS;

    /// Begins an attempt to send the mail. `None` if there is nothing to send: the mail is sent, given up, or another
    /// attempt is under way, or it has just been given up.
    pub async fn begin(&self, sealer: &MailSealer, queued: &QueuedMail) -> Result<Option<Attempt>, Error> {
        let QueuedMail { id, row } = queued;
        let Some(mail) = sealer.open(*id, &row.sealed) else {
            self.give_up_at(*id, row.due_at, MailFailure::Unreadable).await?;
            return Ok(None);
        };
        if row.attempts >= MAX_ATTEMPTS {
            self.give_up_at(*id, row.due_at, MailFailure::Attempts).await?;
            return Ok(None);
        }
        let until = self.table.clock().now().plus_secs(LEASE_S);
        let begun =
            RowUpdate::default().if_equal(&["due_at"], row.due_at)?.set(&["due_at"], until)?.add(&["attempts"], 1)?;
        let transaction = self.table.transaction(ServiceAuthority).update(mails::key(*id), begun)?;
        match transaction.on_condition_failed(Error::Stale).commit().await {
            Ok(()) => Ok(Some(Attempt { id: *id, number: row.attempts.saturating_add(1), until, mail })),
            Err(Error::Stale) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends an attempt after which nothing is left to do, because the mail was sent, or need not be: deletes the row.
    pub async fn finish(&self, attempt: &Attempt) -> Result<(), Error> {
        self.table.delete(ServiceAuthority, mails::key(attempt.id)).await
    }

    /// Ends an attempt that failed: the mail is due again after a minute, and after each further failure after twice the
    /// time. After the last attempt, gives up. Returns whether it did.
    pub async fn postpone(&self, attempt: &Attempt) -> Result<bool, Error> {
        if attempt.number >= MAX_ATTEMPTS {
            self.give_up(attempt, MailFailure::Attempts).await?;
            return Ok(true);
        }
        let wait = 60_i64.saturating_mul(1 << attempt.number.saturating_sub(1));
        let due_at = self.table.clock().now().plus_secs(wait);
        let postponed = RowUpdate::default().if_equal(&["due_at"], attempt.until)?.set(&["due_at"], due_at)?;
        let transaction = self.table.transaction(ServiceAuthority).update(mails::key(attempt.id), postponed)?;
        match transaction.on_condition_failed(Error::Stale).commit().await {
            // Another attempt has begun, or the row has expired.
            Ok(()) | Err(Error::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends an attempt for good: deletes the mail, and writes that it was not sent.
    pub async fn give_up(&self, attempt: &Attempt, reason: MailFailure) -> Result<(), Error> {
        self.give_up_at(attempt.id, attempt.until, reason).await
    }

    async fn give_up_at(&self, id: Uuid, due_at: Time, reason: MailFailure) -> Result<(), Error> {
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
            Ok(()) | Err(Error::Stale) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn failed_key(id: Uuid) -> Key {
    Key::new(FAILED_MAILS, id.to_string())
}
