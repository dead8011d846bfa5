//! Credentials: the row that a login is checked against. Its key is the login id, because the school is not known yet
//! at login. This also makes login ids unique in all schools.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | login | `LOGIN#<login id>` | `LOGIN` |

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{LoginId, SchoolId, Time, UserId};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table};

const PASSWORD_HASH: &str = "password_hash";
const PASSWORD_ID: &str = "password_id";
const PASSWORD_SET_AT: &str = "password_set_at";
pub(super) const SUSPENDED_AT: &str = "suspended_at";

/// A student's credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credentials {
    /// The student's school.
    pub school_id: SchoolId,
    /// The student.
    pub user_id: UserId,
    /// The password's hash in PHC format, which includes the algorithm's parameters.
    pub password_hash: String,
    /// Changes with each change of the password, but not if the same password is hashed again. Device tokens hold it, so
    /// a change of the password ends them.
    pub password_id: Uuid,
    /// When the password was chosen. Ends the password resets that are older.
    pub password_set_at: Time,
    /// The time of suspension, if the student is suspended. A suspended student cannot log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Time>,
}

/// A new password.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// The hash in PHC format.
    pub hash: String,
    /// [`Credentials::password_id`].
    pub id: Uuid,
    /// [`Credentials::password_set_at`].
    pub set_at: Time,
}

impl NewPassword {
    /// A password with this hash, in PHC format, that is chosen now.
    pub fn of_hash(hash: String, now: Time) -> Self {
        Self { hash, id: Uuid::new_v4(), set_at: now }
    }
}

/// Access to credentials.
#[derive(Clone, Debug)]
pub struct Logins {
    pub(super) table: Table,
}

pub(crate) fn key(login_id: &LoginId) -> Key {
    Key::new(format!("LOGIN#{}", login_id.as_str()), "LOGIN")
}

/// The condition that the password is unchanged since these credentials were read, and the student is not suspended.
pub(crate) fn if_unchanged(seen: &Credentials) -> Result<RowUpdate, Error> {
    Ok(RowUpdate::default().if_equal(&[PASSWORD_HASH], &seen.password_hash)?.if_absent(&[SUSPENDED_AT]))
}

/// Sets another password, on the condition of [`if_unchanged`].
pub(crate) fn set_password(seen: &Credentials, new: &NewPassword) -> Result<RowUpdate, Error> {
    set_new_password(if_unchanged(seen)?, new)
}

/// Sets another password, on the condition that the student has chosen none since these credentials were read. A suspended
/// student stays suspended.
pub(super) fn reset_password(seen: &Credentials, new: &NewPassword) -> Result<RowUpdate, Error> {
    set_new_password(RowUpdate::default().if_equal(&[PASSWORD_ID], seen.password_id)?, new)
}

fn set_new_password(change: RowUpdate, new: &NewPassword) -> Result<RowUpdate, Error> {
    change.set(&[PASSWORD_HASH], &new.hash)?.set(&[PASSWORD_ID], new.id)?.set(&[PASSWORD_SET_AT], new.set_at)
}

impl Logins {
    /// Credentials in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The credentials of the student with this login id, if one has it.
    pub async fn get(&self, login_id: &LoginId) -> Result<Option<Credentials>, Error> {
        self.table.get(key(login_id), Read::Consistent).await
    }

    /// Stores a new hash of the same password. Does nothing if the password has changed since the credentials were
    /// read.
    pub async fn rehash(&self, login_id: &LoginId, seen: &Credentials, new_hash: &str) -> Result<(), Error> {
        let update = if_unchanged(seen)?.set(&[PASSWORD_HASH], new_hash)?;
        let transaction = self.table.transaction(ServiceAuthority).update(key(login_id), update)?;
        match transaction.on_condition_failed(Error::PasswordChanged).commit().await {
            Err(Error::PasswordChanged) => Ok(()),
            result => result,
        }
    }
}
