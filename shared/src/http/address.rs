//! The address of a client.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

use crate::domain::Network;

/// Where a request comes from, as whoever took it from the network says: API Gateway, or the server on a desk. No
/// header is asked, for a client writes into them what it likes; `X-Forwarded-For` is one of them.
///
/// Requests of which it is not known all count as one client's, so that none goes uncounted.
pub struct ClientAddress(pub Network);

/// The other end of a connection that no gateway stands in: what a server without one adds to a request's extensions.
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
