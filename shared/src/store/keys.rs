//! Keys of the service, in the table so that they come with the first read of a starting function and never stand in
//! an environment variable.
//!
//! | row | pk | sk | who may read it |
//! | --- | --- | --- | --- |
//! | token-signing key | `SIGNING-KEY` | `KEY` | the auth function, by its role |
//! | the next one | `SIGNING-KEY` | `NEXT` | the same |
//! | the one before, public half | `SIGNING-KEY` | `PREVIOUS` | the same |
//! | cursor key | `CURSOR-KEY` | `KEY` | every function |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::change::Change;
use super::table::Service;
use super::{Error, Key, Read, Table};

/// Access to the service's keys.
#[derive(Clone, Debug)]
pub struct Keys {
    table: Table,
}

/// The private key that signs access tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningKey {
    /// Its name in the header of tokens and among the public keys.
    pub kid: String,
    /// The Ed25519 key pair in PKCS #8 version 2, in base64.
    pub pkcs8: String,
}

/// The public half of a key that signed access tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its name.
    pub kid: String,
    /// The key, in base64url.
    pub x: String,
}

/// The keys of access tokens that there are at a time. All of them are to be published.
#[derive(Clone)]
pub struct KeyRing {
    /// The one that signs.
    pub current: SigningKey,
    /// The one that is going to sign, while a rotation is prepared.
    pub next: Option<SigningKey>,
    /// The one that signed before, while its last tokens live.
    pub previous: Option<PublicKey>,
}

#[derive(Serialize, Deserialize)]
struct CursorKey {
    secret: String,
}

fn signing_key() -> Key {
    Key::new("SIGNING-KEY", "KEY")
}

fn next_key() -> Key {
    Key::new("SIGNING-KEY", "NEXT")
}

fn previous_key() -> Key {
    Key::new("SIGNING-KEY", "PREVIOUS")
}

fn cursor_key() -> Key {
    Key::new("CURSOR-KEY", "KEY")
}

impl Keys {
    /// The keys in the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The key that signs access tokens, if one was generated.
    ///
    /// # Errors
    /// Those of a read; a role other than auth's is refused by IAM.
    pub async fn signing(&self) -> Result<Option<SigningKey>, Error> {
        self.table.get(signing_key(), Read::Latest).await
    }

    /// The secret that seals cursors, in base64, if one was generated.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn cursor(&self) -> Result<Option<String>, Error> {
        let key: Option<CursorKey> = self.table.get(cursor_key(), Read::Latest).await?;
        Ok(key.map(|key| key.secret))
    }

    /// The same key, and the one that signs access tokens, which the auth function alone may read: in one read.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn cursor_and_signing(&self) -> Result<(Option<String>, Option<SigningKey>), Error> {
        let mut rows = self.table.batch_get([cursor_key(), signing_key()], Read::Latest).await?;
        let cursor: Option<CursorKey> = rows.take(&cursor_key())?;
        Ok((cursor.map(|key| key.secret), rows.take(&signing_key())?))
    }

    /// All keys of access tokens, if there are any.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn ring(&self) -> Result<Option<KeyRing>, Error> {
        let mut rows = self.table.batch_get(vec![signing_key(), next_key(), previous_key()], Read::Latest).await?;
        let Some(current) = rows.take(&signing_key())? else { return Ok(None) };
        Ok(Some(KeyRing { current, next: rows.take(&next_key())?, previous: rows.take(&previous_key())? }))
    }

    /// Begins a rotation: stores the key that is going to sign.
    ///
    /// # Errors
    /// [`Error::Stale`] when one has begun already.
    pub async fn prepare(&self, next: &SigningKey) -> Result<(), Error> {
        let transaction = self.table.transaction(Service).create(&next_key(), next)?;
        transaction.on_condition_failed(Error::Stale).commit().await
    }

    /// Lets the next key sign. Of the one before only the public half is kept.
    ///
    /// # Errors
    /// [`Error::Stale`] when the keys have changed since they were read.
    pub async fn switch(&self, next: &SigningKey, previous: &PublicKey) -> Result<(), Error> {
        let still = |kid: &str| Change::default().if_equal(&["kid"], kid);
        self.table
            .transaction(Service)
            .update(signing_key(), still(&previous.kid)?.set(&["kid"], &next.kid)?.set(&["pkcs8"], &next.pkcs8)?)?
            .on_condition_failed(Error::Stale)
            .delete_if(next_key(), still(&next.kid)?)?
            .on_condition_failed(Error::Stale)
            .overwrite(&previous_key(), previous)?
            .commit()
            .await
    }

    /// Ends a rotation: forgets the key that signed before.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn retire(&self) -> Result<(), Error> {
        self.table.delete(Service, previous_key()).await
    }

    /// Stores the first keys of a new table.
    ///
    /// # Errors
    /// [`Error::Stale`] when there are keys already: replacing them would end every session.
    pub async fn add(&self, signing: &SigningKey, cursor_secret: String) -> Result<(), Error> {
        self.table
            .transaction(Service)
            .create(&signing_key(), signing)?
            .on_condition_failed(Error::Stale)
            .create(&cursor_key(), &CursorKey { secret: cursor_secret })?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
    }
}

/// There are both the signing key and the cursor key, or none; a rotation is one of the signing key.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (kind, other) = if *entry.key == signing_key() {
        entry.read::<SigningKey>();
        ("signing key", cursor_key())
    } else if *entry.key == cursor_key() {
        entry.read::<CursorKey>();
        ("cursor key", signing_key())
    } else if *entry.key == next_key() {
        entry.read::<SigningKey>();
        ("next signing key", signing_key())
    } else if *entry.key == previous_key() {
        entry.read::<PublicKey>();
        ("previous signing key", signing_key())
    } else {
        return None;
    };
    entry.gives();
    entry.needs(other);
    Some(kind)
}
