//! Extractors for request bodies.

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::FromRequest;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{Code, Problem, Request};
use crate::domain::FieldError;
use crate::store::IdempotencyKey;

/// A JSON body without unknown or invalid fields.
///
/// Rejections: 415 if the content type is not `application/json`, 413 if the body is too large, 400 if it is not valid
/// JSON, and 422 if it has unknown or invalid fields.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

/// A [`JsonBody`] that may be missing. A missing body counts as `{}`.
#[derive(Debug)]
pub struct OptionalJsonBody<T>(pub T);

/// A request that creates a resource: a body as in [`JsonBody`], and the `Idempotency-Key` header.
#[derive(Debug)]
pub struct Creation<T> {
    pub request: T,
    /// The hashes of the client's key and of the request, if the client sent a key.
    pub idempotency_key: Option<IdempotencyKey>,
}

/// The maximum number of unknown fields that a response lists.
const MAX_UNKNOWN_FIELDS: usize = 20;

/// The maximum length of an `Idempotency-Key`, in characters.
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
        let idempotency_key = key.map(|key| IdempotencyKey {
            key_hash: hash(&[key]),
            fingerprint: hash(&[parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &bytes]),
        });
        Ok(Self { request: parse(&bytes)?, idempotency_key })
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

/// The SHA-256 hash of the parts, in base64url. Each part is hashed with its length, so that parts cannot run into each
/// other.
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
    match T::from_raw(raw) {
        Ok(request) if unknown.is_empty() => Ok(request),
        Ok(_) => Err(Problem::invalid(unknown)),
        Err(invalid) => Err(Problem::invalid(unknown.into_iter().chain(invalid).collect())),
    }
}

/// Deserializes a JSON object, and calls `on_unknown` with the path of each unknown field.
fn read_object<T: DeserializeOwned>(bytes: &[u8], mut on_unknown: impl FnMut(String)) -> Result<T, Problem> {
    // Serde also deserializes a struct from an array. That is not part of the API.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).or(Err(Code::MalformedJson))?;
        return Err(FieldError::WrongType.at("body").into());
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_ignored::deserialize(&mut json, |path| on_unknown(path.to_string()))
        .and_then(|object| json.end().map(|()| object))
        .map_err(|error| match error.is_data() {
            // A raw field accepts every value, so the only possible data error is a duplicate field.
            true => FieldError::InvalidFormat.at("body").into(),
            false => Code::MalformedJson.into(),
        })
}
