//! Verified email addresses: each belongs to the student who has confirmed it, and to nobody else in any school (rule 16).
//! The transaction that confirms an address writes its row. An address that nobody has confirmed has no row, so nobody can
//! occupy the address of somebody else.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | email address | `EMAIL#<folded address>` | `EMAIL` |

use serde::{Deserialize, Serialize};

use crate::domain::{Email, LoginId, Refusal, SchoolId, User, UserId};
use crate::store::accounts::resting::RestingNames;
use crate::store::dynamo::{Error, Key, Read, RowUpdate, Table, Transaction};

pub(crate) const EMAIL: &str = "EMAIL#";
const USER_ID: &[&str] = &["user_id"];

/// Looks up students of all schools by a verified address.
#[derive(Clone, Debug)]
pub struct VerifiedAddresses {
    table: Table,
}

/// The student who has confirmed an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressOwner {
    pub school_id: SchoolId,
    pub user_id: UserId,
    pub login_id: LoginId,
}

pub(crate) fn key(address: &Email) -> Key {
    Key::new(format!("{EMAIL}{}", address.folded()), "EMAIL")
}

impl VerifiedAddresses {
    /// Verified addresses in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The student who has confirmed the address, in any spelling.
    pub async fn owner(&self, address: &Email) -> Result<Option<AddressOwner>, Error> {
        self.table.get(key(address), Read::Consistent).await
    }
}

impl Transaction {
    /// Gives an address to a student, and takes away the one that the student confirmed before. Fails with
    /// [`Refusal::EmailTaken`] if it is another student's, and with [`Refusal::AddressResting`] if it rests.
    pub(crate) fn claim_address(self, student: &User, address: &Email, names: &RestingNames) -> Result<Self, Error> {
        let before = student.verification.email();
        if before.is_some_and(|before| before.folded() == address.folded()) {
            // Another spelling of the same address.
            return Ok(self);
        }
        let owner =
            AddressOwner { school_id: student.school_id, user_id: student.id, login_id: student.login_id.clone() };
        let claimed = self
            .create(&key(address), &owner)?
            .on_condition_failed(Refusal::EmailTaken)
            .check_absent(names.address(address))?
            .on_condition_failed(Refusal::AddressResting);
        claimed.release_address(student)
    }

    /// Takes away the address that the student has confirmed, if there is one. Fails with [`Error::Stale`] if the address is
    /// another student's.
    pub(crate) fn release_address(self, student: &User) -> Result<Self, Error> {
        let Some(address) = student.verification.email() else { return Ok(self) };
        let own_or_missing = RowUpdate::default().if_absent_or_equal(USER_ID, student.id)?;
        Ok(self.delete_if(key(address), own_or_missing)?.on_condition_failed(Error::Stale))
    }

    /// Only checks that the student has confirmed the address.
    pub(crate) fn check_owner(self, address: &Email, student: UserId) -> Result<Self, Error> {
        self.check(key(address), RowUpdate::default().if_equal(USER_ID, student)?)
    }
}
