//! Requests to push services (RFC 8030 §5).

use std::time::{Duration, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use campus_core::domain::{PushEndpoint, PushServices, Time};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// How long a push service may take to accept a message.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(3);

/// How long it may take to connect to an address of a push service.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

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

/// The answer of a push service to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Accepted,
    /// The subscription has ended.
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
    /// A client for these services. Only the push service of a local service has endpoints without TLS.
    pub(crate) fn new(services: &PushServices) -> Self {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        http.enforce_http(false);
        let builder = HttpsConnectorBuilder::new().with_webpki_roots();
        let builder = if services.has_local() { builder.https_or_http() } else { builder.https_only() };
        let connector = builder.enable_http1().wrap_connector(http);
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    /// Sends a message.
    pub(crate) async fn send(&self, message: PushMessage<'_>, now: Time) -> Delivery {
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
            Ok(Ok(response)) => outcome(response.status(), response.headers(), now),
            Ok(Err(_)) | Err(_) => Delivery::Unavailable { status: None, retry_after: None },
        }
    }
}

fn outcome(status: StatusCode, headers: &HeaderMap, now: Time) -> Delivery {
    match status {
        status if status.is_success() => Delivery::Accepted,
        StatusCode::NOT_FOUND | StatusCode::GONE => Delivery::Gone,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => unavailable(status, headers, now),
        status if status.is_server_error() => unavailable(status, headers, now),
        status => Delivery::Rejected(status),
    }
}

fn unavailable(status: StatusCode, headers: &HeaderMap, now: Time) -> Delivery {
    let value = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = value.and_then(|value| parse_retry_after(value.trim(), now));
    Delivery::Unavailable { status: Some(status), retry_after }
}

/// The value of `Retry-After` in seconds: a number, or a date (RFC 9110 §10.2.3). What is too large becomes `u32::MAX`.
fn parse_retry_after(value: &str, now: Time) -> Option<u32> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(u32::MAX));
    }
    let at = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(at.as_secs()).ok()?.saturating_sub(now.as_secs()).max(0);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use futures_util::FutureExt;
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn each_status_has_an_outcome() {
        let now = Time::from_secs(784_111_777);
        let outcome =
            |status: u16, headers: &HeaderMap| super::outcome(StatusCode::from_u16(status).unwrap(), headers, now);
        let none = HeaderMap::new();
        for status in [200, 201, 202, 204] {
            assert_eq!(outcome(status, &none), Delivery::Accepted, "{status}");
        }
        assert_eq!((outcome(404, &none), outcome(410, &none)), (Delivery::Gone, Delivery::Gone));
        for status in [301, 302, 307, 308, 400, 401, 403, 413] {
            assert_eq!(outcome(status, &none), Delivery::Rejected(StatusCode::from_u16(status).unwrap()));
        }
        for (value, seconds) in [
            ("120", Some(120)),
            ("99999999999", Some(u32::MAX)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Fri, 31 Dec 1993 23:59:59 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(u32::MAX)),
            ("x", None),
            ("", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(value))]);
            for status in [408, 429, 500, 503] {
                let expected =
                    Delivery::Unavailable { status: StatusCode::from_u16(status).ok(), retry_after: seconds };
                assert_eq!(outcome(status, &headers), expected, "{status} {value}");
            }
        }
    }
    #[tokio::test]
    async fn only_a_client_of_a_local_service_sends_without_tls() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let deployed = PushServices::parse(PushServices::DEFAULT).unwrap();
        let local = deployed.clone().with_local(port);
        let endpoint = PushEndpoint::parse(&format!("http://127.0.0.1:{port}/push/x"), &local).unwrap();
        let message = || PushMessage {
            endpoint: &endpoint,
            authorization: "vapid".to_owned(),
            topic: "x".to_owned(),
            urgency: "low",
            body: Vec::new(),
        };
        let refused = PushClient::new(&deployed).send(message(), Time::now()).await;
        assert_eq!(refused, Delivery::Unavailable { status: None, retry_after: None });
        assert!(listener.accept().now_or_never().is_none());
        let (client, now) = (PushClient::new(&local), Time::now());
        let accept = async { drop(listener.accept().await.unwrap()) };
        tokio::join!(accept, client.send(message(), now));
    }
}
