//! The network address of the client.

use std::convert::Infallible;
use std::env;
use std::net::{IpAddr, Ipv4Addr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::domain::Network;

/// The client's network, as the distribution, API Gateway or the local server reports it. The distribution is believed
/// only with its secret ([`OriginSecrets`]). Headers such as `X-Forwarded-For` are ignored, because a client can send any
/// value in them.
///
/// If the address is unknown, this is `0.0.0.0`: all such requests count as one client, so rate limits apply to them.
pub struct ClientAddress(pub Network);

/// The remote address of the connection, as API Gateway or the local server sees it. It is an extension of each request.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The client's address. The distribution's function sets it (`web/edge/viewer-request.js`).
const VIEWER_ADDRESS: &str = "x-viewer-address";

/// The secret that the distribution adds to its requests (`template.yaml`).
const ORIGIN_SECRET: &str = "x-origin-secret";

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress
where
    OriginSecrets: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let viewer = OriginSecrets::from_ref(state).viewer_address(&parts.headers);
        let address = viewer.or_else(|| parts.extensions.get::<Peer>().map(|Peer(address)| *address));
        Ok(Self(Network::of(address.unwrap_or(UNKNOWN))))
    }
}

/// Knows the secrets by which the web client's distribution proves that a request comes from it. Anybody can also call the
/// API directly, with any headers. While the secret is replaced, there are two.
///
/// Without secrets, no request comes from a distribution.
#[derive(Clone, Debug, Default)]
pub struct OriginSecrets {
    /// The SHA-256 of each secret, in lower-case hexadecimal digits.
    hashes: Vec<String>,
}

/// The environment variable `CAMPUS_ORIGIN_SECRET_HASHES` is invalid.
#[derive(Debug, thiserror::Error)]
#[error(
    "the environment variable CAMPUS_ORIGIN_SECRET_HASHES must have SHA-256 hashes in hexadecimal, separated by commas"
)]
pub struct OriginSecretsError;

impl OriginSecrets {
    /// The secrets of the environment: `CAMPUS_ORIGIN_SECRET_HASHES` has their SHA-256 hashes in hexadecimal, separated by
    /// commas. If it is empty or not set, there are none.
    ///
    /// # Errors
    /// [`OriginSecretsError`].
    pub fn from_env() -> Result<Self, OriginSecretsError> {
        Self::parse(&env::var("CAMPUS_ORIGIN_SECRET_HASHES").unwrap_or_default())
    }

    /// Parses SHA-256 hashes in hexadecimal, separated by commas.
    ///
    /// # Errors
    /// [`OriginSecretsError`].
    pub fn parse(hashes: &str) -> Result<Self, OriginSecretsError> {
        let hashes = hashes.split(',').map(str::trim).filter(|hash| !hash.is_empty());
        let hashes: Vec<_> = hashes.map(str::to_ascii_lowercase).collect();
        let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hashes.iter().all(is_hash) { Ok(Self { hashes }) } else { Err(OriginSecretsError) }
    }

    /// The address of the distribution's client, if the request comes from the distribution.
    fn viewer_address(&self, headers: &HeaderMap) -> Option<IpAddr> {
        if self.hashes.is_empty() || !self.accepts(headers.get(ORIGIN_SECRET)?.as_bytes()) {
            return None;
        }
        headers.get(VIEWER_ADDRESS)?.to_str().ok()?.parse().ok()
    }

    /// Whether this is one of the secrets. The time that this takes tells nothing about them.
    fn accepts(&self, secret: &[u8]) -> bool {
        let hash: String = digest(&SHA256, secret).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.hashes.iter().any(|accepted| verify_slices_are_equal(accepted.as_bytes(), hash.as_bytes()).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_secrets_are_parsed() {
        let (first, second) = ("0a".repeat(32), "F1".repeat(32));
        let hashes = |text: &str| OriginSecrets::parse(text).map(|secrets| secrets.hashes);
        assert!(hashes("").unwrap().is_empty());
        assert_eq!(hashes(&first).unwrap(), ["0a".repeat(32)]);
        assert_eq!(hashes(&format!("{first}, {second}")).unwrap(), ["0a".repeat(32), "f1".repeat(32)]);
        for malformed in ["secret", &"a".repeat(63), &format!("{first}{first}"), &format!("{first},secret")] {
            assert!(hashes(malformed).is_err(), "{malformed}");
        }
    }
}
