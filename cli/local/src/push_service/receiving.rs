//! Taking messages, and refusing those that the push services of browsers refuse.

use std::future::pending;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{PushFault, PushMessage, PushService, vapid};

/// The maximum size of a message, in bytes (RFC 8030 §7.2).
const MAX_BYTES: usize = 4096;

/// The maximum length of a topic (RFC 8030 §5.4).
const MAX_TOPIC_LEN: usize = 32;

const URGENCIES: [&str; 4] = ["very-low", "low", "normal", "high"];

/// `POST /push/{id}`.
pub(super) async fn receive(
    State(service): State<PushService>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, StatusCode> {
    let fault = {
        let mut state = service.lock();
        state.requests = state.requests.saturating_add(1);
        state.faults.get(&id).or(state.fault.as_ref()).cloned()
    };
    match fault {
        None | Some(PushFault::AnswerLost) => {}
        Some(PushFault::RateLimited { retry_after }) => {
            let retry_after = [(header::RETRY_AFTER, retry_after.to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, retry_after).into_response());
        }
        Some(PushFault::Status(status)) => {
            return Err(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        }
        Some(PushFault::Redirect(url)) => {
            return Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, url)]).into_response());
        }
        Some(PushFault::Hangs) => {
            service.shared.hanging.notify_one();
            return pending().await;
        }
    }
    let (head, body) = request.into_parts();
    let body = to_bytes(body, MAX_BYTES).await.or(Err(StatusCode::PAYLOAD_TOO_LARGE))?;
    accept(&service, &id, &head.headers, &body)?;
    match fault {
        Some(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
        None => {
            Ok((StatusCode::CREATED, [(header::LOCATION, format!("{}/message", service.origin()))]).into_response())
        }
    }
}

fn accept(service: &PushService, id: &str, headers: &HeaderMap, body: &Bytes) -> Result<(), StatusCode> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let now = service.shared.clock.now();
    let mut state = service.lock();
    let subscription = state.subscriptions.get(id).ok_or(StatusCode::NOT_FOUND)?;
    if subscription.has_ended {
        return Err(StatusCode::GONE);
    }
    let authorization = text("authorization").ok_or(StatusCode::UNAUTHORIZED)?;
    vapid::check(&authorization, &service.origin(), &subscription.server_key, now).or(Err(StatusCode::FORBIDDEN))?;
    let ttl = text("ttl").and_then(|ttl| ttl.parse().ok()).ok_or(StatusCode::BAD_REQUEST)?;
    let (urgency, topic) = (text("urgency"), text("topic"));
    let is_urgency = urgency.as_deref().is_none_or(|urgency| URGENCIES.contains(&urgency));
    if !is_urgency || !topic.as_deref().is_none_or(is_topic) {
        return Err(StatusCode::BAD_REQUEST);
    }
    if text("content-encoding").as_deref() != Some("aes128gcm") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    // A real push service cannot decrypt the message, and the browser drops what it cannot decrypt.
    let message = subscription.keys.decrypt(body).ok_or(StatusCode::BAD_REQUEST)?;
    let (endpoint, body) = (service.endpoint(id), BASE64_URL_SAFE_NO_PAD.encode(body));
    let headers = headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let headers = headers.collect();
    state.add(PushMessage { endpoint, text: message, body, ttl, urgency, topic, headers, received_at: now });
    Ok(())
}

fn is_topic(topic: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=MAX_TOPIC_LEN).contains(&topic.len()) && topic.bytes().all(is_allowed)
}
