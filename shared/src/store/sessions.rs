//! Sessions: one row a student, beside the profile, with all sessions that live. So a write that needs a live session
//! reads one row, and all sessions can be ended in one write.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | sessions | `SCHOOL#<school>#USER#<user>` | `SESSIONS` |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::change::Change;
use super::table::{Backoff, Service};
use super::{Credentials, Error, Key, Read, Table, Writer, credentials, schools, users};
use crate::domain::{Caller, School, SchoolId, SessionId, Time, User, UserId};

const LIVE: &str = "live";
const BEGUN: &str = "begun";

/// The most sessions of a student that live at a time; a further login ends the oldest. Twenty keep the row under 4 KB,
/// one unit to read.
const MOST: usize = 20;

/// Access to sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    table: Table,
}

/// A session: a login and the line of refresh tokens that comes of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of the secret that all refresh tokens of the session have in common, in base64url.
    pub family_hash: String,
    /// SHA-256 of the secret in the refresh token that is good now, in base64url. The secrets are stored nowhere.
    pub refresh_hash: String,
    /// How many refresh tokens of the line are spent.
    pub generation: u32,
    /// When it ends, however often it is refreshed, in seconds since the epoch.
    pub expires_at: i64,
}

impl Session {
    /// Whether it lives at this time.
    pub fn lives_at(&self, now: Time) -> bool {
        now.as_secs() < self.expires_at
    }
}

/// The row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Row {
    live: BTreeMap<SessionId, Session>,
    /// How many sessions ever began: tells whether one began since the row was read.
    begun: u32,
}

impl Row {
    pub(super) fn first(id: SessionId, session: Session) -> Self {
        Self { live: BTreeMap::from([(id, session)]), begun: 1 }
    }

    pub(super) fn get(&self, id: SessionId, now: Time) -> Option<&Session> {
        self.live.get(&id).filter(|session| session.lives_at(now))
    }

    /// The sessions that have to go when another begins: those that have ended, and the oldest of too many.
    fn outdated(&self, now: Time) -> Vec<SessionId> {
        let (live, ended): (Vec<_>, Vec<_>) = self.live.iter().partition(|(_, session)| session.lives_at(now));
        let too_many = live.len().saturating_sub(MOST - 1);
        // Ids are in the order of time.
        ended.into_iter().chain(live.into_iter().take(too_many)).map(|(id, _)| *id).collect()
    }
}

/// What is known of whoever holds a refresh token or logs in.
pub struct Holder {
    /// The student.
    pub user: User,
    /// The student's school.
    pub school: School,
    sessions: Row,
}

impl Holder {
    /// The session, if it lives.
    pub fn session(&self, id: SessionId, now: Time) -> Option<&Session> {
        self.sessions.get(id, now)
    }
}

pub(super) fn key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), "SESSIONS")
}

impl Sessions {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// The student, the school and the sessions, in one batch.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such student any more.
    pub async fn holder(&self, school: SchoolId, user: UserId) -> Result<Holder, Error> {
        let keys = [users::profile_key(school, user), schools::key(school), key(school, user)];
        let mut rows = self.table.batch_get(keys.to_vec(), Read::Latest).await?;
        let [profile, school, sessions] = &keys;
        match (rows.take(profile)?, rows.take(school)?, rows.take(sessions)?) {
            (Some(user), Some(school), Some(sessions)) => Ok(Holder { user, school, sessions }),
            _ => Err(Error::NotFound),
        }
    }

    /// The session, if it lives.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn get(&self, school: SchoolId, user: UserId, id: SessionId) -> Result<Option<Session>, Error> {
        let row: Option<Row> = self.table.get(key(school, user), Read::Latest).await?;
        Ok(row.and_then(|row| row.get(id, self.table.clock().now()).cloned()))
    }

    /// Begins a session for a holder who has shown the password of these credentials.
    ///
    /// # Errors
    /// [`Error::Stale`] when the credentials have changed since they were read.
    pub async fn begin(
        &self,
        holder: &Holder,
        shown: &Credentials,
        id: SessionId,
        session: &Session,
    ) -> Result<(), Error> {
        let mut change = Change::of_existing().set(&[LIVE, &id.to_string()], session)?.add(&[BEGUN], 1)?;
        for outdated in holder.sessions.outdated(self.table.clock().now()) {
            change = change.remove(&[LIVE, &outdated.to_string()]);
        }
        self.table
            .transaction(Service)
            .check(credentials::key(&holder.user.login_id), credentials::unchanged(shown)?)?
            .on_condition_failed(Error::Stale)
            .update(key(holder.school.id, holder.user.id), change)?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
    }

    /// Spends a refresh token: the session goes on with the hash of the next one's secret.
    ///
    /// # Errors
    /// [`Error::Stale`] when another request has spent it, or ended the session, since it was read.
    pub async fn rotate(&self, holder: &Holder, id: SessionId, spent: &Session, next: &str) -> Result<(), Error> {
        let path = id.to_string();
        let change = Change::default()
            .set(&[LIVE, &path, "refresh_hash"], next)?
            .add(&[LIVE, &path, "generation"], 1)?
            .if_equal(&[LIVE, &path, "refresh_hash"], &spent.refresh_hash)?;
        self.table
            .transaction(Service)
            .update(key(holder.school.id, holder.user.id), change)?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn end(&self, school: SchoolId, user: UserId, id: SessionId) -> Result<(), Error> {
        let change = Change::of_existing().remove(&[LIVE, &id.to_string()]);
        self.end_by(school, user, change).await
    }

    /// Ends all sessions of a student.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn end_all(&self, school: SchoolId, user: UserId) -> Result<(), Error> {
        self.end_by(school, user, end_all()?).await
    }

    async fn end_by(&self, school: SchoolId, user: UserId, change: Change) -> Result<(), Error> {
        let transaction = self.table.transaction(Service).update(key(school, user), change)?;
        match transaction.on_condition_failed(Error::NotFound).commit().await {
            // Who has left has no sessions to end.
            Err(Error::NotFound) => Ok(()),
            result => result,
        }
    }

    /// Gives a student who has shown the current password another one, and ends all sessions but the caller's own.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] when the caller's own has ended; [`Error::PasswordChanged`] when the password has changed,
    /// or the student was suspended, since it was read.
    pub async fn change_password(
        &self,
        writer: &Writer,
        caller: &Caller,
        user: &User,
        shown: &Credentials,
        new_hash: &str,
    ) -> Result<(), Error> {
        let key = key(caller.school, caller.user);
        let mut backoff = Backoff::begin();
        loop {
            let row: Row = self.table.get(key.clone(), Read::Latest).await?.ok_or(Error::SessionEnded)?;
            row.get(caller.session, self.table.clock().now()).ok_or(Error::SessionEnded)?;
            let others = row.live.keys().filter(|id| **id != caller.session);
            let mut change = Change::default().if_equal(&[BEGUN], row.begun)?.set(&[BEGUN], row.begun)?;
            change = change.if_present(&[LIVE, &caller.session.to_string()]);
            for other in others {
                change = change.remove(&[LIVE, &other.to_string()]);
            }
            let result = self
                .table
                .transaction(writer)
                .update(credentials::key(&user.login_id), credentials::rehashed(shown, new_hash)?)?
                .on_condition_failed(Error::PasswordChanged)
                .update(key.clone(), change)?
                .on_condition_failed(Error::Stale)
                .commit()
                .await;
            match result {
                // Another login has begun meanwhile, with the old password: it has to go, too.
                Err(Error::Stale) if backoff.pause().await => {}
                result => return result,
            }
        }
    }
}

/// The change that ends all sessions.
pub(super) fn end_all() -> Result<Change, Error> {
    Change::of_existing().set(&[LIVE], BTreeMap::<SessionId, Session>::new())
}

/// Sessions are of a student, who has them however few live.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, user) = users::of_partition(&entry.key.pk)?;
    if *entry.key != key(school, user) {
        return None;
    }
    entry.gives();
    entry.needs(users::profile_key(school, user));
    entry.read::<Row>();
    Some("sessions")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(expires_at: i64) -> Session {
        Session { family_hash: String::new(), refresh_hash: String::new(), generation: 0, expires_at }
    }

    #[test]
    fn when_a_session_begins_ended_ones_and_the_oldest_of_twenty_go() {
        let now = Time::from_millis(1_000_000);
        let ids: Vec<_> = (0..22).map(|at| SessionId::new(now.plus_millis(at))).collect();
        let mut row = Row::default();
        row.live.insert(ids[21], session(now.as_secs()));
        for id in ids.iter().take(19) {
            row.live.insert(*id, session(now.as_secs() + 1));
        }
        assert_eq!(row.outdated(now), [ids[21]]);
        row.live.insert(ids[19], session(now.as_secs() + 1));
        row.live.insert(ids[20], session(now.as_secs() + 1));
        assert_eq!(row.outdated(now), [ids[21], ids[0], ids[1]]);
    }
}
