//! Resting names: for 30 days after a withdrawal, nobody can take the login id or the nickname of the withdrawn student, or
//! verify the student's address (rule 32). So nobody can pass for the student, and nobody can withdraw and sign up
//! again to get rid of a history.
//!
//! The key of a row is a keyed hash, so the row does not tell the name. A row is valid for 30 days, and is deleted later.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | resting name | `RESTING#<keyed hash of the login id, of the school and the nickname, or of the folded address>` | `RESTING` |

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::{Email, LoginId, Nickname, SchoolId, Time, User, fold};
use crate::store::accounts::sanctions;
use crate::store::dynamo::{Error, Key, Transaction};
use crate::store::keys::AccountKey;

pub(crate) const RESTING: &str = "RESTING#";

/// How long a name rests, in seconds: 30 days.
const RESTS_FOR_S: i64 = 30 * 24 * 3600;

/// Computes the keys of rows that keep a name after an account is deleted.
pub struct RestingNames {
    key: hmac::Key,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RestingName {
    expires_at: i64,
}

impl RestingNames {
    /// `None` if the key is malformed.
    pub fn new(key: &AccountKey) -> Option<Self> {
        Some(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key.derive("campus resting names")?) })
    }

    pub(super) fn login_id(&self, login_id: &LoginId) -> Key {
        self.key_of(&format!("login id {}", login_id.as_str()))
    }

    pub(super) fn nickname(&self, school: SchoolId, nickname: &Nickname) -> Key {
        self.key_of(&format!("nickname {school} {}", fold(nickname.as_str())))
    }

    pub(super) fn address(&self, address: &Email) -> Key {
        self.key_of(&format!("address {}", address.folded()))
    }

    /// The key of the sanction that survives under the address.
    pub(super) fn sanction(&self, address: &Email) -> Key {
        let hash = self.hash(&format!("sanction of {}", address.folded()));
        Key::new(format!("{}{hash}", sanctions::SURVIVING), "SANCTION")
    }

    fn key_of(&self, name: &str) -> Key {
        Key::new(format!("{RESTING}{}", self.hash(name)), "RESTING")
    }

    fn hash(&self, name: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, name.as_bytes()))
    }
}

impl Transaction {
    /// Puts the login id, the nickname and the verified address of a student who withdraws to rest.
    pub(crate) fn rest_names(self, names: &RestingNames, user: &User, now: Time) -> Result<Self, Error> {
        let row = RestingName { expires_at: now.as_secs().saturating_add(RESTS_FOR_S) };
        let transaction = self
            .overwrite(&names.login_id(&user.login_id), &row)?
            .overwrite(&names.nickname(user.school_id, &user.nickname), &row)?;
        match user.verification.email() {
            Some(address) => transaction.overwrite(&names.address(address), &row),
            None => Ok(transaction),
        }
    }
}
