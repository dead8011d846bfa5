//! What a function answers to an event.

use axum::http::header::GetAll;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::{BodyExt, Collected};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The answer to an event: a response for API Gateway, or another JSON value.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Response(GatewayResponse),
    Other(Value),
}

/// A response in payload format 2.0.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GatewayResponse {
    status_code: u16,
    #[serde(serialize_with = "serialize_headers")]
    headers: HeaderMap,
    cookies: Vec<String>,
    body: String,
    is_base64_encoded: bool,
}

impl GatewayResponse {
    pub(super) async fn from_response(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        // A handler's body is in memory, so reading it cannot fail.
        let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
        let (body, is_base64_encoded) = match String::from_utf8(body.into()) {
            Ok(text) => (text, false),
            Err(binary) => (BASE64_STANDARD.encode(binary.into_bytes()), true),
        };
        let mut headers = parts.headers;
        let cookies = texts(headers.get_all(header::SET_COOKIE)).map(str::to_owned).collect();
        headers.remove(header::SET_COOKIE);
        Self { status_code: parts.status.as_u16(), headers, cookies, body, is_base64_encoded }
    }
}

fn texts<'headers>(values: GetAll<'headers, HeaderValue>) -> impl Iterator<Item = &'headers str> {
    values.into_iter().filter_map(|value| value.to_str().ok())
}

/// Joins the values of a repeated header, because the format has only one for each name.
fn serialize_headers<S: Serializer>(headers: &HeaderMap, serializer: S) -> Result<S::Ok, S::Error> {
    let joined = |name| texts(headers.get_all(name)).collect::<Vec<_>>().join(", ");
    serializer.collect_map(headers.keys().map(|name| (name.as_str(), joined(name))))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde_json::json;

    use super::*;

    async fn answer(response: Response) -> Value {
        serde_json::to_value(Answer::Response(GatewayResponse::from_response(response).await)).unwrap()
    }

    #[tokio::test]
    async fn repeated_headers_are_joined_and_cookies_are_listed() {
        let response = Response::builder().status(201).header("vary", "origin").header("vary", "accept-encoding");
        let response = response.header("set-cookie", "a=1").header("set-cookie", "b=2, 3");
        let expected = json!({
            "statusCode": 201,
            "headers": { "vary": "origin, accept-encoding" },
            "cookies": ["a=1", "b=2, 3"],
            "body": "글",
            "isBase64Encoded": false,
        });
        assert_eq!(answer(response.body(Body::from("글")).unwrap()).await, expected);
    }

    #[tokio::test]
    async fn a_body_that_is_no_text_is_encoded() {
        let answer = answer(Response::new(Body::from(vec![0x1f, 0x8b]))).await;
        assert_eq!((&answer["body"], &answer["isBase64Encoded"]), (&json!("H4s="), &json!(true)));
    }
}
