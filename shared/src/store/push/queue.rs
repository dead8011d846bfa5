//! The pushes that wait to be sent: attempts, retries, and giving up. They work as those of
//! [mails](crate::store::mails).
//!
//! A push is written in the transaction of its notification. There is one for each student and group, so while it waits,
//! further causes change it, and the student's devices get one message. A further cause also begins its attempts again, and
//! draws the time at which it is due again, so an attempt that is under way does not end it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    NotificationDraft, NotificationId, NotificationKind, SchoolId, SessionId, StudentKey, Time, UserId,
};
use crate::hash::sha256;
use crate::store::accounts::sessions::{self, SessionsRow};
use crate::store::dynamo::{
    Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, StreamRecord, Table, Transaction, partitions_in_turn,
    random_secs,
};
use crate::store::notifications::{self, NotificationRow, NotificationState, Notifications};
use crate::store::push::subscriptions::{self, PushTarget, SubscriptionsRow};

pub(crate) const PUSHES: &str = "PUSHES#";

/// The number of partitions of pushes. A partition takes 1,000 write units a second, and a push about 5.
const SHARDS: u8 = 8;

/// How long a push waits at most that must not tell when something happened, in seconds: 5 minutes.
const MAX_DELAY_S: u32 = 300;

/// How long an attempt may take, in seconds. It is longer than an invocation of the function may run.
const LEASE_S: i64 = 120;

/// How many attempts a push gets. The waits between them add up to about half an hour, unless a push service asks for more.
const MAX_ATTEMPTS: u32 = 6;

/// The longest wait that a push service can ask for, in seconds: an hour.
const MAX_RETRY_AFTER_S: u32 = 3600;

/// By how much a push may be later than a push service asks for, in seconds. Otherwise all pushes would come back at once.
const MAX_LATER_S: u32 = 30;

/// How long a push is of use, in seconds: a day.
const KEPT_FOR_S: i64 = 24 * 3600;

/// How many pushes of a partition one query reads.
const PAGE: usize = 100;

/// Access to the pushes.
#[derive(Clone, Debug)]
pub struct Pushes {
    table: Table,
    notifications: Notifications,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PushRow {
    pub(crate) school_id: SchoolId,
    pub(crate) user_id: UserId,
    /// The number of the notification.
    number: u32,
    kind: NotificationKind,
    group: String,
    /// When the next attempt may start. Each attempt first moves it into the future, so two attempts for the same cause never
    /// run at the same time.
    due_at: Time,
    /// How many attempts have started.
    attempts: u32,
    /// The sessions that an earlier attempt did not reach; `None` before the first attempt.
    #[serde(default)]
    unreached: Option<Vec<SessionId>>,
    expires_at: i64,
}

/// A push that waits, as it was read or delivered by the stream.
#[derive(Clone, Debug)]
pub struct QueuedPush {
    row: PushRow,
}

/// A push that this process may send now.
#[derive(Clone, Debug)]
pub struct PushAttempt {
    pub student: StudentKey,
    /// The newest notification of the group.
    pub notification: NotificationId,
    pub kind: NotificationKind,
    /// Pushes with the same group replace each other.
    pub group: String,
    /// 1 for the first attempt.
    number: u32,
    /// The end of the attempt, which identifies it.
    until: Time,
    unreached: Option<Vec<SessionId>>,
}

/// The result of starting an attempt.
#[derive(Clone, Debug)]
pub enum PushStart {
    /// The push is to be sent.
    Attempt(PushAttempt),
    /// The push is not due yet, was sent or given up before, or another attempt is under way.
    NothingToDo,
    /// All attempts have ended without a result. The push was deleted.
    GivenUp,
}

/// To whom a push goes.
#[derive(Clone, Debug, Default)]
pub struct PushRecipients {
    /// The subscriptions that have not got the push. Empty if the student has read the notification, does not want pushes, or
    /// would not be shown what it is about.
    pub targets: Vec<PushTarget>,
    /// The subscriptions whose session has ended.
    pub ended: Vec<PushTarget>,
}

impl QueuedPush {
    /// The push that a record of the stream is about. `None` if it is about another row, or a push was deleted.
    ///
    /// # Errors
    /// If the row is malformed.
    pub fn of_record(record: &StreamRecord) -> Result<Option<Self>, Error> {
        match &record.new_row {
            Some(row) if record.key.pk.starts_with(PUSHES) => {
                Ok(Some(Self { row: serde_dynamo::from_item(row.clone())? }))
            }
            _ => Ok(None),
        }
    }
}

impl PushRow {
    pub(crate) fn student(&self) -> StudentKey {
        StudentKey { school: self.school_id, user: self.user_id }
    }

    pub(crate) fn key(&self) -> Key {
        key(self.student(), &self.group)
    }
}

impl PushAttempt {
    /// Whether the push is given up if this attempt fails.
    pub fn is_last(&self) -> bool {
        self.number >= MAX_ATTEMPTS
    }

    fn key(&self) -> Key {
        key(self.student, &self.group)
    }

    fn if_unchanged(&self) -> Result<RowUpdate, Error> {
        let number = self.notification.number();
        RowUpdate::default().if_equal(&["due_at"], self.until)?.if_equal(&["number"], number)
    }
}

impl Pushes {
    /// Pushes in this table.
    pub fn new(table: Table) -> Self {
        Self { notifications: Notifications::new(table.clone()), table }
    }

    /// All partitions, in an order that changes every minute, so that no push always comes last.
    pub fn partitions(&self) -> impl Iterator<Item = u8> + use<> {
        partitions_in_turn(SHARDS, self.table.clock().now())
    }

    /// Reads a page of a partition, one of [`Pushes::partitions`], after a position: the pushes that are due. Leaves out
    /// malformed rows, and logs them.
    pub async fn due(&self, partition: u8, after: Option<String>) -> Result<Page<QueuedPush, String>, Error> {
        let now = self.table.clock().now();
        let mut range = Range::oldest_first(format!("{PUSHES}{partition}"), "").after(after);
        range.read = Read::Eventual;
        let Page { items, next } = self.table.query_well_formed::<PushRow>(range, Some(PAGE)).await?;
        let items = items.into_iter().filter(|(_, row)| row.due_at <= now).map(|(_, row)| QueuedPush { row }).collect();
        Ok(Page { items, next })
    }

    /// Starts an attempt to send the push.
    pub async fn start_attempt(&self, queued: &QueuedPush) -> Result<PushStart, Error> {
        let (row, now) = (&queued.row, self.table.clock().now());
        if row.due_at > now {
            return Ok(PushStart::NothingToDo);
        }
        let until = now.plus_secs(LEASE_S);
        let attempt = PushAttempt {
            student: row.student(),
            notification: NotificationId::from_number(row.number),
            kind: row.kind,
            group: row.group.clone(),
            number: row.attempts.saturating_add(1),
            until,
            unreached: row.unreached.clone(),
        };
        let unchanged = RowUpdate::default().if_equal(&["due_at"], row.due_at)?.if_equal(&["number"], row.number)?;
        let (transaction, started) = (self.table.transaction(ServiceAuthority), PushStart::Attempt(attempt));
        let (transaction, start) = match row.attempts >= MAX_ATTEMPTS {
            true => (transaction.delete_if(row.key(), unchanged)?, PushStart::GivenUp),
            false => {
                let change = unchanged.set(&["due_at"], until)?.add(&["attempts"], 1)?;
                (transaction.update(row.key(), change)?, started)
            }
        };
        match transaction.on_condition_failed(Error::Stale).commit().await {
            Ok(()) => Ok(start),
            Err(Error::Stale) => Ok(PushStart::NothingToDo),
            Err(error) => Err(error),
        }
    }

    /// To whom the push goes now.
    pub async fn recipients(&self, attempt: &PushAttempt) -> Result<PushRecipients, Error> {
        let StudentKey { school, user } = attempt.student;
        let keys = [
            notifications::state_key(attempt.student),
            sessions::key(school, user),
            subscriptions::key(attempt.student),
            notifications::key(attempt.student, attempt.notification),
        ];
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        let [state, sessions, subscriptions, notification] = &keys;
        let state: NotificationState = rows.take(state)?.unwrap_or_default();
        let sessions: SessionsRow = rows.take(sessions)?.unwrap_or_default();
        let subscriptions: SubscriptionsRow = rows.take(subscriptions)?.unwrap_or_default();
        let notification: Option<NotificationRow> = rows.take(notification)?;
        let now = self.table.clock().now();
        let (live, ended): (Vec<_>, Vec<_>) =
            subscriptions.targets().into_iter().partition(|target| sessions.get(target.session, now).is_some());
        let is_wanted = sessions.is_verified()
            && state.settings.push
            && state.settings.wants(attempt.kind)
            && !state.unread.is_read(attempt.notification);
        let is_shown = match notification {
            Some(row) if is_wanted && !live.is_empty() => {
                self.notifications.is_shown(attempt.student, &row.notification.cause).await?
            }
            _ => false,
        };
        let is_unreached = |target: &PushTarget| {
            attempt.unreached.as_ref().is_none_or(|unreached| unreached.contains(&target.session))
        };
        let targets = live.into_iter().filter(|target| is_shown && is_unreached(target)).collect();
        Ok(PushRecipients { targets, ended })
    }

    /// Ends an attempt after which nothing is left to do: deletes the push, unless a further cause has changed it meanwhile.
    pub async fn finish(&self, attempt: &PushAttempt) -> Result<(), Error> {
        let same = attempt.if_unchanged()?;
        let transaction = self.table.transaction(ServiceAuthority).delete_if(attempt.key(), same)?;
        match transaction.on_condition_failed(Error::Stale).commit().await {
            Ok(()) | Err(Error::Stale) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Ends an attempt that did not reach these sessions: the push is due again after half a minute to a minute, and after
    /// each further failure after twice the time, but not before the seconds that a push service has asked for. Does nothing
    /// if a further cause has changed the push meanwhile: it goes to all sessions, when it is due.
    pub async fn postpone(
        &self,
        attempt: &PushAttempt,
        unreached: &[SessionId],
        retry_after: Option<u32>,
    ) -> Result<(), Error> {
        let wait = match retry_after {
            None => wait_after(attempt.number)?,
            Some(seconds) => {
                let asked = seconds.min(MAX_RETRY_AFTER_S).saturating_add(random_secs(0..MAX_LATER_S)?);
                wait_after(attempt.number)?.max(asked)
            }
        };
        let due_at = self.table.clock().now().plus_secs(wait.into());
        let postponed = attempt.if_unchanged()?.set(&["due_at"], due_at)?.set(&["unreached"], unreached)?;
        let transaction = self.table.transaction(ServiceAuthority).update(attempt.key(), postponed)?;
        match transaction.on_condition_failed(Error::Stale).commit().await {
            Ok(()) | Err(Error::Stale) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Transaction {
    /// Adds the push of a notification, which is sent after this transaction has committed. If it would tell when something
    /// happened that only the student should know, it waits for a random time. It replaces the push of an earlier cause.
    pub(crate) fn queue_push(
        self,
        student: StudentKey,
        notification: NotificationId,
        draft: &NotificationDraft,
    ) -> Result<Self, Error> {
        let delay = if draft.push_waits() { random_secs(0..MAX_DELAY_S)? } else { 0 };
        let due_at = self.now().plus_secs(delay.into());
        let group = draft.cause.group();
        let change = RowUpdate::default()
            .set(&["school_id"], student.school)?
            .set(&["user_id"], student.user)?
            .set(&["number"], notification.number())?
            .set(&["kind"], draft.cause.kind())?
            .set(&["group"], &group)?
            .set(&["due_at"], due_at)?
            .set(&["attempts"], 0)?
            .remove(&["unreached"])
            .set(&["expires_at"], due_at.as_secs().saturating_add(KEPT_FOR_S))?;
        self.update(key(student, &group), change)
    }
}

/// How long a push waits after this failed attempt, in seconds: a random time, so that pushes that fail together do not come
/// back together.
fn wait_after(attempt: u32) -> Result<u32, Error> {
    let longest = 60_u32.saturating_mul(1 << attempt.saturating_sub(1).min(10));
    random_secs(longest / 2..longest.saturating_add(1))
}

/// The key of the push about a group of a student's notifications.
pub(crate) fn key(student: StudentKey, group: &str) -> Key {
    let hash = sha256(format!("{}#{}#{group}", student.school, student.user).as_bytes());
    let shard = hash.bytes().next().map_or(0, |byte| byte % SHARDS);
    Key::new(format!("{PUSHES}{shard}"), hash)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn pushes_spread_over_all_partitions() {
        let student = StudentKey { school: SchoolId::new(Time::now()), user: UserId::random() };
        let partitions: HashSet<String> = (0..1000).map(|group| key(student, &group.to_string()).pk).collect();
        assert_eq!(partitions, (0..SHARDS).map(|shard| format!("{PUSHES}{shard}")).collect());
    }
}
