//! Tokens of links.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{EntryId, ShareHash};
use campus_core::http::{Code, Problem};
use serde::{Deserialize, Deserializer, de};

/// 256 random bits that lead to a timetable. Only a hash of them is stored, and nothing prints them by accident.
pub(crate) struct ShareToken([u8; 32]);

impl ShareToken {
    /// A new one.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub(crate) fn generate() -> Result<Self, Problem> {
        let mut secret = [0; 32];
        rand::fill(&mut secret).or(Err(Code::Internal))?;
        Ok(Self(secret))
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> ShareHash {
        ShareHash::from_base64(hash(&[&self.0]))
    }

    /// What the client gets.
    pub(crate) fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl<'de> Deserialize<'de> for ShareToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).ok();
        let secret = bytes.and_then(|bytes| bytes.try_into().ok());
        secret.map(Self).ok_or(de::Error::custom("not the token of a link"))
    }
}

/// A name of an entry for those who have the link: always the same, while the entry's id would tell when it was made and
/// be another link's as well.
pub(super) fn name_of(entry: EntryId, link: &ShareHash) -> String {
    hash(&[link.as_str().as_bytes(), entry.as_uuid().as_bytes()])
}

/// SHA-256 of the parts, which are of a fixed length each, in base64url.
fn hash(parts: &[&[u8]]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &parts.concat()))
}

#[cfg(test)]
mod tests {
    use campus_core::domain::Time;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    fn decode(text: &str) -> Option<ShareToken> {
        let text: StrDeserializer<'_, Error> = text.into_deserializer();
        ShareToken::deserialize(text).ok()
    }

    #[test]
    fn a_token_is_read_back_and_nothing_else_is_one() {
        let token = ShareToken::generate().unwrap();
        let text = token.encode();
        assert_eq!(text.len(), 43);
        assert_eq!(decode(&text).unwrap().hash(), token.hash());
        assert_ne!(ShareToken::generate().unwrap().hash(), token.hash());
        let shorter = text.get(..42).unwrap();
        for wrong in ["", "x", shorter, &format!("{text}A"), &format!("{text}="), token.hash().as_str()] {
            assert!(decode(wrong).is_none_or(|other| other.hash() != token.hash()), "{wrong}");
        }
    }

    #[test]
    fn an_entry_has_one_name_for_each_link() {
        let [one, other] = [(); 2].map(|()| ShareToken::generate().unwrap().hash());
        let entries = [(); 2].map(|()| EntryId::new(Time::now()));
        assert_eq!(name_of(entries[0], &one), name_of(entries[0], &one));
        assert_ne!(name_of(entries[0], &one), name_of(entries[1], &one));
        assert_ne!(name_of(entries[0], &one), name_of(entries[0], &other));
    }
}
