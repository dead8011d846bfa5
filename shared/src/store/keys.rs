//! Keys of the service. They are in the table, so that a function gets them with its first read at start, and they are
//! in no environment variable.
//!
//! | row | pk | sk | who may read it |
//! | --- | --- | --- | --- |
//! | signing key | `SIGNING-KEY` | `KEY` | the auth function, by its role |
//! | next signing key | `SIGNING-KEY` | `NEXT` | the same |
//! | previous signing key (public half) | `SIGNING-KEY` | `PREVIOUS` | the same |
//! | account key | `ACCOUNT-KEY` | `KEY` | the same |
//! | mail key | `MAIL-KEY` | `KEY` | the functions auth, moderation and notifications-stream |
//! | cursor key | `CURSOR-KEY` | `KEY` | every function |
//!
//! [`push`](super::push) has the keys that sign pushes.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hkdf, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table};
use crate::store::push::PushKey;

/// Access to the service's keys.
#[derive(Clone, Debug)]
pub struct Keys {
    table: Table,
}

/// The private key that signs access tokens.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningKey {
    /// The key's id, in token headers and in the published keys.
    pub kid: String,
    /// The Ed25519 key pair in PKCS #8 version 2, in base64.
    pub pkcs8: String,
}

/// The public half of the previous signing key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// The key's id.
    pub kid: String,
    /// The Ed25519 public key, in base64url.
    pub x: String,
}

/// The current keys of access tokens. All of them are published.
///
/// A rotation has three steps: [`Keys::prepare`] adds the next key, [`Keys::switch`] makes it the current key, and
/// [`Keys::retire`] removes the previous one.
#[derive(Clone)]
pub struct KeyRing {
    /// Signs new tokens.
    pub current: SigningKey,
    /// Signs after the next step of a rotation. Functions are deployed with its public half first, so that they accept
    /// its first tokens.
    pub next: Option<SigningKey>,
    /// Signed before the last switch. It stays until its last tokens have expired.
    pub previous: Option<PublicKey>,
}

/// Defines a secret of 256 bits from which keys for several purposes are derived.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Serialize, Deserialize)]
        pub struct $name {
            /// 256 bits in base64url.
            secret: String,
        }

        impl $name {
            /// Generates a random key.
            ///
            /// # Errors
            /// If the system's random number generator fails.
            pub fn generate() -> Result<Self, Unspecified> {
                Ok(Self { secret: generate_secret()? })
            }

            /// A 256-bit key for one purpose (HKDF with SHA-256, RFC 5869). The keys of different purposes are
            /// independent. `None` if the row does not hold a key.
            pub fn derive(&self, purpose: &str) -> Option<[u8; 32]> {
                derive(&self.secret, purpose)
            }
        }
    };
}

secret!(
    /// The secret behind device tokens and resting names.
    AccountKey
);
secret!(
    /// The secret that seals mails until they are sent, and the applicants of takedown requests. It also hashes the addresses
    /// whose mails are counted, and those that get no more mail.
    MailKey
);

/// The keys that only the auth function may read.
#[derive(Clone)]
pub struct AuthKeys {
    pub signing: SigningKey,
    pub account: AccountKey,
    pub mail: MailKey,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct CursorKey {
    secret: String,
}

/// Generates 256 random bits, in base64url.
///
/// # Errors
/// If the system's random number generator fails.
pub fn generate_secret() -> Result<String, Unspecified> {
    let mut secret = [0; 32];
    rand::fill(&mut secret)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(secret))
}

fn derive(secret: &str, purpose: &str) -> Option<[u8; 32]> {
    let secret = BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?;
    let mut key = [0; 32];
    let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&secret);
    derived.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key)).ok()?;
    Some(key)
}

pub(crate) fn signing_key() -> Key {
    Key::new("SIGNING-KEY", "KEY")
}

pub(crate) fn next_key() -> Key {
    Key::new("SIGNING-KEY", "NEXT")
}

pub(crate) fn previous_key() -> Key {
    Key::new("SIGNING-KEY", "PREVIOUS")
}

pub(crate) fn account_key() -> Key {
    Key::new("ACCOUNT-KEY", "KEY")
}

pub(crate) fn mail_key() -> Key {
    Key::new("MAIL-KEY", "KEY")
}

pub(crate) fn cursor_key() -> Key {
    Key::new("CURSOR-KEY", "KEY")
}

impl Keys {
    /// Keys in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The signing key, if one was generated. IAM allows this read only to the role of the auth function.
    pub async fn signing(&self) -> Result<Option<SigningKey>, Error> {
        self.table.get(signing_key(), Read::Consistent).await
    }

    /// The secret that seals pagination cursors, in base64, if one was generated.
    pub async fn cursor(&self) -> Result<Option<String>, Error> {
        let key: Option<CursorKey> = self.table.get(cursor_key(), Read::Consistent).await?;
        Ok(key.map(|key| key.secret))
    }

    /// The secret of [`Keys::cursor`] and the keys of the auth function, in one read. IAM allows it only to the role of
    /// the auth function.
    pub async fn cursor_and_auth(&self) -> Result<(Option<String>, Option<AuthKeys>), Error> {
        let keys = [cursor_key(), signing_key(), account_key(), mail_key()];
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let cursor: Option<CursorKey> = rows.take(&cursor_key())?;
        let auth = match (rows.take(&signing_key())?, rows.take(&account_key())?, rows.take(&mail_key())?) {
            (Some(signing), Some(account), Some(mail)) => Some(AuthKeys { signing, account, mail }),
            _ => None,
        };
        Ok((cursor.map(|key| key.secret), auth))
    }

    /// The mail key, if one was generated. IAM allows this read only to the roles of auth, moderation and
    /// notifications-stream.
    pub async fn mail(&self) -> Result<Option<MailKey>, Error> {
        self.table.get(mail_key(), Read::Consistent).await
    }

    /// All keys of access tokens, if a signing key was generated.
    pub async fn ring(&self) -> Result<Option<KeyRing>, Error> {
        let mut rows = self.table.batch_get(vec![signing_key(), next_key(), previous_key()], Read::Consistent).await?;
        let Some(current) = rows.take(&signing_key())? else { return Ok(None) };
        Ok(Some(KeyRing { current, next: rows.take(&next_key())?, previous: rows.take(&previous_key())? }))
    }

    /// First step of a rotation: stores the next key.
    ///
    /// # Errors
    /// [`Error::Stale`] if there is a next key already.
    pub async fn prepare(&self, next: &SigningKey) -> Result<(), Error> {
        let transaction = self.table.transaction(ServiceAuthority).create(&next_key(), next)?;
        transaction.on_condition_failed(Error::Stale).commit().await
    }

    /// Second step: makes the next key the current one. Keeps only the public half of the previous one.
    ///
    /// # Errors
    /// [`Error::Stale`] if the keys have changed since they were read.
    pub async fn switch(&self, next: &SigningKey, previous: &PublicKey) -> Result<(), Error> {
        let if_kid_is = |kid: &str| RowUpdate::default().if_equal(&["kid"], kid);
        self.table
            .transaction(ServiceAuthority)
            .update(signing_key(), if_kid_is(&previous.kid)?.set(&["kid"], &next.kid)?.set(&["pkcs8"], &next.pkcs8)?)?
            .on_condition_failed(Error::Stale)
            .delete_if(next_key(), if_kid_is(&next.kid)?)?
            .on_condition_failed(Error::Stale)
            .overwrite(&previous_key(), previous)?
            .commit()
            .await
    }

    /// Last step: deletes the previous key.
    pub async fn retire(&self) -> Result<(), Error> {
        self.table.delete(ServiceAuthority, previous_key()).await
    }

    /// Stores the first keys of a new table.
    ///
    /// # Errors
    /// [`Error::Stale`] if there are keys already, even if not all of them. Replacing them would invalidate every token
    /// and cursor.
    pub async fn add(&self, keys: &AuthKeys, cursor_secret: String, push: &PushKey) -> Result<(), Error> {
        self.table
            .transaction(ServiceAuthority)
            .create(&signing_key(), &keys.signing)?
            .on_condition_failed(Error::Stale)
            .create(&account_key(), &keys.account)?
            .on_condition_failed(Error::Stale)
            .create(&mail_key(), &keys.mail)?
            .on_condition_failed(Error::Stale)
            .create(&cursor_key(), &CursorKey { secret: cursor_secret })?
            .on_condition_failed(Error::Stale)
            .create_push_key(push)?
            .commit()
            .await
    }
}
