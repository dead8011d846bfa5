//! The languages of the service.

use serde::{Deserialize, Serialize};

/// A language of the texts that users read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Korean,
    English,
}

impl Language {
    /// The language tag (RFC 5646).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    /// Picks the text in this language.
    pub fn pick<T>(self, korean: T, english: T) -> T {
        match self {
            Self::Korean => korean,
            Self::English => english,
        }
    }
}
