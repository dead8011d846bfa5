//! Signing access tokens.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use campus_core::domain::{Caller, Time};
use campus_core::store::{KeyRing, PublicKey, SigningKey};
use campus_core::tokens::{AUDIENCE, Claims};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use uuid::Uuid;

/// How long an access token lives, in seconds.
pub(crate) const ACCESS_TOKEN_LIFETIME_S: i64 = 600;

/// How far the clock of the function that checks a token may be behind, in seconds.
const CLOCK_SKEW_S: i64 = 30;

/// Signs access tokens with the private key, which nothing but the auth function holds.
pub struct Signer {
    key_id: String,
    key: EncodingKey,
    issuer: String,
}

/// Why a key cannot sign.
#[derive(Debug, thiserror::Error)]
#[error("the signing key is not an Ed25519 key in PKCS #8 and base64")]
pub struct SignerError;

/// Makes a new signing key.
///
/// # Errors
/// When the machine has no randomness to give.
pub fn generate_signing_key() -> Result<SigningKey, aws_lc_rs::error::Unspecified> {
    let pkcs8 = Ed25519KeyPair::generate()?.to_pkcs8()?;
    Ok(SigningKey { kid: Uuid::new_v4().to_string(), pkcs8: BASE64_STANDARD.encode(pkcs8) })
}

/// The public half of a signing key.
///
/// # Errors
/// [`SignerError`].
pub fn public_key(key: &SigningKey) -> Result<PublicKey, SignerError> {
    let pkcs8 = BASE64_STANDARD.decode(&key.pkcs8).or(Err(SignerError))?;
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).or(Err(SignerError))?;
    Ok(PublicKey { kid: key.kid.clone(), x: BASE64_URL_SAFE_NO_PAD.encode(pair.public_key()) })
}

/// The public halves of all keys of the ring as a JSON Web Key Set (RFC 7517, RFC 8037): what checks the tokens.
///
/// # Errors
/// [`SignerError`].
pub fn key_set(ring: &KeyRing) -> Result<serde_json::Value, SignerError> {
    let signing = [Some(&ring.current), ring.next.as_ref()].into_iter().flatten().map(public_key);
    let keys: Vec<PublicKey> = signing.chain(ring.previous.clone().map(Ok)).collect::<Result<_, _>>()?;
    let jwk = |PublicKey { kid, x }: &PublicKey| json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x });
    Ok(json!({ "keys": keys.iter().map(jwk).collect::<Vec<_>>() }))
}

impl Signer {
    /// With this key, in the name of this issuer. That the halves of the key fit together was seen when it was made:
    /// to see it again would take a while of each start.
    ///
    /// # Errors
    /// [`SignerError`] when the key is not in base64.
    pub fn new(key: &SigningKey, issuer: &str) -> Result<Self, SignerError> {
        let pkcs8 = BASE64_STANDARD.decode(&key.pkcs8).or(Err(SignerError))?;
        Ok(Self { key_id: key.kid.clone(), key: EncodingKey::from_ed_der(&pkcs8), issuer: issuer.to_owned() })
    }

    /// The name of the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// A new access token for the caller.
    ///
    /// # Errors
    /// When signing fails, which it does not on a machine that works.
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
        };
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &self.key)
    }
}
