//! Bodies of requests.

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, Bytes};
use axum::extract::FromRequest;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{Code, Problem, Request, input};
use crate::domain::FieldError;
use crate::store::Intent;

/// A body that is whole: `application/json`, not too large, well-formed, with only known fields, all of them good.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

/// A body that asks for something new, and whether it is to be made only once.
#[derive(Debug)]
pub struct Creation<T> {
    /// What is asked for.
    pub request: T,
    /// The client's `Idempotency-Key`, if it sent one, and what it is bound to.
    pub intent: Option<Intent>,
}

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
    let Some(value) = headers.get(NAME) else { return Ok(None) };
    match value.len() {
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
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let raw = serde_ignored::deserialize(&mut json, |path| unknown.push(path.to_string()))
        .and_then(|raw| json.end().map(|()| raw))
        .map_err(|error| match error.is_data() {
            // No field is at fault, for a field takes whatever comes: the body is no object, or names a field twice.
            true => Problem::from(FieldError::WrongType.at("body")),
            false => Code::MalformedJson.into(),
        })?;
    let parsed = input::parse(raw);
    let mut errors: Vec<_> = unknown.into_iter().map(|field| FieldError::UnknownField.at(field)).collect();
    match parsed {
        Ok(request) if errors.is_empty() => Ok(request),
        Ok(_) => Err(Problem::invalid(errors)),
        Err(invalid) => {
            errors.extend(invalid);
            Err(Problem::invalid(errors))
        }
    }
}
