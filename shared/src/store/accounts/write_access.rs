//! Write access, and idempotency records.
//!
//! Each store method that writes for a student takes a [`WriteAccess`]. Only
//! [`Authorizer`](super::authorizer::Authorizer) makes one, after it has found the caller's session live, so a handler
//! that forgets the check does not compile.
//!
//! **Idempotency records.** If the client sends an idempotency key, the transaction that creates the resource also
//! creates an [`IdempotencyRecord`], on the condition that there is none. So of two requests with the same key, only
//! one succeeds, and the other gets the id of what the first created ([`Error::Replayed`]). If the requests differ, the
//! other gets [`Error::KeyReused`] instead. A record is valid for 24 hours.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | idempotency key | `SCHOOL#<school>#USER#<user>` | `ONCE#<hash of the key>` |

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::Restrictions;
use crate::store::dynamo::{Authority, Error, Item, Key, Transaction};

pub(crate) const ONCE: &str = "ONCE#";

/// How long an idempotency record is valid, in seconds.
const VALID_FOR_S: i64 = 24 * 3600;

/// The idempotency key of a request, hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Hash of the client's key.
    pub key_hash: String,
    /// Hash of the request's method, path and body, to tell whether a second request is the same.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// The key of the record, in the partition of the student who sent the request.
    pub(super) fn record_key(&self, user_partition: String) -> Key {
        Key::new(user_partition, format!("{ONCE}{}", self.key_hash))
    }
}

/// Proof that the caller's session was live when the request came in. Carries the request's idempotency record until a
/// transaction writes it.
#[derive(Debug)]
pub struct WriteAccess {
    record: Option<(Key, IdempotencyRecord)>,
    restrictions: Restrictions,
}

/// What the table keeps of a request that succeeded. It holds nothing of the request's body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IdempotencyRecord {
    fingerprint: String,
    status: u16,
    resource_id: Uuid,
    expires_at: i64,
}

impl IdempotencyRecord {
    /// Whether the record is still valid, at a time in seconds since 1970.
    pub(super) fn is_valid_at(&self, now_s: i64) -> bool {
        now_s < self.expires_at
    }

    /// The error for another request with the same key.
    pub(super) fn error_for(&self, fingerprint: &str) -> Error {
        if self.fingerprint == fingerprint { Error::Replayed(self.resource_id) } else { Error::KeyReused }
    }
}

impl WriteAccess {
    /// Access without an idempotency key, for a caller with these restrictions.
    pub(super) fn new(restrictions: Restrictions) -> Self {
        Self { record: None, restrictions }
    }

    /// The restrictions of the caller.
    pub fn restrictions(&self) -> &Restrictions {
        &self.restrictions
    }

    /// Access with the idempotency key of the request, which was not used before. `now_s` is in seconds since 1970.
    pub(super) fn with_record(self, key: Key, request: &IdempotencyKey, now_s: i64) -> Self {
        let fingerprint = request.fingerprint.clone();
        let expires_at = now_s.saturating_add(VALID_FOR_S);
        // The id is set when the resource is created.
        let record = IdempotencyRecord { fingerprint, status: 201, resource_id: Uuid::nil(), expires_at };
        Self { record: Some((key, record)), ..self }
    }
}

impl Authority for &WriteAccess {}

impl Transaction {
    /// Creates the idempotency record for the resource that this transaction creates, if the request has a key.
    ///
    /// Call it before the other writes: the first failed condition decides the error, so a request that loses a race
    /// against the same request fails with [`Error::Replayed`], and not with an error about what the winner created.
    pub(crate) fn record_idempotency(self, access: &WriteAccess, resource_id: Uuid) -> Result<Self, Error> {
        let Some((key, record)) = &access.record else { return Ok(self) };
        let record = IdempotencyRecord { resource_id, ..record.clone() };
        let fingerprint = record.fingerprint.clone();
        let on_existing = move |row: Option<Item>| match row.map(serde_dynamo::from_item::<_, IdempotencyRecord>) {
            Some(Ok(existing)) => existing.error_for(&fingerprint),
            Some(Err(error)) => error.into(),
            None => Error::Stale,
        };
        Ok(self.create_expiring(key, &record)?.on_condition_failed_with(on_existing))
    }
}
