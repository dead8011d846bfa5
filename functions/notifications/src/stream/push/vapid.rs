//! Signing messages, so that a push service knows who sends them (VAPID, RFC 8292).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use campus_core::domain::{PushEndpoint, Time};
use campus_core::store::PushKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

/// How long a token is valid, in seconds: 12 hours. Push services accept at most 24, and their clocks may differ.
const LIFETIME_S: i64 = 12 * 3600;

/// The claims of a token. They are the same for all messages of a second to a push service.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

/// A message could not be signed, because the key is malformed.
#[derive(Debug, thiserror::Error)]
#[error("the push key is not an ECDSA key on P-256 in PKCS #8 and base64")]
pub(crate) struct SigningError;

/// The value of the header `Authorization` of a message to the endpoint. `contact` is a URL with `mailto:` or `https:`, at
/// which the operators of the push service reach the operator of this service.
pub(crate) fn authorization(
    endpoint: &PushEndpoint,
    key: &PushKey,
    contact: &str,
    now: Time,
) -> Result<String, SigningError> {
    let claims = Claims { aud: endpoint.origin(), exp: now.as_secs().saturating_add(LIFETIME_S), sub: contact };
    let pkcs8 = BASE64_STANDARD.decode(&key.pkcs8).or(Err(SigningError))?;
    let token = encode(&Header::new(Algorithm::ES256), &claims, &EncodingKey::from_ec_der(&pkcs8));
    Ok(format!("vapid t={}, k={}", token.or(Err(SigningError))?, key.public.as_str()))
}
