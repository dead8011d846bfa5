//! A client on which eventually consistent reads of catalogue chunks can lag.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use campus_core::store::Connection;
use campus_local::Engine;
use serde_json::Value;

use super::client::{Faults, body_of, connect, operation_of, read_whole, response};
use crate::support::harness::patient;

/// The client. Reads that lag do not find the last chunk. Clones are the same client.
#[derive(Clone, Debug, Default)]
pub struct LaggingChunks {
    lags: Arc<AtomicBool>,
    reads: Arc<Mutex<Vec<(usize, bool)>>>,
}

impl LaggingChunks {
    /// A connection to the engine that uses this client.
    pub fn connection(&self, engine: &Engine) -> Connection {
        patient(connect(engine, self.clone()))
    }

    /// Sets whether eventually consistent reads of chunks lag.
    pub fn lag(&self, lags: bool) {
        self.lags.store(lags, Ordering::Relaxed);
    }

    /// The reads of chunks since the last call: the number of requested chunks, and whether the read was consistent.
    pub fn take_reads(&self) -> Vec<(usize, bool)> {
        std::mem::take(&mut self.reads.lock().unwrap())
    }
}

impl Faults for LaggingChunks {
    fn send(&self, network: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let mut wanted = body_of(&request)["RequestItems"]["campus"].take();
        let keys = wanted["Keys"].take();
        let is_chunk = |key: &Value| key["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("CHUNK#"));
        let chunks = keys.as_array().map_or(0, |keys| keys.iter().filter(|key| is_chunk(key)).count());
        if operation_of(&request) != "BatchGetItem" || chunks == 0 {
            return network.call(request);
        }
        let is_consistent = wanted["ConsistentRead"] == true;
        self.reads.lock().unwrap().push((chunks, is_consistent));
        if is_consistent || !self.lags.load(Ordering::Relaxed) {
            return network.call(request);
        }
        let last = keys[chunks - 1]["sk"].clone();
        let call = network.call(request);
        HttpConnectorFuture::new(async move {
            let answer = read_whole(call.await?).await?;
            let mut body: Value = serde_json::from_slice(answer.body().bytes().unwrap()).unwrap();
            body["Responses"]["campus"].as_array_mut().unwrap().retain(|row| row["sk"] != last);
            Ok(response(200, &body))
        })
    }
}
