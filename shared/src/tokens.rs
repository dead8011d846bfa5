//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037). Every function verifies them; only the
//! auth function has the key that signs them.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, get_current_timestamp};
use lru::LruCache;
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

/// How many tokens a [`Verifier`] caches.
const CACHED_TOKENS: NonZeroUsize = NonZeroUsize::new(500).unwrap();

/// The SHA-256 hash of a token. The cache has no token that somebody could use.
type TokenHash = [u8; SHA256_OUTPUT_LEN];

/// Verifies access tokens with the service's public keys.
///
/// It caches the claims of the tokens that were used last, because clients send the same token with many requests, and
/// verifying its signature takes longer than most other parts of a request. The keys of a `Verifier` never change, so a valid
/// signature stays valid. The times are checked for each request.
pub struct Verifier {
    keys: HashMap<String, DecodingKey>,
    published: JwkSet,
    issuer: String,
    validation: Validation,
    cache: Mutex<LruCache<TokenHash, Claims>>,
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
        let cache = Mutex::new(LruCache::new(CACHED_TOKENS));
        Ok(Self { keys, published, issuer: issuer.to_owned(), validation, cache })
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
        self.verify_at(token, get_current_timestamp())
    }

    /// `now` is the time for cached claims, in seconds since the Unix epoch. Other tokens are checked by the system's clock.
    fn verify_at(&self, token: &str, now: u64) -> Result<Claims, TokenError> {
        let mut hash = TokenHash::default();
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let cached = self.lock().get(&hash).cloned();
        match cached {
            Some(claims) if now > claims.exp => Err(TokenError::Expired),
            Some(claims) if now < claims.nbf => Err(TokenError::Invalid),
            Some(claims) => Ok(claims),
            None => {
                let claims = self.decode(token)?;
                self.lock().put(hash, claims.clone());
                Ok(claims)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<TokenHash, Claims>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decode(&self, token: &str) -> Result<Claims, TokenError> {
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

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    /// A verifier and a function that makes tokens that are valid from `nbf` to `exp`.
    fn verifier() -> (Verifier, impl Fn(i64, i64) -> String) {
        let pair = Ed25519KeyPair::generate().unwrap();
        let public = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "a", "x": public });
        let verifier = Verifier::new(&json!({ "keys": [key] }).to_string(), "issuer").unwrap();
        let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref());
        let header = Header { kid: Some("a".to_owned()), ..Header::new(Algorithm::EdDSA) };
        let token = move |nbf, exp| {
            let claims = json!({
                "iss": "issuer", "aud": AUDIENCE, "sub": Uuid::now_v7(), "exp": exp, "iat": nbf, "nbf": nbf,
                "jti": Uuid::new_v4(), "sid": Uuid::now_v7(), "school": Uuid::now_v7(), "role": "student", "verified": true,
                "young_until": 0,
            });
            encode(&header, &claims, &private).unwrap()
        };
        (verifier, token)
    }

    fn now() -> i64 {
        get_current_timestamp().cast_signed()
    }

    #[test]
    fn a_cached_token_is_valid_only_at_its_times() {
        let (verifier, token) = verifier();
        let (from, until) = (now() - 60, now() + 600);
        let token = token(from, until);
        let claims = verifier.verify(&token).unwrap();
        let verified_at = |time: i64| verifier.verify_at(&token, time.cast_unsigned()).map(|claims| claims.jti);
        assert_eq!([from, until].map(verified_at), [Ok(claims.jti); 2]);
        assert_eq!(verified_at(until + 1), Err(TokenError::Expired));
        assert_eq!(verified_at(from - 1), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_with_another_signature_is_not_the_cached_one() {
        let (verifier, token) = verifier();
        let (token, other) = (token(now(), now() + 600), token(now(), now() + 600));
        verifier.verify(&token).unwrap();
        let (message, _) = token.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        for _ in 0..2 {
            let forged = verifier.verify(&format!("{message}.{signature}"));
            assert_eq!(forged.map(|claims| claims.jti), Err(TokenError::Invalid));
        }
    }

    #[test]
    fn a_refused_token_is_not_cached() {
        let (verifier, token) = verifier();
        for (nbf, exp, error) in [(-600, -1, TokenError::Expired), (60, 600, TokenError::Invalid)] {
            let token = token(now() + nbf, now() + exp);
            assert_eq!(verifier.verify(&token).map(|claims| claims.jti), Err(error));
            assert!(verifier.lock().is_empty());
        }
    }

    #[test]
    fn the_tokens_that_were_used_last_are_cached() {
        let (verifier, token) = verifier();
        let tokens: Vec<String> = (0..=CACHED_TOKENS.get()).map(|_| token(now(), now() + 600)).collect();
        let (last, others) = tokens.split_last().unwrap();
        for token in others.iter().chain([&tokens[0], last]) {
            verifier.verify(token).unwrap();
        }
        assert_eq!(verifier.lock().len(), CACHED_TOKENS.get());
        // At this time, a token that is not cached is valid, and a cached one has expired.
        let is_cached = |token: &String| verifier.verify_at(token, u64::MAX).is_err();
        assert!(is_cached(&tokens[0]), "it was used again");
        assert!(!is_cached(&tokens[1]));
    }
}
