//! The push service of a local service. It replaces those of the browsers, so that nothing leaves the machine, and
//! refuses what they refuse: <https://www.rfc-editor.org/rfc/rfc8030>.
//!
//! It also decrypts messages as the browser does. A test of a web page, which cannot subscribe to a real push service, works
//! like this:
//!
//! 1. `POST /dev/push-subscriptions` with `{"application_server_key": "…"}`, the key of `GET /notifications/push-key`, makes a
//!    subscription. The response has the form of `PushSubscription.toJSON()`: `{"endpoint", "keys": {"p256dh", "auth"}}`. The
//!    page sends it to the API as usual.
//! 2. `GET /dev/pushes` lists the messages to all subscriptions, oldest first: `{"items": [{"endpoint", "text", "body",
//!    "ttl", "urgency", "topic", "headers", "received_at"}]}`. `text` is what the browser would decrypt, without the padding.
//!    `body` is what was sent, in base64url.
//! 3. The test hands `text` to the service worker, with `ServiceWorker.deliverPushMessage` of the Chrome DevTools Protocol.
//!
//! `POST /dev/push-subscriptions/end` with `{"endpoint": "…"}` ends a subscription, as a browser does.

mod decryption;
mod receiving;
mod vapid;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use campus_core::clock::Clock;
use campus_core::domain::Time;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use self::decryption::BrowserKeys;
use crate::server;

/// How many messages the push service keeps.
const KEPT: usize = 500;

/// The push service. Clones share its state.
#[derive(Clone)]
pub struct PushService {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    state: Mutex<PushState>,
    /// Is notified when a request gets no answer.
    hanging: Notify,
}

#[derive(Default)]
struct PushState {
    /// By the last part of their path.
    subscriptions: BTreeMap<String, Subscription>,
    /// Oldest first.
    messages: Vec<PushMessage>,
    fault: Option<PushFault>,
    /// Of single subscriptions, by the last part of their path.
    faults: BTreeMap<String, PushFault>,
    requests: u32,
}

struct Subscription {
    server_key: String,
    keys: BrowserKeys,
    /// Whether the browser has ended it.
    has_ended: bool,
}

/// A subscription, as a browser gives it to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrowserSubscription {
    pub endpoint: String,
    pub keys: SubscriptionKeys,
}

/// The keys of a [`BrowserSubscription`], in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubscriptionKeys {
    pub p256dh: String,
    pub auth: String,
}

/// A message that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PushMessage {
    pub endpoint: String,
    /// The decrypted message, without padding.
    pub text: String,
    /// The encrypted message in base64url.
    pub body: String,
    /// How long the message may wait for the browser, in seconds.
    pub ttl: u32,
    pub urgency: Option<String>,
    pub topic: Option<String>,
    /// All headers of the request.
    pub headers: BTreeMap<String, String>,
    pub received_at: Time,
}

/// A way in which requests to the push service fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushFault {
    /// 429, with `Retry-After` in seconds.
    RateLimited { retry_after: u32 },
    /// This status.
    Status(u16),
    /// 307 with this `Location`.
    Redirect(String),
    /// There is no answer, and the message is lost.
    Hangs,
    /// The message is accepted, and the answer is 500.
    AnswerLost,
}

impl PushService {
    /// Starts a push service on a free port. It runs as long as the process.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start(clock: Clock) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free on 127.0.0.1")?;
        let shared = Shared { clock, state: Mutex::default(), hanging: Notify::new() };
        let service = Self { address: listener.local_addr()?, shared: Arc::new(shared) };
        let api = Router::new().route("/push/{id}", post(receiving::receive)).with_state(service.clone());
        tokio::spawn(server::serve(listener, api, std::future::pending()));
        Ok(service)
    }

    /// The port. Endpoints begin with `http://127.0.0.1:<port>/`.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The routes for tests of web pages, under `/dev`.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/dev/pushes", get(list))
            .route("/dev/push-subscriptions", post(create))
            .route("/dev/push-subscriptions/end", post(end))
            .with_state(self.clone())
    }

    /// Makes a subscription for messages that are signed with this key.
    ///
    /// # Errors
    /// If the system's random number generator fails.
    pub fn subscribe(&self, server_key: &str) -> Result<BrowserSubscription> {
        let keys = BrowserKeys::generate().context("the system's random number generator failed")?;
        let id = campus_core::store::generate_secret().context("the system's random number generator failed")?;
        let subscription = BrowserSubscription { endpoint: self.endpoint(&id), keys: keys.public() };
        let server_key = server_key.to_owned();
        self.lock().subscriptions.insert(id, Subscription { server_key, keys, has_ended: false });
        Ok(subscription)
    }

    /// Ends a subscription. Returns whether there was one.
    pub fn unsubscribe(&self, endpoint: &str) -> bool {
        let mut state = self.lock();
        state.subscriptions.get_mut(id_of(endpoint)).map(|subscription| subscription.has_ended = true).is_some()
    }

    /// The messages, oldest first.
    pub fn messages(&self) -> Vec<PushMessage> {
        self.lock().messages.clone()
    }

    /// The number of requests so far, also of those that were refused.
    pub fn requests(&self) -> u32 {
        self.lock().requests
    }

    /// Lets all requests fail in this way, or none.
    pub fn set_fault(&self, fault: Option<PushFault>) {
        let mut state = self.lock();
        state.faults.clear();
        state.fault = fault;
    }

    /// Lets all requests to this endpoint fail in this way, until a fault of all requests is set.
    pub fn set_fault_at(&self, endpoint: &str, fault: PushFault) {
        self.lock().faults.insert(id_of(endpoint).to_owned(), fault);
    }

    /// Resolves when a request has come that gets no answer.
    pub async fn hung(&self) {
        self.shared.hanging.notified().await;
    }

    fn endpoint(&self, id: &str) -> String {
        format!("{}/push/{id}", self.origin())
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    fn lock(&self) -> MutexGuard<'_, PushState> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PushState {
    fn add(&mut self, message: PushMessage) {
        self.messages.push(message);
        let surplus = self.messages.len().saturating_sub(KEPT);
        self.messages.drain(..surplus);
    }
}

/// The last part of the path, which identifies the subscription.
fn id_of(endpoint: &str) -> &str {
    endpoint.rsplit('/').next().unwrap_or_default()
}

#[derive(Deserialize)]
struct NewSubscription {
    application_server_key: String,
}

#[derive(Deserialize)]
struct EndedSubscription {
    endpoint: String,
}

async fn list(State(service): State<PushService>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "items": service.messages() })))
}

async fn create(State(service): State<PushService>, Json(new): Json<NewSubscription>) -> impl IntoResponse {
    let subscription = service.subscribe(&new.application_server_key).or(Err(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok::<_, StatusCode>((StatusCode::CREATED, Json(subscription)))
}

async fn end(State(service): State<PushService>, Json(ended): Json<EndedSubscription>) -> StatusCode {
    if service.unsubscribe(&ended.endpoint) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
