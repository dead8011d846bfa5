//! Writing notifications.

use crate::domain::{
    BlockTarget, Notification, NotificationDraft, NotificationId, NotificationPlace, StudentKey, UnreadNotifications,
};
use crate::store::accounts::{sessions, sessions::SessionsRow};
use crate::store::blocks;
use crate::store::content::{reactions, reactions::Reaction};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority, Table, Transaction};
use crate::store::notifications::{
    NotificationRow, NotificationState, NotifiedCause, group_hash, key, notified_key, state_key,
};

/// How long the table remembers that a cause has made a notification, in seconds: 8 days. It is longer than a cause may be
/// old.
const REMEMBERED_FOR_S: i64 = NotificationDraft::MAX_AGE_S + 24 * 3600;

/// Access to notifications.
#[derive(Clone, Debug)]
pub struct Notifications {
    pub(super) table: Table,
}

/// What has become of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    /// There is a notification with this id, which may have replaced an earlier one.
    Yes(NotificationId),
    /// The student does not want it, has left, is not verified, or has got it before; or it is too old.
    No,
}

impl Notifications {
    /// Notifications in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Notifies a student, unless
    ///
    /// - the student has left, or is not verified,
    /// - has switched off this kind, blocks the actor, or hides or mutes the post,
    /// - has been notified of the cause before,
    /// - or the cause is older than 7 days.
    ///
    /// The caller makes sure that the student is not the actor, and that the cause still exists.
    pub async fn notify(&self, student: StudentKey, draft: &NotificationDraft) -> Result<Notified, Error> {
        self.notify_unless(student, draft, None).await
    }

    /// Like [`notify`](Self::notify). Also does nothing if there is a row at `block_key`, by which the student blocks the
    /// actor.
    pub(crate) async fn notify_unless(
        &self,
        student: StudentKey,
        draft: &NotificationDraft,
        block_key: Option<Key>,
    ) -> Result<Notified, Error> {
        if draft.is_too_old(self.table.clock().now()) {
            return Ok(Notified::No);
        }
        let mut backoff = Backoff::begin();
        loop {
            let Some(state) = self.wanting(student, draft, block_key.clone()).await? else { return Ok(Notified::No) };
            match self.try_notify(student, draft, &state).await {
                // Another notification came first, or the student has read up to this one.
                Err(Error::Stale | Error::Contention) => backoff.pause().await?,
                result => return result,
            }
        }
    }

    /// The state of a student who wants the notification.
    async fn wanting(
        &self,
        student: StudentKey,
        draft: &NotificationDraft,
        block_key: Option<Key>,
    ) -> Result<Option<NotificationState>, Error> {
        let StudentKey { school, user } = student;
        let (state_key, sessions_key) = (state_key(student), sessions::key(school, user));
        let reaction_key = draft.cause.mutable_post().map(|post| reactions::key(school, user, post));
        let block_keys: Vec<Key> = draft
            .actor
            .map(|actor: BlockTarget| blocks::key(school, user, actor))
            .into_iter()
            .chain(block_key)
            .collect();
        let keys = [state_key.clone(), sessions_key.clone()].into_iter();
        let keys = keys.chain(reaction_key.clone()).chain(block_keys.clone());
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let is_verified = rows.take::<SessionsRow>(&sessions_key)?.is_some_and(|sessions| sessions.is_verified());
        let is_blocked = block_keys.iter().any(|key| rows.has(key));
        let reaction: Reaction = match &reaction_key {
            Some(key) => rows.take(key)?.unwrap_or_default(),
            None => Reaction::default(),
        };
        let is_muted = reaction.hidden_at.is_some() || reaction.muted_at.is_some();
        let state: NotificationState = rows.take(&state_key)?.unwrap_or_default();
        let is_wanted = is_verified && !is_blocked && !is_muted && state.settings.wants(draft.cause.kind());
        Ok(is_wanted.then_some(state))
    }

    /// # Errors
    /// [`Error::Stale`] if the state has changed since it was read.
    async fn try_notify(
        &self,
        student: StudentKey,
        draft: &NotificationDraft,
        state: &NotificationState,
    ) -> Result<Notified, Error> {
        let now = self.table.clock().now();
        let NotificationPlace { number, replaces, unread } = state.unread.place(&group_hash(&draft.cause));
        let replaced_key = replaces.map(|number| key(student, NotificationId::from_number(number)));
        let before: Option<NotificationRow> = match &replaced_key {
            Some(key) => self.table.get(key.clone(), Read::Consistent).await?,
            None => None,
        };
        let before = before.filter(|row| row.lives_at(now.as_secs())).map(|row| row.notification);
        let notification = Notification::new(draft, before.as_ref());
        let id = NotificationId::from_number(number);
        let row = NotificationRow { expires_at: notification.expires_at(), notification };
        let remembered = NotifiedCause { expires_at: now.as_secs().saturating_add(REMEMBERED_FOR_S) };
        let mut transaction = self
            .table
            .transaction(ServiceAuthority)
            .create_expiring(&notified_key(student, &draft.cause), &remembered)?
            .on_condition_failed(Error::NotFound)
            .count_unread(student, &state.unread, &unread)?
            .create(&key(student, id), &row)?
            .on_condition_failed(Error::Stale);
        if let Some(replaced_key) = replaced_key {
            transaction = transaction.delete_if(replaced_key, RowUpdate::default())?;
        }
        if state.subscribed {
            transaction = transaction.queue_push(student, id, draft)?;
        }
        match transaction.commit_once().await {
            Ok(()) => Ok(Notified::Yes(id)),
            // The student has been notified of this cause.
            Err(Error::NotFound) => Ok(Notified::No),
            Err(error) => Err(error),
        }
    }
}

impl Transaction {
    /// Changes the numbers of the student's state. Fails with [`Error::Stale`] if they are not `before` any more.
    fn count_unread(
        self,
        student: StudentKey,
        before: &UnreadNotifications,
        after: &UnreadNotifications,
    ) -> Result<Self, Error> {
        let change = RowUpdate::default().set(&["last"], after.last)?.set(&["groups"], &after.groups)?;
        let change =
            [("last", before.last), ("read", before.read)].into_iter().try_fold(change, |change, number| {
                match number {
                    // The row, or the attribute, may not exist.
                    (name, 0) => change.if_absent_or_equal(&[name], 0),
                    (name, number) => change.if_equal(&[name], number),
                }
            })?;
        Ok(self.update(state_key(student), change)?.on_condition_failed(Error::Stale))
    }
}
