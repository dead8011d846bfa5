//! Refresh tokens: where the session is, how many tokens of it are spent, and two secrets of 256 bits, of which one is
//! the session's and stays, and the other is the token's own.

use aws_lc_rs::{digest, rand};
use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{SchoolId, SessionId, UserId};
use campus_core::http::{Code, Problem};
use campus_core::store::Session;
use uuid::Uuid;

/// The name of the cookie in which web clients get the token.
const COOKIE: &str = "refresh_token";

/// A refresh token. The ids lead to the session without an index; the secret alone opens it.
pub(crate) struct RefreshToken {
    pub(crate) school: SchoolId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    generation: u32,
    family: [u8; 32],
    secret: [u8; 32],
}

/// What a refresh token is worth.
pub(crate) enum Worth {
    /// It is the one that is good now.
    Good,
    /// It was, and has been used.
    Spent,
    /// It never was.
    Nothing,
}

impl RefreshToken {
    /// The first one of a new session.
    pub(crate) fn first(school: SchoolId, user: UserId, session: SessionId) -> Result<Self, Problem> {
        Ok(Self { school, user, session, generation: 0, family: secret()?, secret: secret()? })
    }

    /// The one after this.
    pub(crate) fn next(&self) -> Result<Self, Problem> {
        Ok(Self { generation: self.generation.saturating_add(1), secret: secret()?, ..*self })
    }

    /// What is stored of the secret that all tokens of the session have in common.
    pub(crate) fn family_hash(&self) -> String {
        hash(&self.family)
    }

    /// What is stored of its own secret.
    pub(crate) fn hash(&self) -> String {
        hash(&self.secret)
    }

    /// What the client gets.
    pub(crate) fn encode(&self) -> String {
        let place = [self.school.as_uuid(), self.user.as_uuid(), self.session.as_uuid()].map(Uuid::into_bytes);
        BASE64_URL_SAFE_NO_PAD
            .encode([place.as_flattened(), &self.generation.to_be_bytes(), &self.family, &self.secret].concat())
    }

    /// Reads what a client sent.
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

    /// The one in the body, or in the cookie.
    ///
    /// # Errors
    /// 401 `refresh_token_invalid` when there is none, or it is no refresh token.
    pub(crate) fn of_request(body: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let in_cookie = || {
            let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
            let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
            pairs.find_map(|(name, value)| (name == COOKIE).then_some(value))
        };
        let token = body.or_else(in_cookie).and_then(Self::decode);
        token.ok_or(Code::RefreshTokenInvalid.into())
    }

    /// What it is worth to the session as it now stands. Only who was handed a token of the session knows the session's
    /// own secret, so that nobody else can end it with what looks like a spent one.
    pub(crate) fn worth(&self, session: &Session) -> Worth {
        if self.family_hash() != session.family_hash {
            Worth::Nothing
        } else if self.generation < session.generation {
            Worth::Spent
        } else if self.generation == session.generation && self.hash() == session.refresh_hash {
            Worth::Good
        } else {
            Worth::Nothing
        }
    }
}

fn secret() -> Result<[u8; 32], Problem> {
    let mut secret = [0; 32];
    rand::fill(&mut secret).or(Err(Code::Internal))?;
    Ok(secret)
}

fn hash(secret: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret))
}

/// The cookie with the token: out of reach of scripts, sent to `/auth` only, and never from another site's page.
pub(crate) fn cookie(token: &str, lifetime_s: i64) -> Result<HeaderValue, Problem> {
    let cookie = format!("{COOKIE}={token}; Path=/auth; Max-Age={lifetime_s}; HttpOnly; Secure; SameSite=Strict");
    HeaderValue::try_from(cookie).or(Err(Code::Internal.into()))
}
