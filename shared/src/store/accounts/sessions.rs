//! Sessions. One row holds all live sessions of a student, so a write that requires a live session reads one row, and
//! one write ends all sessions.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | sessions | `SCHOOL#<school>#USER#<user>` | `SESSIONS` |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Caller, Consents, PolicyVersions, Restrictions, School, SchoolId, SessionId, Time, User, UserId, VerificationPolicy,
};
use crate::store::accounts::credentials::{self, Credentials, NewPassword};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Read, RowUpdate, ServiceAuthority, Table};
use crate::store::schools;

const LIVE: &str = "live";
const STARTED: &str = "begun";
const REFRESH_HASH: &str = "refresh";
const VERIFIED: &str = "verified";
const OPEN_SCHOOL: &str = "open_school";
const CONSENTS: &str = "consents";
const RESTRICTIONS: &str = "restrictions";

/// The maximum number of live sessions of a student; another login ends the oldest. With 20 the row stays under 4 KB,
/// which is one read unit.
const MAX_LIVE: usize = 20;

/// Access to sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    table: Table,
}

/// A session: a login, and the refresh tokens issued after it. Only one of the tokens is valid at a time.
///
/// The names of its attributes are short, because the row has them once for each session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of the secret that all refresh tokens of the session share, in base64url.
    #[serde(rename = "family")]
    pub family_hash: String,
    /// SHA-256 of the secret of the valid refresh token, in base64url. The secrets themselves are not stored.
    #[serde(rename = "refresh")]
    pub refresh_hash: String,
    /// Number of used refresh tokens.
    pub generation: u32,
    /// When a refresh token was last used, in milliseconds since 1970; 0 before the first refresh.
    pub refreshed_at_ms: i64,
    /// When the session ends, in seconds since 1970. A refresh does not extend it.
    pub expires_at: i64,
}

impl Session {
    /// Whether the session has not expired yet.
    pub fn lives_at(&self, now: Time) -> bool {
        now.as_secs() < self.expires_at
    }
}

/// The row with a student's sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct SessionsRow {
    live: BTreeMap<SessionId, Session>,
    /// Number of sessions ever started. If it is unchanged, no session started since the row was read.
    #[serde(rename = "begun")]
    started: u32,
    /// Whether the student is verified. The same as in the profile: every write reads this row, and few read the profile.
    #[serde(default)]
    pub(crate) verified: bool,
    /// Whether all accounts of the school counted as verified at the last sign-up, login or refresh.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    open_school: bool,
    /// The versions of the policies that the student has accepted. The same as in the profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) consents: Option<PolicyVersions>,
    /// What sanctions bar the student from, also what has ended. The same as the sanctions say.
    #[serde(default, skip_serializing_if = "Restrictions::is_empty")]
    pub(crate) restrictions: Restrictions,
}

impl SessionsRow {
    /// The row of a new student.
    pub(crate) fn first(id: SessionId, session: Session, user: &User, policy: VerificationPolicy) -> Self {
        Self {
            live: BTreeMap::from([(id, session)]),
            started: 1,
            verified: user.verification.is_verified(),
            open_school: policy == VerificationPolicy::Open,
            consents: user.consents.as_ref().map(Consents::versions),
            restrictions: Restrictions::default(),
        }
    }

    /// Whether the account counts as verified (rule 16).
    pub(crate) fn is_verified(&self) -> bool {
        self.verified || self.open_school
    }

    /// All sessions, also expired ones.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Session> {
        self.live.values()
    }

    /// The session, if it is live.
    pub(crate) fn get(&self, id: SessionId, now: Time) -> Option<&Session> {
        self.live.get(&id).filter(|session| session.lives_at(now))
    }

    /// The sessions to remove when another one starts: expired ones, and the oldest above the maximum.
    fn to_remove(&self, now: Time) -> Vec<SessionId> {
        let (live, ended): (Vec<_>, Vec<_>) = self.live.iter().partition(|(_, session)| session.lives_at(now));
        let too_many = live.len().saturating_sub(MAX_LIVE - 1);
        // Session ids sort by time.
        ended.into_iter().chain(live.into_iter().take(too_many)).map(|(id, _)| *id).collect()
    }
}

/// The account of a student who logs in or refreshes a session.
pub struct SessionOwner {
    /// The student.
    pub user: User,
    /// The student's school.
    pub school: School,
    sessions: SessionsRow,
}

impl SessionOwner {
    /// The restrictions of the student.
    pub fn restrictions(&self) -> &Restrictions {
        &self.sessions.restrictions
    }

    /// The session, if it is live.
    pub fn session(&self, id: SessionId, now: Time) -> Option<&Session> {
        self.sessions.get(id, now)
    }

    /// Adds to an update of the sessions whether all accounts of the school count as verified, if that has changed.
    fn note_policy(&self, change: RowUpdate) -> Result<RowUpdate, Error> {
        match (self.school.policy == VerificationPolicy::Open, self.sessions.open_school) {
            (true, false) => change.set(&[OPEN_SCHOOL], true),
            (false, true) => Ok(change.remove(&[OPEN_SCHOOL])),
            _ => Ok(change),
        }
    }
}

pub(crate) fn key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), "SESSIONS")
}

impl Sessions {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Reads the student, the school and the sessions, in one batch.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the student has withdrawn.
    pub async fn owner(&self, school: SchoolId, user: UserId) -> Result<SessionOwner, Error> {
        let keys = [users::profile_key(school, user), schools::key(school), key(school, user)];
        let mut rows = self.table.batch_get(keys.to_vec(), Read::Consistent).await?;
        let [profile, school, sessions] = &keys;
        match (rows.take(profile)?, rows.take(school)?, rows.take(sessions)?) {
            (Some(user), Some(school), Some(sessions)) => Ok(SessionOwner { user, school, sessions }),
            _ => Err(Error::NotFound),
        }
    }

    /// The session, if it is live.
    pub async fn get(&self, school: SchoolId, user: UserId, id: SessionId) -> Result<Option<Session>, Error> {
        let row: Option<SessionsRow> = self.table.get(key(school, user), Read::Consistent).await?;
        Ok(row.and_then(|row| row.get(id, self.table.clock().now()).cloned()))
    }

    /// Starts a session for a student whose password was checked against these credentials.
    ///
    /// # Errors
    /// [`Error::Stale`] if the credentials have changed since they were read.
    pub async fn start(
        &self,
        owner: &SessionOwner,
        credentials: &Credentials,
        id: SessionId,
        session: &Session,
    ) -> Result<(), Error> {
        let mut change = RowUpdate::of_existing().set(&[LIVE, &id.to_string()], session)?.add(&[STARTED], 1)?;
        change = owner.note_policy(change)?;
        for removed in owner.sessions.to_remove(self.table.clock().now()) {
            change = change.remove(&[LIVE, &removed.to_string()]);
        }
        self.table
            .transaction(ServiceAuthority)
            .check(credentials::key(&owner.user.login_id), credentials::if_unchanged(credentials)?)?
            .on_condition_failed(Error::Stale)
            .update(key(owner.school.id, owner.user.id), change)?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
    }

    /// Replaces the valid refresh token of a session. `used` is the session as it was read, `next_hash` the hash of the
    /// new token's secret.
    ///
    /// # Errors
    /// [`Error::Stale`] if another request has used the token or ended the session since it was read.
    pub async fn rotate(
        &self,
        owner: &SessionOwner,
        id: SessionId,
        used: &Session,
        next_hash: &str,
        now: Time,
    ) -> Result<(), Error> {
        let path = id.to_string();
        let change = owner
            .note_policy(RowUpdate::default())?
            .set(&[LIVE, &path, REFRESH_HASH], next_hash)?
            .add(&[LIVE, &path, "generation"], 1)?
            .set(&[LIVE, &path, "refreshed_at_ms"], now.as_millis())?
            .if_equal(&[LIVE, &path, REFRESH_HASH], &used.refresh_hash)?;
        self.table
            .transaction(ServiceAuthority)
            .update(key(owner.school.id, owner.user.id), change)?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
    }

    /// Ends a session. Does nothing if it has ended or the student has withdrawn.
    pub async fn end(&self, school: SchoolId, user: UserId, id: SessionId) -> Result<(), Error> {
        let change = RowUpdate::of_existing().remove(&[LIVE, &id.to_string()]);
        self.end_with(school, user, change).await
    }

    /// Ends all sessions of a student. Does nothing if the student has withdrawn.
    pub async fn end_all(&self, school: SchoolId, user: UserId) -> Result<(), Error> {
        self.end_with(school, user, end_all()?).await
    }

    async fn end_with(&self, school: SchoolId, user: UserId, change: RowUpdate) -> Result<(), Error> {
        let transaction = self.table.transaction(ServiceAuthority).update(key(school, user), change)?;
        match transaction.on_condition_failed(Error::NotFound).commit().await {
            // A withdrawn student has no sessions.
            Err(Error::NotFound) => Ok(()),
            result => result,
        }
    }

    /// Changes the password of a student whose current password was checked against these credentials. Ends all
    /// sessions except the caller's, and all device tokens.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if the caller's session has ended; [`Error::PasswordChanged`] if the password was
    /// changed or the student was suspended since the credentials were read.
    pub async fn change_password(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        user: &User,
        credentials: &Credentials,
        new: &NewPassword,
    ) -> Result<(), Error> {
        let key = key(caller.school, caller.user);
        let mut backoff = Backoff::begin();
        loop {
            let row: SessionsRow = self.table.get(key.clone(), Read::Consistent).await?.ok_or(Error::SessionEnded)?;
            row.get(caller.session, self.table.clock().now()).ok_or(Error::SessionEnded)?;
            let others = row.live.keys().filter(|id| **id != caller.session);
            let mut change = RowUpdate::default().if_equal(&[STARTED], row.started)?.set(&[STARTED], row.started)?;
            change = change.if_present(&[LIVE, &caller.session.to_string()]);
            for other in others {
                change = change.remove(&[LIVE, &other.to_string()]);
            }
            let result = self
                .table
                .transaction(access)
                .update(credentials::key(&user.login_id), credentials::set_password(credentials, new)?)?
                .on_condition_failed(Error::PasswordChanged)
                .update(key.clone(), change)?
                .on_condition_failed(Error::Stale)
                .commit()
                .await;
            match result {
                // A session has started with the old password since the row was read. It must end, too.
                Err(Error::Stale) => backoff.pause().await?,
                result => return result,
            }
        }
    }
}

/// Makes the student verified in an update of this row. The same transaction changes the profile.
pub(super) fn verify(change: RowUpdate) -> Result<RowUpdate, Error> {
    change.set(&[VERIFIED], true)
}

/// Adds other restrictions to an update of this row. The same transaction changes the sanctions.
pub(super) fn restrict(change: RowUpdate, restrictions: &Restrictions) -> Result<RowUpdate, Error> {
    match restrictions.is_empty() {
        true => Ok(change.remove(&[RESTRICTIONS])),
        false => change.set(&[RESTRICTIONS], restrictions),
    }
}

/// The condition that the restrictions in this row are still the same.
pub(crate) fn if_same_restrictions(seen: &Restrictions) -> Result<RowUpdate, Error> {
    let existing = RowUpdate::of_existing();
    match seen.is_empty() {
        true => Ok(existing.if_absent(&[RESTRICTIONS])),
        false => existing.if_equal(&[RESTRICTIONS], seen),
    }
}

/// The update that stores what the student has accepted in this row. The same transaction changes the profile.
pub(super) fn accept(versions: &PolicyVersions) -> Result<RowUpdate, Error> {
    RowUpdate::of_existing().set(&[CONSENTS], versions)
}

/// The update that ends all sessions.
pub(crate) fn end_all() -> Result<RowUpdate, Error> {
    RowUpdate::of_existing().set(&[LIVE], BTreeMap::<SessionId, Session>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(expires_at: i64) -> Session {
        Session {
            family_hash: String::new(),
            refresh_hash: String::new(),
            generation: 0,
            refreshed_at_ms: 0,
            expires_at,
        }
    }

    #[test]
    fn a_new_session_removes_expired_ones_and_the_oldest_of_twenty() {
        let now = Time::from_millis(1_000_000);
        let ids: Vec<_> = (0..22).map(|at| SessionId::new(now.plus_millis(at))).collect();
        let mut row = SessionsRow::default();
        row.live.insert(ids[21], session(now.as_secs()));
        for id in ids.iter().take(19) {
            row.live.insert(*id, session(now.as_secs() + 1));
        }
        assert_eq!(row.to_remove(now), [ids[21]]);
        row.live.insert(ids[19], session(now.as_secs() + 1));
        row.live.insert(ids[20], session(now.as_secs() + 1));
        assert_eq!(row.to_remove(now), [ids[21], ids[0], ids[1]]);
    }
}
