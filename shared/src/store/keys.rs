//! Keys of the service, in the table so that they come with the first read of a starting function and never stand in
//! an environment variable.
//!
//! | row | pk | sk | who may read it |
//! | --- | --- | --- | --- |
//! | token-signing key | `SIGNING-KEY` | `KEY` | the auth function, by its role |
//! | cursor key | `CURSOR-KEY` | `KEY` | every function |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
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

#[derive(Serialize, Deserialize)]
struct CursorKey {
    secret: String,
}

fn signing_key() -> Key {
    Key::new("SIGNING-KEY", "KEY")
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

/// There are both keys, or none.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (kind, other) = if *entry.key == signing_key() {
        entry.read::<SigningKey>();
        ("signing key", cursor_key())
    } else if *entry.key == cursor_key() {
        entry.read::<CursorKey>();
        ("cursor key", signing_key())
    } else {
        return None;
    };
    entry.gives();
    entry.needs(other);
    Some(kind)
}
