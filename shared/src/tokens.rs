//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037). Every function checks them; only auth
//! has the key that signs them.

use std::collections::{BTreeSet, HashMap};

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Caller, Role, SchoolId, SessionId, UserId};

/// For whom access tokens are: the services of Campus.
pub const AUDIENCE: &str = "campus";

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The stage that issued it.
    pub iss: String,
    /// [`AUDIENCE`].
    pub aud: String,
    /// The user.
    pub sub: UserId,
    /// When it expires, in seconds since the epoch.
    pub exp: i64,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// Before when it is not good, in seconds since the epoch.
    pub nbf: i64,
    /// Its own id.
    pub jti: Uuid,
    /// The session that it belongs to.
    pub sid: SessionId,
    /// The user's school.
    pub school: SchoolId,
    /// The user's role in it.
    pub role: Role,
}

impl Claims {
    /// Who it was issued to.
    pub fn caller(&self) -> Caller {
        Caller { school: self.school, user: self.sub, session: self.sid, role: self.role }
    }
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was good.
    #[error("the token has expired")]
    Expired,
    /// It never was: it is no token, or not one of this service.
    #[error("the token is not valid")]
    Invalid,
}

/// Checks access tokens with the published keys.
pub struct Verifier {
    keys: HashMap<String, DecodingKey>,
    published: JwkSet,
    issuer: String,
    validation: Validation,
}

/// Why keys cannot be used to check tokens.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is not a JSON Web Key Set (RFC 7517).
    #[error("the verification keys are not a JSON Web Key Set: {0}")]
    NotAKeySet(#[from] serde_json::Error),
    /// A key has no name, or is none of Ed25519.
    #[error("a verification key has no `kid` or is not an Ed25519 key for EdDSA")]
    NotEd25519,
}

impl Verifier {
    /// With a JSON Web Key Set (RFC 7517) of Ed25519 keys, for tokens of this issuer.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn new(key_set: &str, issuer: &str) -> Result<Self, KeyError> {
        let published: JwkSet = serde_json::from_str(key_set)?;
        let keys = published.keys.iter().map(named_key).collect::<Result<_, _>>()?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["aud", "exp", "iss", "nbf", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        Ok(Self { keys, published, issuer: issuer.to_owned(), validation })
    }

    /// Whose tokens are good.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The names of the keys.
    pub fn key_ids(&self) -> BTreeSet<&str> {
        self.keys.keys().map(String::as_str).collect()
    }

    /// The keys, for everyone to check tokens with.
    pub fn published(&self) -> &JwkSet {
        &self.published
    }

    /// What a token says.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let header = decode_header(token).or(Err(TokenError::Invalid))?;
        // A token that brings or points to its own key is not one of ours.
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

fn named_key(key: &Jwk) -> Result<(String, DecodingKey), KeyError> {
    let named = key.common.key_id.clone().filter(|_| key.common.key_algorithm == Some(KeyAlgorithm::EdDSA));
    match (named, &key.algorithm) {
        (Some(name), AlgorithmParameters::OctetKeyPair(_)) => {
            Ok((name, DecodingKey::from_jwk(key).or(Err(KeyError::NotEd25519))?))
        }
        _ => Err(KeyError::NotEd25519),
    }
}
