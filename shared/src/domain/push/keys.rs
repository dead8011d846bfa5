//! The keys of a subscription (RFC 8291 §2).

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::{FieldError, Parse};

/// The length of a point on P-256 in uncompressed form, in bytes.
const POINT_LEN: usize = 65;

/// The length of the secret of a subscription, in bytes.
const AUTH_LEN: usize = 16;

/// The public key of a browser: a point on P-256 in uncompressed form, in base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PushPublicKey(String);

/// The public key of the service, which a browser binds to a subscription. It has the form of a [`PushPublicKey`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApplicationServerKey(String);

/// The secret of a subscription: 128 bits, in base64url without padding.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PushAuth(String);

impl PushPublicKey {
    /// The point.
    pub fn to_bytes(&self) -> Vec<u8> {
        decode(&self.0)
    }
}

impl ApplicationServerKey {
    /// The key, in base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of this point.
    pub fn of_point(point: &[u8]) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(point))
    }
}

impl PushAuth {
    /// The 16 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        decode(&self.0)
    }
}

impl fmt::Debug for PushAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushAuth")
    }
}

impl Parse for PushPublicKey {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        check_point(&raw)?;
        Ok(Self(raw))
    }
}

impl Parse for ApplicationServerKey {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        check_point(&raw)?;
        Ok(Self(raw))
    }
}

impl Parse for PushAuth {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        match BASE64_URL_SAFE_NO_PAD.decode(&raw) {
            Ok(secret) if secret.len() == AUTH_LEN => Ok(Self(raw)),
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

/// Checks that the text is a point on the curve.
fn check_point(text: &str) -> Result<(), FieldError> {
    let point = BASE64_URL_SAFE_NO_PAD.decode(text).or(Err(FieldError::InvalidFormat))?;
    let is_uncompressed = point.len() == POINT_LEN && point.first() == Some(&4);
    let is_on_curve = || ParsedPublicKey::try_from(UnparsedPublicKey::new(&ECDH_P256, &point)).is_ok();
    if is_uncompressed && is_on_curve() { Ok(()) } else { Err(FieldError::InvalidFormat) }
}

/// The bytes of a text that was parsed before.
fn decode(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the secret of RFC 8291 §5.
    const KEY: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn keys_have_their_length_and_lie_on_the_curve() {
        assert_eq!(PushPublicKey::parse(KEY.to_owned()).unwrap().to_bytes().len(), POINT_LEN);
        assert_eq!(PushAuth::parse(AUTH.to_owned()).unwrap().to_bytes().len(), AUTH_LEN);
        let point = PushPublicKey::parse(KEY.to_owned()).unwrap().to_bytes();
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let mut off_curve = point.clone();
        off_curve[64] ^= 1;
        let mut hybrid = point.clone();
        hybrid[0] = 6 + (point[64] & 1);
        let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
        let infinity = [4; 1].iter().chain(&[0; 64]).copied().collect::<Vec<u8>>();
        for key in [&off_curve, &hybrid, &compressed, &infinity, &vec![0], &[&point[..], &[0]].concat()] {
            assert_eq!(PushPublicKey::parse(encode(key)), Err(FieldError::InvalidFormat), "{key:?}");
            assert_eq!(ApplicationServerKey::parse(encode(key)), Err(FieldError::InvalidFormat), "{key:?}");
        }
        for key in ["", KEY.get(1..).unwrap(), &format!("{KEY}="), &KEY.replace('_', "/")] {
            assert_eq!(PushPublicKey::parse(key.to_owned()), Err(FieldError::InvalidFormat), "{key:?}");
        }
        for auth in ["", AUTH.get(1..).unwrap(), &format!("{AUTH}=="), &format!("{AUTH}AA"), "BTBZMqHH6r4Tts7J/aSIgg"] {
            assert_eq!(PushAuth::parse(auth.to_owned()), Err(FieldError::InvalidFormat), "{auth}");
        }
    }
}
