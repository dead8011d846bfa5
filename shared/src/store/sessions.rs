//! Sessions: a row for each login, beside the profile, as long as it lives.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | session | `SCHOOL#<school>#USER#<user>` | `SESSION#<id>` |

use serde::{Deserialize, Serialize};

use super::table::Service;
use super::{Error, Key, Table, users};
use crate::domain::{SchoolId, SessionId, Time, UserId};

/// Access to sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    table: Table,
}

/// A session that a login begins.
#[derive(Clone, Debug, Serialize)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of the secret in the refresh token, in base64url. The secret itself is stored nowhere.
    pub refresh_hash: String,
    /// When it began.
    pub created_at: Time,
    /// When it ends, in seconds since the epoch; the table's time to live.
    pub expires_at: i64,
}

/// What a write needs to know of a session.
#[derive(Deserialize)]
pub(super) struct Liveness {
    expires_at: i64,
}

impl Liveness {
    pub(super) fn holds_at(&self, now: Time) -> bool {
        now.as_secs() < self.expires_at
    }
}

pub(super) fn key(school: SchoolId, user: UserId, session: SessionId) -> Key {
    Key::new(users::partition(school, user), format!("SESSION#{session}"))
}

impl Sessions {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Begins a session.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn begin(&self, school: SchoolId, user: UserId, session: &NewSession) -> Result<(), Error> {
        self.table.put(Service, &key(school, user, session.id), session).await
    }
}
