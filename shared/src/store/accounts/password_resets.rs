//! Password resets: who has the link of a mail can set a new password, once and for 30 minutes (rule 17). The table has
//! only a hash of the token in the link.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | password reset | `RESET#<hash of the token>` | `RESET` |

use serde::{Deserialize, Serialize};

use crate::domain::{LoginId, SchoolId, Time, UserId};
use crate::hash::sha256;
use crate::store::dynamo::{Error, Key, Read, RowUpdate, ServiceAuthority, Table, Transaction};
use crate::store::keys::generate_secret;

pub(crate) const RESET: &str = "RESET#";

/// How long a token is valid, in seconds: 30 minutes.
const VALID_FOR_S: i64 = 30 * 60;

/// Access to password resets.
#[derive(Clone, Debug)]
pub struct PasswordResets {
    table: Table,
}

/// A password reset that has not been used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasswordReset {
    pub school_id: SchoolId,
    pub user_id: UserId,
    pub login_id: LoginId,
    pub created_at: Time,
    expires_at: i64,
}

pub(crate) fn key(token: &str) -> Key {
    Key::new(format!("{RESET}{}", sha256(token.as_bytes())), "RESET")
}

impl PasswordResets {
    /// Password resets in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// The link of a mail: it leads to the page of the web client at `app_url`, and has the token in its fragment, which
    /// browsers send to no server.
    pub fn link(app_url: &str, token: &str) -> String {
        format!("{}/password-reset#{token}", app_url.trim_end_matches('/'))
    }

    /// Creates a reset of this student's password. Returns the token: 256 random bits, in base64url.
    pub async fn create(&self, school_id: SchoolId, user_id: UserId, login_id: LoginId) -> Result<String, Error> {
        let token = generate_secret().map_err(Error::unexpected)?;
        let created_at = self.table.clock().now();
        let expires_at = created_at.as_secs().saturating_add(VALID_FOR_S);
        let reset = PasswordReset { school_id, user_id, login_id, created_at, expires_at };
        self.table.transaction(ServiceAuthority).create(&key(&token), &reset)?.commit().await?;
        Ok(token)
    }

    /// The reset with this token. `None` if there is none, or it was used or has expired.
    pub async fn find(&self, token: &str) -> Result<Option<PasswordReset>, Error> {
        let reset: Option<PasswordReset> = self.table.get(key(token), Read::Consistent).await?;
        let now = self.table.clock().now().as_secs();
        Ok(reset.filter(|reset| now < reset.expires_at))
    }
}

impl Transaction {
    /// Uses the reset with this token. The transaction fails with [`Error::Stale`] if it was used meanwhile.
    #[allow(dead_code, reason = "no operation takes one yet")]
    pub(crate) fn take_password_reset(self, token: &str) -> Result<Self, Error> {
        Ok(self.delete_if(key(token), RowUpdate::of_existing())?.on_condition_failed(Error::Stale))
    }
}
