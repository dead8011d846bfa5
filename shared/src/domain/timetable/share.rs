//! Links by which anybody sees a timetable.

use serde::{Deserialize, Serialize};

/// What is kept of the token of a link: a hash of it, in base64url. Whoever has only this cannot follow the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShareHash(String);

impl ShareHash {
    /// The hash with these bytes, in base64url.
    pub fn from_base64(hash: String) -> Self {
        Self(hash)
    }

    /// The hash in base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
