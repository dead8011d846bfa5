//! Verified email addresses.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | email address | `EMAIL#<folded address>` | `EMAIL` |

use serde::{Deserialize, Serialize};

use crate::domain::{Email, LoginId, SchoolId, UserId};
use crate::store::accounts::users::email_key;
use crate::store::dynamo::{Error, Read, Table};

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

impl VerifiedAddresses {
    /// Verified addresses in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The student who has confirmed the address, in any spelling.
    pub async fn owner(&self, address: &Email) -> Result<Option<AddressOwner>, Error> {
        self.table.get(email_key(address), Read::Consistent).await
    }
}
