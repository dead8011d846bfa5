//! Tokens of share links.

use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::ShareHash;
use campus_core::hash::sha256;
use campus_core::http::{Code, Problem};
use serde::{Deserialize, Deserializer, de};

/// The secret of a share link: 256 random bits. The table stores only its hash. The type has no `Debug`, so that logs
/// cannot contain it.
pub(crate) struct ShareToken([u8; 32]);

impl ShareToken {
    /// Creates a random token.
    ///
    /// # Errors
    /// `internal` if the system's random number generator fails.
    pub(crate) fn generate() -> Result<Self, Problem> {
        let mut secret = [0; 32];
        rand::fill(&mut secret).or(Err(Code::Internal))?;
        Ok(Self(secret))
    }

    /// The hash that the table stores.
    pub(crate) fn hash(&self) -> ShareHash {
        ShareHash::from_base64(sha256(&self.0))
    }

    /// The token as clients see it, in base64url.
    pub(crate) fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl<'de> Deserialize<'de> for ShareToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).ok();
        let secret = bytes.and_then(|bytes| bytes.try_into().ok());
        secret.map(Self).ok_or(de::Error::custom("not a share token"))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;

    fn decode(text: &str) -> Option<ShareToken> {
        let text: StrDeserializer<'_, Error> = text.into_deserializer();
        ShareToken::deserialize(text).ok()
    }

    #[test]
    fn a_token_can_be_decoded_and_other_text_cannot() {
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
}
