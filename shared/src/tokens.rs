//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037). Every function verifies them; only the
//! auth function has the key that signs them.

use std::collections::{BTreeSet, HashMap};

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Caller, Role, SchoolId, SessionId, Time, UserId};

/// The `aud` claim of every access token.
pub const AUDIENCE: &str = "campus";

/// The claims of an access token. `exp`, `iat`, `nbf` and `young_until` are in seconds since the Unix epoch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer: [`Config::issuer`](crate::config::Config::issuer) of the stage.
    pub iss: String,
    /// Always [`AUDIENCE`].
    pub aud: String,
    pub sub: UserId,
    pub exp: i64,
    pub iat: i64,
    pub nbf: i64,
    /// The id of this token.
    pub jti: Uuid,
    pub sid: SessionId,
    pub school: SchoolId,
    pub role: Role,
    /// Whether the account is verified.
    pub verified: bool,
    /// When the account stops being young.
    pub young_until: i64,
}

impl Claims {
    /// The user to whom the token was issued.
    pub fn caller(&self) -> Caller {
        Caller {
            school: self.school,
            user: self.sub,
            session: self.sid,
            role: self.role,
            is_verified: self.verified,
            young_until: Time::from_secs(self.young_until),
        }
    }
}

/// Why a token is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token was valid until `exp`.
    #[error("the token has expired")]
    Expired,
    /// The token is malformed, not yet valid (`nbf`), or not issued by this service.
    #[error("the token is not valid")]
    Invalid,
}

/// Verifies access tokens with the service's public keys.
pub struct Verifier {
    keys: HashMap<String, DecodingKey>,
    published: JwkSet,
    issuer: String,
    validation: Validation,
}

/// Why a key set cannot verify tokens.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the verification keys are not a JSON Web Key Set: {0}")]
    NotAKeySet(#[from] serde_json::Error),
    #[error("a verification key has no `kid` or is not an Ed25519 key for EdDSA")]
    NotEd25519,
}

impl Verifier {
    /// Creates a verifier from a JSON Web Key Set (RFC 7517) of Ed25519 keys. It accepts only tokens of this issuer.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn new(key_set: &str, issuer: &str) -> Result<Self, KeyError> {
        let published: JwkSet = serde_json::from_str(key_set)?;
        let keys = published.keys.iter().map(decoding_key).collect::<Result<_, _>>()?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["aud", "exp", "iss", "nbf", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        Ok(Self { keys, published, issuer: issuer.to_owned(), validation })
    }

    /// The issuer whose tokens are accepted.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The ids (`kid`) of the keys.
    pub fn key_ids(&self) -> BTreeSet<&str> {
        self.keys.keys().map(String::as_str).collect()
    }

    /// The key set, for `GET /.well-known/jwks.json`.
    pub fn published(&self) -> &JwkSet {
        &self.published
    }

    /// Verifies a token's signature, issuer, audience and times, and returns its claims.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let header = decode_header(token).or(Err(TokenError::Invalid))?;
        // Tokens of this service never carry or point to a key, so reject those that do.
        if header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some() {
            return Err(TokenError::Invalid);
        }
        let key = header.kid.and_then(|kid| self.keys.get(&kid)).ok_or(TokenError::Invalid)?;
        match decode::<Claims>(token, key, &self.validation) {
            Ok(token) => Ok(token.claims),
            Err(error) => Err(match error.kind() {
                jsonwebtoken::errors::ErrorKind::ExpiredSignature => TokenError::Expired,
                _ => TokenError::Invalid,
            }),
        }
    }
}

/// The id of a key, and the key itself.
fn decoding_key(key: &Jwk) -> Result<(String, DecodingKey), KeyError> {
    let id = key.common.key_id.clone().filter(|_| key.common.key_algorithm == Some(KeyAlgorithm::EdDSA));
    match (id, &key.algorithm) {
        (Some(id), AlgorithmParameters::OctetKeyPair(_)) => {
            Ok((id, DecodingKey::from_jwk(key).or(Err(KeyError::NotEd25519))?))
        }
        _ => Err(KeyError::NotEd25519),
    }
}
