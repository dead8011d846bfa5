//! The [`Caller`] and [`MaybeUnverified`] extractors.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use super::{Code, Problem};
use crate::app::App;
use crate::domain::Caller;
use crate::tokens::TokenError;

/// The user who sent a request, whether the account is verified or not (rule 16). For the few operations that unverified
/// accounts can use; the handler refuses what they cannot do.
#[derive(Clone, Copy, Debug)]
pub struct MaybeUnverified(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for MaybeUnverified
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    /// Verifies the access token in `Authorization: Bearer …` (RFC 6750). It rejects a request without a valid token with
    /// 401 `token_missing`, `token_invalid` or `token_expired`.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).ok_or(Code::TokenMissing)?;
        let (scheme, token) = header.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(Code::TokenInvalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Code::TokenInvalid.into());
        }
        let claims = App::from_ref(state).verifier.verify(token.trim()).map_err(|error| match error {
            TokenError::Expired => Code::TokenExpired,
            TokenError::Invalid => Code::TokenInvalid,
        })?;
        Ok(Self(claims.caller()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    /// Verifies the access token as [`MaybeUnverified`] does, and rejects a request of an unverified account with 403
    /// `school_unverified`. So a handler is closed to unverified accounts unless it asks for `MaybeUnverified`.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let MaybeUnverified(caller) = MaybeUnverified::from_request_parts(parts, state).await?;
        caller.check_verified()?;
        Ok(caller)
    }
}
