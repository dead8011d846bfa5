//! Signing access tokens, and the keys for it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use campus_core::domain::{Caller, Time};
use campus_core::store::{KeyRing, PublicKey, SigningKey};
use campus_core::tokens::{AUDIENCE, Claims};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use uuid::Uuid;

/// How long an access token is valid after it is signed, in seconds: ten minutes.
pub(crate) const ACCESS_TOKEN_LIFETIME_S: i64 = 600;

/// A token becomes valid this many seconds before it is signed, because the clock of the function that verifies it may
/// be behind.
const CLOCK_SKEW_S: i64 = 30;

/// Signs access tokens with the private key. Only the auth function has this key.
pub struct TokenSigner {
    key_id: String,
    key: EncodingKey,
    issuer: String,
}

/// A signing key is malformed.
#[derive(Debug, thiserror::Error)]
#[error("the signing key is not an Ed25519 key in PKCS #8 and base64")]
pub struct TokenSignerError;

/// Generates a signing key.
///
/// # Errors
/// If the system's random number generator fails.
pub fn generate_signing_key() -> Result<SigningKey, aws_lc_rs::error::Unspecified> {
    let pkcs8 = Ed25519KeyPair::generate()?.to_pkcs8()?;
    Ok(SigningKey { kid: Uuid::new_v4().to_string(), pkcs8: BASE64_STANDARD.encode(pkcs8) })
}

/// The public half of a signing key.
///
/// # Errors
/// [`TokenSignerError`].
pub fn public_key(key: &SigningKey) -> Result<PublicKey, TokenSignerError> {
    let pkcs8 = BASE64_STANDARD.decode(&key.pkcs8).or(Err(TokenSignerError))?;
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).or(Err(TokenSignerError))?;
    Ok(PublicKey { kid: key.kid.clone(), x: BASE64_URL_SAFE_NO_PAD.encode(pair.public_key()) })
}

/// The public keys of the key ring, as a JSON Web Key Set (RFC 7517, RFC 8037). They verify access tokens.
///
/// # Errors
/// [`TokenSignerError`].
pub fn key_set(ring: &KeyRing) -> Result<serde_json::Value, TokenSignerError> {
    let signing = [Some(&ring.current), ring.next.as_ref()].into_iter().flatten().map(public_key);
    let keys: Vec<PublicKey> = signing.chain(ring.previous.clone().map(Ok)).collect::<Result<_, _>>()?;
    let jwk = |PublicKey { kid, x }: &PublicKey| json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x });
    Ok(json!({ "keys": keys.iter().map(jwk).collect::<Vec<_>>() }))
}

impl TokenSigner {
    /// Creates a signer for tokens of this issuer. It does not check that the private and the public part of the key
    /// belong together, because that would slow down every cold start.
    ///
    /// # Errors
    /// [`TokenSignerError`] if the key is not valid base64.
    pub fn new(key: &SigningKey, issuer: &str) -> Result<Self, TokenSignerError> {
        let pkcs8 = BASE64_STANDARD.decode(&key.pkcs8).or(Err(TokenSignerError))?;
        Ok(Self { key_id: key.kid.clone(), key: EncodingKey::from_ed_der(&pkcs8), issuer: issuer.to_owned() })
    }

    /// The `kid` of the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Signs an access token for the caller.
    ///
    /// # Errors
    /// If signing fails. This is not expected to happen.
    pub fn sign(&self, caller: &Caller, now: Time) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: caller.user,
            exp: now.as_secs().saturating_add(ACCESS_TOKEN_LIFETIME_S),
            iat: now.as_secs(),
            nbf: now.as_secs().saturating_sub(CLOCK_SKEW_S),
            jti: Uuid::new_v4(),
            sid: caller.session,
            school: caller.school,
            role: caller.role,
            verified: caller.is_verified,
            young_until: caller.young_until.as_secs(),
        };
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &self.key)
    }
}
