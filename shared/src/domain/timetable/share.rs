//! Share links, with which anybody can see a timetable.

use serde::{Deserialize, Serialize};

/// The base64url hash of the token in a share link. The token itself is not stored, so the table alone gives nobody a
/// working link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShareHash(String);

impl ShareHash {
    /// Wraps a hash in base64url.
    pub fn from_base64(hash: String) -> Self {
        Self(hash)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
