//! Bodies of requests.

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::FromRequest;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{Code, Problem, Request, input};
use crate::domain::FieldError;
use crate::store::Intent;

/// A body that is whole: `application/json`, not too large, well-formed, with only known fields, all of them good.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

/// A [`JsonBody`] that may be missing: no body is an empty object.
#[derive(Debug)]
pub struct OptionalJsonBody<T>(pub T);

/// A body that asks for something new, and whether it is to be made only once.
#[derive(Debug)]
pub struct Creation<T> {
    /// What is asked for.
    pub request: T,
    /// The client's `Idempotency-Key`, if it sent one, and what it is bound to.
    pub intent: Option<Intent>,
}

/// How many fields that nobody asked for are named.
const MAX_UNKNOWN_FIELDS: usize = 20;

/// The most characters of an `Idempotency-Key`.
const MAX_KEY_CHARACTERS: usize = 255;

impl<S: Send + Sync, T: Request> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read::<T>(&parts.headers, body).await?;
        parse(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: Request> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = match body.is_end_stream() {
            true => Bytes::from_static(b"{}"),
            false => read::<T>(&parts.headers, body).await?,
        };
        parse(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: Request> FromRequest<S> for Creation<T> {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let key = idempotency_key(&parts.headers)?;
        let bytes = read::<T>(&parts.headers, body).await?;
        let intent = key.map(|key| Intent {
            key_hash: hash(&[key]),
            fingerprint: hash(&[parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &bytes]),
        });
        Ok(Self { request: parse(&bytes)?, intent })
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&[u8]>, Problem> {
    const NAME: &str = "Idempotency-Key";
    let mut values = headers.get_all(NAME).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(FieldError::InvalidFormat.at(NAME).into());
    }
    match String::from_utf8_lossy(value.as_bytes()).chars().count() {
        0 => Err(FieldError::TooShort { min: 1 }.at(NAME).into()),
        1..=MAX_KEY_CHARACTERS => Ok(Some(value.as_bytes())),
        _ => Err(FieldError::TooLong { max: MAX_KEY_CHARACTERS }.at(NAME).into()),
    }
}

/// SHA-256 of the parts, each with its length, in base64url.
fn hash(parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part.len().to_string().as_bytes());
        context.update(b":");
        context.update(part);
    }
    BASE64_URL_SAFE_NO_PAD.encode(context.finish())
}

async fn read<T: Request>(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Code::UnsupportedMediaType.into());
    }
    match Limited::new(body, T::MAX_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Code::PayloadTooLarge.into()),
        Err(_) => Err(Code::MalformedJson.into()),
    }
}

fn parse<T: Request>(bytes: &[u8]) -> Result<T, Problem> {
    let mut unknown = Vec::new();
    let raw = read_object(bytes, |field| {
        if unknown.len() < MAX_UNKNOWN_FIELDS {
            unknown.push(FieldError::UnknownField.at(field));
        }
    })?;
    match input::parse(raw) {
        Ok(request) if unknown.is_empty() => Ok(request),
        Ok(_) => Err(Problem::invalid(unknown)),
        Err(invalid) => Err(Problem::invalid(unknown.into_iter().chain(invalid).collect())),
    }
}

/// Reads a JSON object, and tells which of its fields nobody asked for.
fn read_object<T: DeserializeOwned>(bytes: &[u8], mut unknown: impl FnMut(String)) -> Result<T, Problem> {
    // A struct can be read from an array as well, which no client should come to rely on.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).or(Err(Code::MalformedJson))?;
        return Err(FieldError::WrongType.at("body").into());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_ignored::deserialize(&mut json, |path| unknown(path.to_string()))
        .and_then(|object| json.end().map(|()| object))
        .map_err(|error| match error.is_data() {
            // A field takes whatever comes, so this is not about one, but about one that comes twice.
            true => FieldError::InvalidFormat.at("body").into(),
            false => Code::MalformedJson.into(),
        })
}
