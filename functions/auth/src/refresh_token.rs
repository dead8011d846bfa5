//! Refresh tokens.
//!
//! A token consists of the ids of its session, its generation, and two secrets of 256 bits. The generation is the
//! number of refreshes of the session before the token was issued. All tokens of a session share the family secret; the
//! other secret is new in each token. The table stores only hashes of the secrets.

use aws_lc_rs::rand;
use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{SchoolId, SessionId, Time, UserId};
use campus_core::hash::sha256;
use campus_core::http::{Code, Problem};
use campus_core::store::Session;
use uuid::Uuid;

use crate::cookies::Cookie;

/// How long after a refresh the token that it replaced is still harmless, in milliseconds: 10 seconds (rule 35).
const RETRY_WINDOW_MS: i64 = 10_000;

/// A refresh token. Its ids are the key of the session, so that finding the session needs no index. They grant nothing
/// without the secrets.
pub(crate) struct RefreshToken {
    pub(crate) school: SchoolId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    generation: u32,
    family: [u8; 32],
    secret: [u8; 32],
}

/// The state of a refresh token within its session.
pub(crate) enum TokenStatus {
    /// The token is the last one that the session issued.
    Current,
    /// The token was exchanged for the current one at most 10 seconds ago. Two tabs of a browser have sent it at about the
    /// same time, or a client has sent it again.
    JustUsed,
    /// The token was exchanged for a newer one.
    Used,
    /// The session did not issue the token.
    Invalid,
}

impl RefreshToken {
    /// The first token of a new session.
    pub(crate) fn first(school: SchoolId, user: UserId, session: SessionId) -> Result<Self, Problem> {
        Ok(Self { school, user, session, generation: 0, family: secret()?, secret: secret()? })
    }

    /// The token that replaces this one.
    pub(crate) fn next(&self) -> Result<Self, Problem> {
        Ok(Self { generation: self.generation.saturating_add(1), secret: secret()?, ..*self })
    }

    /// The hash of the family secret, as stored in the session.
    pub(crate) fn family_hash(&self) -> String {
        sha256(&self.family)
    }

    /// The hash of the token's own secret, as stored in the session.
    pub(crate) fn hash(&self) -> String {
        sha256(&self.secret)
    }

    /// The token as the client receives it, in base64url.
    pub(crate) fn encode(&self) -> String {
        let ids = [self.school.as_uuid(), self.user.as_uuid(), self.session.as_uuid()].map(Uuid::into_bytes);
        BASE64_URL_SAFE_NO_PAD
            .encode([ids.as_flattened(), &self.generation.to_be_bytes(), &self.family, &self.secret].concat())
    }

    /// Decodes a token that a client sent; `None` if it is malformed.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (school, rest) = bytes.split_first_chunk()?;
        let (user, rest) = rest.split_first_chunk()?;
        let (session, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (family, rest) = rest.split_first_chunk()?;
        Some(Self {
            school: SchoolId::from_uuid(Uuid::from_bytes(*school)),
            user: UserId::from_uuid(Uuid::from_bytes(*user)),
            session: SessionId::from_uuid(Uuid::from_bytes(*session)),
            generation: u32::from_be_bytes(*generation),
            family: *family,
            secret: rest.try_into().ok()?,
        })
    }

    /// The token in the body, or else in the cookie.
    ///
    /// # Errors
    /// 401 `refresh_token_invalid` if there is none or it is malformed; 400 `duplicate_cookie`.
    pub(crate) fn from_request(body: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let in_cookie = Cookie::REFRESH_TOKEN.read(headers)?;
        body.or(in_cookie).and_then(Self::decode).ok_or(Code::RefreshTokenInvalid.into())
    }

    /// The state of the token within this session.
    ///
    /// A used token ends its session, so it must have the family secret: without it, anybody who knows the ids could
    /// build a token that looks used.
    pub(crate) fn status(&self, session: &Session, now: Time) -> TokenStatus {
        let is_predecessor = self.generation.checked_add(1) == Some(session.generation);
        let is_retry = now.as_millis().saturating_sub(session.refreshed_at_ms) <= RETRY_WINDOW_MS;
        if self.family_hash() != session.family_hash {
            TokenStatus::Invalid
        } else if is_predecessor && is_retry {
            TokenStatus::JustUsed
        } else if self.generation < session.generation {
            TokenStatus::Used
        } else if self.generation == session.generation && self.hash() == session.refresh_hash {
            TokenStatus::Current
        } else {
            TokenStatus::Invalid
        }
    }
}

fn secret() -> Result<[u8; 32], Problem> {
    let mut secret = [0; 32];
    rand::fill(&mut secret).or(Err(Code::Internal))?;
    Ok(secret)
}
