//! The user directory: finds a student of a school by login id or verified address, for other students of the school.
//!
//! The rows that make login ids unique cannot serve for this. They are shared by all schools and hold password hashes, so
//! only the auth function may read them. These rows hold only the student's id, and are in the partitions of the school.
//! The rows of verified addresses hold no secret, so they need no counterpart here.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | user handle | `SCHOOL#<school>#LOGIN#<login id>` | `PERSON` |

use serde::{Deserialize, Serialize};

use crate::domain::{Email, LoginId, SchoolId, User, UserId};
use crate::store::accounts::verified_addresses::{AddressOwner, VerifiedAddresses};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, Table, Transaction};
use crate::store::schools;

pub(crate) const PERSON: &str = "PERSON";
pub(crate) const LOGIN: &str = "#LOGIN#";

/// Looks up students by login id or verified address.
#[derive(Clone, Debug)]
pub struct UserDirectory {
    table: Table,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DirectoryRow {
    pub(crate) user_id: UserId,
}

pub(crate) fn key(school: SchoolId, login_id: &LoginId) -> Key {
    Key::new(format!("{}{LOGIN}{}", schools::partition(school), login_id.as_str()), PERSON)
}

impl UserDirectory {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// The student of the school with this login id, if one has it.
    pub async fn find(&self, school: SchoolId, login_id: &LoginId) -> Result<Option<UserId>, Error> {
        let row: Option<DirectoryRow> = self.table.get(key(school, login_id), Read::Consistent).await?;
        Ok(row.map(|row| row.user_id))
    }

    /// The student of the school who has confirmed this address, if one has.
    pub async fn find_by_address(&self, school: SchoolId, address: &Email) -> Result<Option<UserId>, Error> {
        let owner = VerifiedAddresses::new(self.table.clone()).owner(address).await?;
        Ok(owner.filter(|AddressOwner { school_id, .. }| *school_id == school).map(|owner| owner.user_id))
    }
}

impl Transaction {
    /// Adds a new student to the directory.
    pub(crate) fn create_user_handle(self, user: &User) -> Result<Self, Error> {
        self.create(&key(user.school_id, &user.login_id), &DirectoryRow { user_id: user.id })
    }

    /// Removes a student from the directory. Has no condition, so that a missing row does not prevent a withdrawal.
    pub(crate) fn delete_user_handle(self, user: &User) -> Result<Self, Error> {
        self.delete_if(key(user.school_id, &user.login_id), RowUpdate::default())
    }
}
