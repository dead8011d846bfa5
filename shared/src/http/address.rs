//! The network address of the client.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

use crate::domain::Network;

/// The client's network, as API Gateway or the local server reports it. Headers such as `X-Forwarded-For` are ignored,
/// because a client can send any value in them.
///
/// If the address is unknown, this is `0.0.0.0`: all such requests count as one client, so rate limits apply to them.
pub struct ClientAddress(pub Network);

/// The remote address of the connection. A server without API Gateway adds it to the extensions of each request.
#[derive(Clone, Copy)]
pub struct Peer(pub IpAddr);

const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = match parts.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                context.http.source_ip.as_deref().and_then(|address| address.parse().ok())
            }
            _ => parts.extensions.get::<Peer>().map(|Peer(address)| *address),
        };
        Ok(Self(Network::of(address.unwrap_or(UNKNOWN))))
    }
}
