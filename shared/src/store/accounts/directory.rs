//! The user directory: finds a student of a school by login id or email address, for other students of the school.
//!
//! The rows that make login ids and email addresses unique cannot serve for this. They are shared by all schools, and
//! login rows hold password hashes, so only the auth function may read them. These rows hold only the student's id, and
//! are in the partitions of the school.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | user handle (login id) | `SCHOOL#<school>#LOGIN#<login id>` | `PERSON` |
//! | user handle (email address) | `SCHOOL#<school>#EMAIL#<folded address>` | `PERSON` |

use serde::{Deserialize, Serialize};

use crate::domain::{SchoolId, User, UserHandle, UserId};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, Table, Transaction};
use crate::store::schools;

pub(crate) const PERSON: &str = "PERSON";
pub(crate) const LOGIN: &str = "#LOGIN#";
pub(crate) const EMAIL: &str = "#EMAIL#";

/// Looks up students by login id or email address.
#[derive(Clone, Debug)]
pub struct UserDirectory {
    table: Table,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DirectoryRow {
    pub(crate) user_id: UserId,
}

fn key(school: SchoolId, handle: &UserHandle) -> Key {
    let school = schools::partition(school);
    let pk = match handle {
        UserHandle::LoginId(login_id) => format!("{school}{LOGIN}{}", login_id.as_str()),
        UserHandle::Email(email) => format!("{school}{EMAIL}{}", email.folded()),
    };
    Key::new(pk, PERSON)
}

/// The keys of a student's two rows.
pub(crate) fn keys(user: &User) -> [Key; 2] {
    let handles = [UserHandle::LoginId(user.login_id.clone()), UserHandle::Email(user.email.clone())];
    handles.map(|handle| key(user.school_id, &handle))
}

impl UserDirectory {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// The student of the school with this login id or email address, if one has it.
    pub async fn find(&self, school: SchoolId, handle: &UserHandle) -> Result<Option<UserId>, Error> {
        let row: Option<DirectoryRow> = self.table.get(key(school, handle), Read::Consistent).await?;
        Ok(row.map(|row| row.user_id))
    }
}

impl Transaction {
    /// Adds a new student to the directory.
    pub(crate) fn create_user_handles(self, user: &User) -> Result<Self, Error> {
        keys(user).iter().try_fold(self, |transaction, key| transaction.create(key, &DirectoryRow { user_id: user.id }))
    }

    /// Removes a student from the directory. Has no condition, so that a missing row does not prevent a withdrawal.
    pub(crate) fn delete_user_handles(self, user: &User) -> Result<Self, Error> {
        keys(user).into_iter().try_fold(self, |transaction, key| transaction.delete_if(key, RowUpdate::default()))
    }
}
