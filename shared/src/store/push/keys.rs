//! The keys that sign messages to push services (VAPID, RFC 8292). A browser binds a subscription to the public key that was
//! current when it subscribed, so a rotation keeps the previous key until browsers have subscribed again.

use serde::{Deserialize, Serialize};

use crate::domain::ApplicationServerKey;
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table, Transaction};

/// Access to the push keys.
#[derive(Clone, Debug)]
pub struct PushKeys {
    table: Table,
}

/// A private key with which messages are signed.
#[derive(Clone, Serialize, Deserialize)]
pub struct PushKey {
    /// The public half.
    pub public: ApplicationServerKey,
    /// The ECDSA key pair on P-256 in PKCS #8, in base64.
    pub pkcs8: String,
}

/// The private keys.
#[derive(Clone)]
pub struct PushKeyRing {
    /// Signs messages to new subscriptions.
    pub current: PushKey,
    /// Signs messages to subscriptions from before the last rotation, until it is retired.
    pub previous: Option<PushKey>,
}

/// The public halves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPushKeys {
    pub current: ApplicationServerKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ApplicationServerKey>,
}

impl PublicPushKeys {
    /// Whether messages can be signed for subscriptions with this key.
    pub fn contain(&self, key: &ApplicationServerKey) -> bool {
        self.current == *key || self.previous.as_ref() == Some(key)
    }
}

impl PushKeyRing {
    /// The private half of a key.
    pub fn find(&self, key: &ApplicationServerKey) -> Option<&PushKey> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|found| found.public == *key)
    }
}

pub(crate) fn push_key() -> Key {
    Key::new("PUSH-KEY", "KEY")
}

pub(crate) fn previous_push_key() -> Key {
    Key::new("PUSH-KEY", "PREVIOUS")
}

pub(crate) fn public_push_keys() -> Key {
    Key::new("PUSH-PUBLIC-KEY", "KEY")
}

impl PushKeys {
    /// Keys in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The public keys.
    pub async fn public(&self) -> Result<PublicPushKeys, Error> {
        let keys = self.table.get(public_push_keys(), Read::Eventual).await?;
        keys.ok_or_else(|| Error::unexpected("the table has no push key: run `campus keys generate`"))
    }

    /// The private keys, if keys were generated. IAM allows this read only to the role of notifications-stream.
    pub async fn ring(&self) -> Result<Option<PushKeyRing>, Error> {
        let mut rows = self.table.batch_get([push_key(), previous_push_key()], Read::Consistent).await?;
        let Some(current) = rows.take(&push_key())? else { return Ok(None) };
        Ok(Some(PushKeyRing { current, previous: rows.take(&previous_push_key())? }))
    }

    /// First step of a rotation: makes `next` the current key.
    ///
    /// # Errors
    /// [`Error::Stale`] if the keys have changed since they were read, or there is a previous key.
    pub async fn replace(&self, current: &PushKey, next: &PushKey) -> Result<(), Error> {
        let public = PublicPushKeys { current: next.public.clone(), previous: Some(current.public.clone()) };
        let replaced = RowUpdate::default()
            .if_equal(&["public"], &current.public)?
            .set(&["public"], &next.public)?
            .set(&["pkcs8"], &next.pkcs8)?;
        self.table
            .transaction(ServiceAuthority)
            .update(push_key(), replaced)?
            .on_condition_failed(Error::Stale)
            .create(&previous_push_key(), current)?
            .on_condition_failed(Error::Stale)
            .overwrite(&public_push_keys(), &public)?
            .commit()
            .await
    }

    /// Second step: deletes the previous key. Subscriptions that were made for it are deleted when a message to them is due.
    ///
    /// # Errors
    /// [`Error::Stale`] if the keys have changed since they were read.
    pub async fn retire(&self, ring: &PushKeyRing) -> Result<(), Error> {
        let Some(previous) = &ring.previous else { return Ok(()) };
        let public = PublicPushKeys { current: ring.current.public.clone(), previous: None };
        self.table
            .transaction(ServiceAuthority)
            .check(push_key(), RowUpdate::default().if_equal(&["public"], &ring.current.public)?)?
            .on_condition_failed(Error::Stale)
            .delete_if(previous_push_key(), RowUpdate::default().if_equal(&["public"], &previous.public)?)?
            .on_condition_failed(Error::Stale)
            .overwrite(&public_push_keys(), &public)?
            .commit()
            .await
    }
}

impl Transaction {
    /// Stores the first push key of a new table. Fails with [`Error::Stale`] if there is one.
    pub(crate) fn create_push_key(self, key: &PushKey) -> Result<Self, Error> {
        let public = PublicPushKeys { current: key.public.clone(), previous: None };
        Ok(self
            .create(&push_key(), key)?
            .on_condition_failed(Error::Stale)
            .create(&public_push_keys(), &public)?
            .on_condition_failed(Error::Stale))
    }
}
