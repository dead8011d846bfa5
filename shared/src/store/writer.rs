//! Whoever may write: a caller whose session is live, and perhaps a request that must take effect only once.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | idempotency key | `SCHOOL#<school>#USER#<user>` | `ONCE#<hash of the key>` |

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::audit::{Entry, Kind};
use super::{Error, Item, Key, Read, Table, Transaction, sessions, users, withdrawals};
use crate::domain::Caller;

const ONCE: &str = "ONCE#";

/// How long a repeat of a request is recognised, in seconds.
const REMEMBERED_FOR_S: i64 = 24 * 3600;

/// A request that the client wants to take effect once, however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// A hash of the idempotency key.
    pub key_hash: String,
    /// A hash of what is asked for: method, path and body.
    pub fingerprint: String,
}

/// A caller who may write: the session was live when the request came in. Only [`Writers`] makes one, and the store
/// writes for nobody else, so that no handler can forget to ask.
#[derive(Debug)]
pub struct Writer {
    claim: Option<(Key, Claim)>,
}

/// What is remembered of a request that took effect: never its body.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claim {
    fingerprint: String,
    status: u16,
    resource_id: Uuid,
    expires_at: i64,
}

impl Claim {
    /// What a request with the same key comes to.
    fn answer(&self, fingerprint: &str) -> Error {
        if self.fingerprint == fingerprint { Error::Replayed(self.resource_id) } else { Error::KeyReused }
    }
}

/// Admits writers.
#[derive(Clone, Debug)]
pub struct Writers {
    table: Table,
}

impl Writers {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Admits a caller to write.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] after logout and the like, though the token is still good.
    pub async fn admit(&self, caller: &Caller) -> Result<Writer, Error> {
        self.check_live(caller, self.table.get(sessions::key(caller.school, caller.user), Read::Latest).await?)?;
        Ok(Writer { claim: None })
    }

    /// Admits a caller to make something once. What is made must be claimed in the transaction that makes it.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; [`Error::Replayed`] when it was made before; [`Error::KeyReused`] when the key was
    /// used for something else.
    pub async fn admit_once(&self, caller: &Caller, intent: Option<&Intent>) -> Result<Writer, Error> {
        let Some(intent) = intent else { return self.admit(caller).await };
        let sessions_key = sessions::key(caller.school, caller.user);
        let claim_key = Key::new(users::partition(caller.school, caller.user), format!("{ONCE}{}", intent.key_hash));
        let mut rows = self.table.batch_get(vec![sessions_key.clone(), claim_key.clone()], Read::Latest).await?;
        self.check_live(caller, rows.take(&sessions_key)?)?;
        let now = self.table.clock().now().as_secs();
        match rows.take::<Claim>(&claim_key)? {
            Some(claim) if now < claim.expires_at => Err(claim.answer(&intent.fingerprint)),
            _ => {
                let fingerprint = intent.fingerprint.clone();
                let expires_at = now.saturating_add(REMEMBERED_FOR_S);
                let claim = Claim { fingerprint, status: 201, resource_id: Uuid::nil(), expires_at };
                Ok(Writer { claim: Some((claim_key, claim)) })
            }
        }
    }

    fn check_live(&self, caller: &Caller, sessions: Option<sessions::Row>) -> Result<(), Error> {
        let now = self.table.clock().now();
        let live = sessions.is_some_and(|sessions| sessions.get(caller.session, now).is_some());
        if live { Ok(()) } else { Err(Error::SessionEnded) }
    }
}

impl Transaction {
    /// Remembers what this transaction makes, for the writer's idempotency key, if there is one. It comes first in
    /// the transaction, so that who loses a race against a repeat learns that and nothing else.
    pub(crate) fn claim(self, writer: &Writer, made: Uuid) -> Result<Self, Error> {
        let Some((key, claim)) = &writer.claim else { return Ok(self) };
        let claim = Claim { resource_id: made, ..claim.clone() };
        let fingerprint = claim.fingerprint.clone();
        let lost = move |row: Option<Item>| match row.map(serde_dynamo::from_item::<_, Claim>) {
            Some(Ok(winner)) => winner.answer(&fingerprint),
            Some(Err(error)) => error.into(),
            None => Error::Stale,
        };
        Ok(self.create_expiring(key, &claim)?.on_condition_failed_with(lost))
    }
}

/// An idempotency key is of a student.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, user) = users::of_partition(&entry.key.pk)?;
    entry.key.sk.strip_prefix(ONCE)?;
    entry.read::<Claim>();
    entry.needs_any(withdrawals::owner_keys(school, user));
    Some("idempotency key")
}
