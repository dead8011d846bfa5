//! Requests to push services (RFC 8030 §5).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use campus_core::domain::PushEndpoint;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// How long a push service may take to accept a message.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it may take to connect to an address of a push service.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a push service keeps a message for a browser that is offline, in seconds: a day.
const TTL_S: u32 = 24 * 3600;

/// A message to an endpoint.
pub(crate) struct PushMessage<'a> {
    pub(crate) endpoint: &'a PushEndpoint,
    pub(crate) authorization: String,
    pub(crate) topic: String,
    pub(crate) urgency: &'static str,
    pub(crate) body: Vec<u8>,
}

/// What has become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Accepted,
    /// The subscription does not exist any more.
    Gone,
    /// The push service will never accept this message. The status is for the log.
    Rejected(StatusCode),
    /// The push service fails, is busy, or does not answer. It may have asked to wait for some seconds. The message may have
    /// been accepted if the answer is lost.
    Unavailable {
        status: Option<StatusCode>,
        retry_after: Option<u32>,
    },
}

/// Sends messages to push services. It trusts the root certificates of browsers, follows no redirect, and reads no body of
/// a response. Clones share connections.
#[derive(Clone)]
pub(crate) struct PushClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl PushClient {
    pub(crate) fn new() -> Self {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        http.enforce_http(false);
        // Only the push service of a local service has an endpoint without TLS.
        let connector =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(http);
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    /// Sends a message.
    pub(crate) async fn send(&self, message: PushMessage<'_>) -> Delivery {
        let request = Request::builder()
            .method(Method::POST)
            .uri(message.endpoint.as_str())
            .header(header::AUTHORIZATION, message.authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(HeaderName::from_static("ttl"), TTL_S)
            .header(HeaderName::from_static("urgency"), message.urgency)
            .header(HeaderName::from_static("topic"), message.topic)
            .body(Full::new(Bytes::from(message.body)));
        let Ok(request) = request else { return Delivery::Gone };
        match timeout(SEND_TIMEOUT, self.0.request(request)).await {
            Ok(Ok(response)) => outcome(response.status(), response.headers()),
            Ok(Err(_)) | Err(_) => Delivery::Unavailable { status: None, retry_after: None },
        }
    }
}

fn outcome(status: StatusCode, headers: &HeaderMap) -> Delivery {
    match status {
        status if status.is_success() => Delivery::Accepted,
        StatusCode::NOT_FOUND | StatusCode::GONE => Delivery::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => unavailable(status, headers),
        status if status.is_server_error() => unavailable(status, headers),
        status => Delivery::Rejected(status),
    }
}

fn unavailable(status: StatusCode, headers: &HeaderMap) -> Delivery {
    // Push services send seconds. A date is ignored: the push waits as after any other failure.
    let retry_after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Delivery::Unavailable { status: Some(status), retry_after }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn each_status_has_an_outcome() {
        let outcome = |status: u16, headers: &HeaderMap| super::outcome(StatusCode::from_u16(status).unwrap(), headers);
        let none = HeaderMap::new();
        for status in [200, 201, 202, 204] {
            assert_eq!(outcome(status, &none), Delivery::Accepted, "{status}");
        }
        assert_eq!((outcome(404, &none), outcome(410, &none)), (Delivery::Gone, Delivery::Gone));
        for status in [301, 302, 307, 308, 400, 401, 403, 413] {
            assert_eq!(outcome(status, &none), Delivery::Rejected(StatusCode::from_u16(status).unwrap()));
        }
        for (value, seconds) in [("120", Some(120)), ("x", None), ("-1", None), ("Fri, 31 Dec 1999 23:59:59 GMT", None)]
        {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(value))]);
            for status in [408, 429, 500, 503] {
                let expected =
                    Delivery::Unavailable { status: StatusCode::from_u16(status).ok(), retry_after: seconds };
                assert_eq!(outcome(status, &headers), expected, "{status} {value}");
            }
        }
    }
}
