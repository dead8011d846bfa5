//! Checks that a caller may write.

use crate::domain::Caller;
use crate::store::accounts::write_access::{IdempotencyKey, IdempotencyRecord, WriteAccess};
use crate::store::accounts::{sessions, users};
use crate::store::dynamo::{Error, Read, Table};

/// Grants write access to callers whose session is live.
#[derive(Clone, Debug)]
pub struct Authorizer {
    table: Table,
}

impl Authorizer {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Grants write access if the caller's session is live.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] if it has ended, for example by logout, although the access token has not expired.
    pub async fn authorize(&self, caller: &Caller) -> Result<WriteAccess, Error> {
        self.check_live(caller, self.table.get(sessions::key(caller.school, caller.user), Read::Consistent).await?)?;
        Ok(WriteAccess::new())
    }

    /// Grants write access for a request that creates something, with its idempotency key if it has one. The
    /// transaction that creates the resource must call `record_idempotency`.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; [`Error::Replayed`] if an earlier request with this key succeeded; [`Error::KeyReused`]
    /// if the key was used for a different request.
    pub async fn authorize_once(
        &self,
        caller: &Caller,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<WriteAccess, Error> {
        let Some(idempotency_key) = idempotency_key else { return self.authorize(caller).await };
        let sessions_key = sessions::key(caller.school, caller.user);
        let record_key = idempotency_key.record_key(users::partition(caller.school, caller.user));
        let mut rows = self.table.batch_get(vec![sessions_key.clone(), record_key.clone()], Read::Consistent).await?;
        self.check_live(caller, rows.take(&sessions_key)?)?;
        let now = self.table.clock().now().as_secs();
        match rows.take::<IdempotencyRecord>(&record_key)? {
            Some(record) if record.is_valid_at(now) => Err(record.error_for(&idempotency_key.fingerprint)),
            _ => Ok(WriteAccess::with_record(record_key, idempotency_key, now)),
        }
    }

    fn check_live(&self, caller: &Caller, sessions: Option<sessions::SessionsRow>) -> Result<(), Error> {
        let now = self.table.clock().now();
        let live = sessions.is_some_and(|sessions| sessions.get(caller.session, now).is_some());
        if live { Ok(()) } else { Err(Error::SessionEnded) }
    }
}
