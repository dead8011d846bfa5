//! A client on which eventually consistent reads of catalogue pointers return old data, and on which an action can run
//! just before a call.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use campus_core::store::Connection;
use campus_local::Engine;
use serde_json::Value;

use super::client::{Faults, body_of, connect, operation_of, read_whole, response};
use crate::support::harness::patient;

type Action = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The client. Clones are the same client.
#[derive(Clone, Debug, Default)]
pub struct Lagging(Arc<Mutex<LaggingState>>);

#[derive(Default)]
struct LaggingState {
    /// The last response of each read of a pointer that did not lag.
    seen: HashMap<String, Value>,
    lags: bool,
    /// What runs before the next call of a DynamoDB operation.
    planned: Option<(&'static str, Action)>,
}

impl fmt::Debug for LaggingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaggingState").field("lags", &self.lags).finish_non_exhaustive()
    }
}

impl Lagging {
    pub fn new() -> Self {
        Self::default()
    }

    /// A connection to the engine that uses this client.
    pub fn connection(&self, engine: &Engine) -> Connection {
        patient(connect(engine, self.clone()))
    }

    /// Sets whether eventually consistent reads of a pointer return what the last such read before returned.
    pub fn lag(&self, lags: bool) {
        self.lock().lags = lags;
    }

    /// Runs the action after the service has begun its next call of this DynamoDB operation, and before the call
    /// reaches DynamoDB.
    pub fn before_next(&self, operation: &'static str, action: impl Future<Output = ()> + Send + 'static) {
        self.lock().planned = Some((operation, Box::pin(action)));
    }

    /// Drops the planned action.
    pub fn cancel(&self) {
        self.lock().planned = None;
    }

    /// Whether the planned action has run.
    pub fn has_happened(&self) -> bool {
        self.lock().planned.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, LaggingState> {
        self.0.lock().unwrap()
    }
}

impl Faults for Lagging {
    fn send(&self, network: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let operation = operation_of(&request);
        let pointer = lagging_pointer(&operation, &body_of(&request));
        let mut state = self.lock();
        if let Some(seen) = pointer.as_ref().filter(|_| state.lags).and_then(|key| state.seen.get(key)) {
            return HttpConnectorFuture::ready(Ok(response(200, seen)));
        }
        let planned = state.planned.take_if(|(planned, _)| *planned == operation);
        drop(state);
        let (client, network) = (self.clone(), network.clone());
        HttpConnectorFuture::new(async move {
            if let Some((_, action)) = planned {
                // The action runs in a task, because the stack has no room for two requests within each other.
                tokio::spawn(action).await.unwrap();
            }
            let answer = read_whole(network.call(request).await?).await?;
            if let Some(key) = pointer {
                let seen = serde_json::from_slice(answer.body().bytes().unwrap()).unwrap();
                client.lock().seen.insert(key, seen);
            }
            Ok(answer)
        })
    }
}

/// The key of the catalogue pointer that the call reads, if the read is eventually consistent.
fn lagging_pointer(operation: &str, body: &Value) -> Option<String> {
    let is_pointer = operation == "GetItem" && body["Key"]["sk"]["S"] == "CATALOGUE";
    (is_pointer && body["ConsistentRead"] == false).then(|| body["Key"]["pk"]["S"].to_string())
}
