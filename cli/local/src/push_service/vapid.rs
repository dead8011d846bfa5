//! Checking who sends a message (VAPID, RFC 8292).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::Time;
use serde_json::Value;

/// How long a token may be valid, in seconds (RFC 8292 §2).
const MAX_LIFETIME_S: i64 = 24 * 3600;

/// Why a message is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused;

/// Checks the value of the header `Authorization`: a token for this origin, signed with the key of the subscription.
pub(super) fn check(authorization: &str, origin: &str, server_key: &str, now: Time) -> Result<(), Refused> {
    let parameters = authorization.strip_prefix("vapid ").ok_or(Refused)?;
    let parameter = |name: &str| {
        let mut all = parameters.split(',').filter_map(|parameter| parameter.trim().split_once('='));
        all.find(|(found, _)| *found == name).map(|(_, value)| value).ok_or(Refused)
    };
    let (token, key) = (parameter("t")?, parameter("k")?);
    if key != server_key {
        return Err(Refused);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key)?)
        .verify(signed.as_bytes(), &decode(signature)?)
        .or(Err(Refused))?;
    let (header, claims) = (json(header)?, json(claims)?);
    let expires_at = claims.get("exp").and_then(Value::as_i64).ok_or(Refused)?;
    let lifetime = expires_at.saturating_sub(now.as_secs());
    let contact = claims.get("sub").and_then(Value::as_str).ok_or(Refused)?;
    let is_valid = header.get("alg").is_some_and(|algorithm| algorithm == "ES256")
        && claims.get("aud").is_some_and(|audience| audience == origin)
        && (1..=MAX_LIFETIME_S).contains(&lifetime)
        && ["mailto:", "https:"].iter().any(|scheme| contact.starts_with(scheme));
    if is_valid { Ok(()) } else { Err(Refused) }
}

fn decode(text: &str) -> Result<Vec<u8>, Refused> {
    BASE64_URL_SAFE_NO_PAD.decode(text).or(Err(Refused))
}

fn json(part: &str) -> Result<Value, Refused> {
    serde_json::from_slice(&decode(part)?).or(Err(Refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8292 §2.4.
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1\
                         MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpi\
                         UfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA";
    const KEY: &str = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";

    #[test]
    fn the_example_of_the_rfc_is_accepted_and_nothing_else() {
        let (origin, now) = ("https://push.example.net", Time::from_secs(1_453_523_768 - 3600));
        let authorization = format!("vapid t={TOKEN}, k={KEY}");
        assert_eq!(check(&authorization, origin, KEY, now), Ok(()));
        assert_eq!(check(&authorization, "https://push.example.com", KEY, now), Err(Refused));
        assert_eq!(check(&authorization, origin, &KEY.replace('A', "B"), now), Err(Refused));
        assert_eq!(check(&authorization, origin, KEY, now.plus_secs(3600)), Err(Refused));
        assert_eq!(check(&authorization, origin, KEY, now.plus_secs(-24 * 3600)), Err(Refused));
        for other in [authorization.replace("i3CY", "i3CZ"), authorization.replace("vapid", "Bearer"), String::new()] {
            assert_eq!(check(&other, origin, KEY, now), Err(Refused), "{other}");
        }
    }
}
