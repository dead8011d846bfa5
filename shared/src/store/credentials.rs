//! What a login is checked against: one row, found by the login id before the school is known, which makes login ids
//! unique.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | login | `LOGIN#<login id>` | `LOGIN` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::change::Change;
use super::table::Service;
use super::{Error, Key, Read, Table, sessions, users};
use crate::domain::{LoginId, Parse, SchoolId, Time, UserId};

const PASSWORD_HASH: &str = "password_hash";
const SUSPENDED_AT: &str = "suspended_at";

/// What a login is checked against.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credentials {
    /// The student's school.
    pub school_id: SchoolId,
    /// The student.
    pub user_id: UserId,
    /// The password's hash in PHC form, which bears its parameters.
    pub password_hash: String,
    /// Since when the student may not log in, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Time>,
}

/// Access to credentials.
#[derive(Clone, Debug)]
pub struct Logins {
    table: Table,
}

pub(super) fn key(login_id: &LoginId) -> Key {
    Key::new(format!("LOGIN#{}", login_id.as_str()), "LOGIN")
}

/// That nobody has changed the credentials, or suspended the student, since they were read.
pub(super) fn unchanged(seen: &Credentials) -> Result<Change, Error> {
    Ok(Change::default().if_equal(&[PASSWORD_HASH], &seen.password_hash)?.if_absent(&[SUSPENDED_AT]))
}

/// Another hash of the password, on the same terms.
pub(super) fn rehashed(seen: &Credentials, new_hash: &str) -> Result<Change, Error> {
    unchanged(seen)?.set(&[PASSWORD_HASH], new_hash)
}

impl Logins {
    /// Over the table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// What a login with this id is checked against, if somebody has it.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn get(&self, login_id: &LoginId) -> Result<Option<Credentials>, Error> {
        self.table.get(key(login_id), Read::Latest).await
    }

    /// Stores the same password under another hash, unless it changed meanwhile.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn rehash(&self, login_id: &LoginId, seen: &Credentials, new_hash: &str) -> Result<(), Error> {
        let transaction = self.table.transaction(Service).update(key(login_id), rehashed(seen, new_hash)?)?;
        match transaction.on_condition_failed(Error::PasswordChanged).commit().await {
            Err(Error::PasswordChanged) => Ok(()),
            result => result,
        }
    }

    /// Keeps a student from logging in and ends their sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has the login id.
    pub async fn suspend(&self, login_id: &LoginId) -> Result<(), Error> {
        let credentials = self.get(login_id).await?.ok_or(Error::NotFound)?;
        let suspended = Change::of_existing().set_once(&[SUSPENDED_AT], self.table.clock().now())?;
        self.table
            .transaction(Service)
            .update(key(login_id), suspended)?
            .on_condition_failed(Error::NotFound)
            .update(sessions::key(credentials.school_id, credentials.user_id), sessions::end_all()?)?
            .on_condition_failed(Error::NotFound)
            .commit()
            .await
    }

    /// Lets a suspended student log in again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has the login id.
    pub async fn restore(&self, login_id: &LoginId) -> Result<(), Error> {
        let restored = Change::of_existing().remove(&[SUSPENDED_AT]);
        let transaction = self.table.transaction(Service).update(key(login_id), restored)?;
        transaction.on_condition_failed(Error::NotFound).commit().await
    }
}

/// A login is a student's.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let login_id = LoginId::parse(entry.key.pk.strip_prefix("LOGIN#")?.to_owned()).ok()?;
    if *entry.key != key(&login_id) {
        return None;
    }
    if let Some(Credentials { school_id, user_id, .. }) = entry.read() {
        entry.post(-1, users::owned(&thing(&login_id), school_id, user_id));
    }
    Some("login")
}

/// What the auditor calls a login id.
pub(super) fn thing(login_id: &LoginId) -> String {
    format!("login id {:?}", login_id.as_str())
}
