//! Reads the events that Lambda delivers.

use std::fmt::{self, Formatter};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::http::{GatewayRequestId, Peer};

/// An event. It has only the members that tell what it is, and those of a request that the functions use: an event of API
/// Gateway has many more, and reading all of them takes longer than a handler.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'event> {
    /// The records of the table's stream.
    #[serde(rename = "Records", borrow)]
    pub(super) records: Option<&'event RawValue>,
    /// The source of an event of EventBridge.
    pub(super) source: Option<String>,
    request_context: Option<RequestContext>,
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    headers: Option<Headers>,
    cookies: Option<Vec<String>>,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    http: Http,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    source_ip: Option<String>,
}

impl Event<'_> {
    /// The request of an API Gateway event (payload format 2.0). Its extensions are a [`Peer`] and a [`GatewayRequestId`].
    /// Returns `None` if the event is malformed.
    pub(super) fn into_request(self) -> Option<Request<Body>> {
        let context = self.request_context?;
        let mut request = Request::new(match self.body {
            Some(body) if self.is_base64_encoded == Some(true) => Body::from(BASE64_STANDARD.decode(body).ok()?),
            Some(body) => Body::from(body),
            None => Body::empty(),
        });
        *request.method_mut() = Method::from_bytes(context.http.method.as_bytes()).ok()?;
        *request.uri_mut() = uri(&self.raw_path?, self.raw_query_string.as_deref().unwrap_or_default())?;
        *request.headers_mut() = self.headers.map(|Headers(headers)| headers).unwrap_or_default();
        if let Some(cookies) = self.cookies {
            request.headers_mut().insert(header::COOKIE, HeaderValue::try_from(cookies.join("; ")).ok()?);
        }
        if let Some(address) = context.http.source_ip.and_then(|address| address.parse().ok()) {
            request.extensions_mut().insert(Peer(address));
        }
        if let Some(id) = context.request_id {
            request.extensions_mut().insert(GatewayRequestId(id));
        }
        Some(request)
    }
}

/// Characters that paths and queries of a URI may contain only percent-encoded (RFC 3986).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
const ESCAPED_IN_PATH: &AsciiSet = &ESCAPED.add(b'?');

/// The URI of a path, which API Gateway has decoded, and a query, which it has not.
fn uri(path: &str, query: &str) -> Option<Uri> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    let path = utf8_percent_encode(path, ESCAPED_IN_PATH);
    let mark = if query.is_empty() { "" } else { "?" };
    let query = utf8_percent_encode(query, ESCAPED);
    Uri::try_from(format!("{slash}{path}{mark}{query}")).ok()
}

/// The headers of a request. API Gateway joins the values of a repeated header.
struct Headers(HeaderMap);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("HTTP headers")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut entries: M) -> Result<Headers, M::Error> {
        let mut headers = HeaderMap::with_capacity(16);
        while let Some((name, value)) = entries.next_entry::<String, String>()? {
            let name = HeaderName::try_from(name).map_err(M::Error::custom)?;
            headers.insert(name, HeaderValue::try_from(value).map_err(M::Error::custom)?);
        }
        Ok(Headers(headers))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The request of an event with these changes.
    fn request(change: impl FnOnce(&mut Value)) -> Option<Request<Body>> {
        let mut event = json!({
            "rawPath": "/boards/자유",
            "rawQueryString": "name=%EA%B0%80",
            "headers": { "Accept": "application/json", "x-forwarded-for": "192.0.2.9" },
            "cookies": ["a=1", "b=2"],
            "requestContext": { "http": { "method": "POST", "sourceIp": "203.0.113.7" }, "requestId": "id" },
            "body": "e30=",
            "isBase64Encoded": true,
        });
        change(&mut event);
        serde_json::from_str::<Event>(&event.to_string()).ok()?.into_request()
    }

    #[test]
    fn an_event_becomes_a_request() {
        let request = request(|_| ()).unwrap();
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "/boards/%EC%9E%90%EC%9C%A0?name=%EA%B0%80");
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!((header("accept"), header("cookie")), ("application/json", "a=1; b=2"));
        assert_eq!(request.extensions().get::<Peer>().unwrap().0.to_string(), "203.0.113.7");
        assert_eq!(request.extensions().get::<GatewayRequestId>().unwrap().0, "id");
    }

    #[test]
    fn a_malformed_event_is_no_request() {
        let malformed: [fn(&mut Value); 7] = [
            |event| event["rawPath"] = "x".repeat(70_000).into(),
            |event| event["rawPath"] = Value::Null,
            |event| event["headers"] = json!({ "a b": "c" }),
            |event| event["headers"] = json!({ "a": "b\nc" }),
            |event| event["requestContext"]["http"] = json!({ "method": "a b" }),
            |event| event["requestContext"] = json!({}),
            |event| event["body"] = "?".into(),
        ];
        for (index, change) in malformed.into_iter().enumerate() {
            assert!(request(change).is_none(), "{index}");
        }
    }
}
