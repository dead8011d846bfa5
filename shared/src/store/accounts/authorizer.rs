//! Checks that a caller may write.

use crate::domain::{Caller, Refusal};
use crate::store::accounts::sessions::SessionsRow;
use crate::store::accounts::write_access::{IdempotencyKey, IdempotencyRecord, WriteAccess};
use crate::store::accounts::{sessions, users};
use crate::store::dynamo::{Error, Read, Table};

/// Grants write access to callers whose session is live, if the account may do what the request asks for. The sessions
/// row says both, so a check costs one read, and holds also against an access token from before a change.
#[derive(Clone, Debug)]
pub struct Authorizer {
    table: Table,
}

/// What a write requires besides a live session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requirement {
    /// Nothing.
    LiveSession,
    /// A verified account.
    Verified,
}

impl Authorizer {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Grants write access to a verified caller whose session is live.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if the session has ended, for example by logout, although the access token has not expired;
    /// [`Refusal::SchoolUnverified`].
    pub async fn authorize(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::Verified).await
    }

    /// Grants write access to what only the caller can see, such as a private timetable, if the session is live.
    /// Unverified callers may use it.
    ///
    /// # Errors
    /// [`Error::SessionEnded`].
    pub async fn authorize_private(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::LiveSession).await
    }

    /// Grants write access if the session is live. For what nothing bars: what concerns the caller's account, and
    /// deleting what the caller wrote.
    ///
    /// # Errors
    /// [`Error::SessionEnded`].
    pub async fn authorize_account(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check(caller, Requirement::LiveSession).await
    }

    /// Like [`authorize`](Self::authorize), for a request that creates something, with its idempotency key if it has one.
    /// The transaction that creates the resource must call `record_idempotency`.
    ///
    /// # Errors
    /// Those of [`authorize`](Self::authorize); [`Error::Replayed`] if an earlier request with this key succeeded;
    /// [`Error::KeyReused`] if the key was used for a different request.
    pub async fn authorize_once(&self, caller: &Caller, key: Option<&IdempotencyKey>) -> Result<WriteAccess, Error> {
        self.check_once(caller, key, Requirement::Verified).await
    }

    /// Like [`authorize_private`](Self::authorize_private), for a request that creates something.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; those of the idempotency key.
    pub async fn authorize_private_once(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
    ) -> Result<WriteAccess, Error> {
        self.check_once(caller, key, Requirement::LiveSession).await
    }

    async fn check(&self, caller: &Caller, requirement: Requirement) -> Result<WriteAccess, Error> {
        let sessions = self.table.get(sessions::key(caller.school, caller.user), Read::Consistent).await?;
        self.check_sessions(caller, sessions, requirement)?;
        Ok(WriteAccess::new())
    }

    async fn check_once(
        &self,
        caller: &Caller,
        idempotency_key: Option<&IdempotencyKey>,
        requirement: Requirement,
    ) -> Result<WriteAccess, Error> {
        let Some(idempotency_key) = idempotency_key else { return self.check(caller, requirement).await };
        let sessions_key = sessions::key(caller.school, caller.user);
        let record_key = idempotency_key.record_key(users::partition(caller.school, caller.user));
        let mut rows = self.table.batch_get(vec![sessions_key.clone(), record_key.clone()], Read::Consistent).await?;
        self.check_sessions(caller, rows.take(&sessions_key)?, requirement)?;
        let now = self.table.clock().now().as_secs();
        match rows.take::<IdempotencyRecord>(&record_key)? {
            Some(record) if record.is_valid_at(now) => Err(record.error_for(&idempotency_key.fingerprint)),
            _ => Ok(WriteAccess::with_record(record_key, idempotency_key, now)),
        }
    }

    fn check_sessions(
        &self,
        caller: &Caller,
        sessions: Option<SessionsRow>,
        requirement: Requirement,
    ) -> Result<(), Error> {
        let now = self.table.clock().now();
        let sessions = sessions.filter(|sessions| sessions.get(caller.session, now).is_some());
        let sessions = sessions.ok_or(Error::SessionEnded)?;
        if requirement == Requirement::Verified {
            caller.check_verified()?;
            if !sessions.is_verified() {
                return Err(Refusal::SchoolUnverified.into());
            }
        }
        Ok(())
    }
}
