//! A wire to DynamoDB on which reads of catalogues' pointers lag behind, as those that are not consistent may there and
//! never do in the embedded engine, and on which something can happen just before a call.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use campus::desk::Engine;
use campus_core::store::Connection;
use serde_json::Value;

use super::wire::{connect, operation_of, response, whole};

type Event = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The wire. Clones are the same wire.
#[derive(Clone, Debug)]
pub struct Lagging {
    sound: SharedHttpClient,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What was read last of each pointer, as long as it did not lag.
    seen: HashMap<String, Value>,
    lags: bool,
    /// What happens before the next call of an operation.
    planned: Option<(&'static str, Event)>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("lags", &self.lags).finish_non_exhaustive()
    }
}

impl Lagging {
    pub fn new() -> Self {
        Self { sound: aws_smithy_http_client::Builder::new().build_http(), state: Arc::default() }
    }

    /// A connection to the engine over this wire.
    pub fn connection(&self, engine: &Engine) -> Connection {
        connect(engine, self.clone())
    }

    /// From here on, a read of a pointer that need not be consistent finds what such a read found last; or no longer.
    pub fn lag(&self, lags: bool) {
        self.lock().lags = lags;
    }

    /// Lets something happen after the next call of the operation has been made and before it reaches DynamoDB.
    pub fn before_next(&self, operation: &'static str, event: impl Future<Output = ()> + Send + 'static) {
        self.lock().planned = Some((operation, Box::pin(event)));
    }

    /// Whether what was planned has happened.
    pub fn has_happened(&self) -> bool {
        self.lock().planned.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn carry(&self, sound: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation_of(&request);
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let pointer = lagging_pointer(&operation, &body);
        let mut state = self.lock();
        if let Some(seen) = pointer.as_ref().filter(|_| state.lags).and_then(|key| state.seen.get(key)) {
            return HttpConnectorFuture::ready(Ok(response(200, seen)));
        }
        let planned = state.planned.take_if(|(planned, _)| *planned == operation);
        drop(state);
        let (wire, sound) = (self.clone(), sound.clone());
        HttpConnectorFuture::new(async move {
            if let Some((_, event)) = planned {
                // A task of its own, or the stack would have to hold both requests.
                tokio::spawn(event).await.unwrap();
            }
            let answer = whole(sound.call(request).await?).await?;
            if let Some(key) = pointer {
                let seen = serde_json::from_slice(answer.body().bytes().unwrap()).unwrap();
                wire.lock().seen.insert(key, seen);
            }
            Ok(answer)
        })
    }
}

/// The key of the pointer that is asked for, if it may be an old one.
fn lagging_pointer(operation: &str, body: &Value) -> Option<String> {
    let is_pointer = operation == "GetItem" && body["Key"]["sk"]["S"] == "CATALOGUE";
    (is_pointer && body["ConsistentRead"] == false).then(|| body["Key"]["pk"]["S"].to_string())
}

impl HttpClient for Lagging {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Line { wire: self.clone(), sound: self.sound.http_connector(settings, components) })
    }
}

#[derive(Debug)]
struct Line {
    wire: Lagging,
    sound: SharedHttpConnector,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.wire.carry(&self.sound, request)
    }
}
