//! A client whose eventually consistent reads see the table as it was at an earlier moment.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use campus_core::store::Connection;
use campus_local::Engine;
use serde_json::Value;

use super::client::{Faults, body_of, connect};
use crate::support::harness::patient;
use crate::support::table;

/// The client. Clones are the same client.
#[derive(Clone, Debug, Default)]
pub struct LaggingReplica(Arc<Mutex<Urls>>);

#[derive(Debug, Default)]
struct Urls {
    engine: String,
    /// The engine that answers eventually consistent reads; `None` if they do not lag.
    replica: Option<String>,
}

impl LaggingReplica {
    /// A connection to the engine that uses this client.
    pub fn connection(&self, engine: &Engine) -> Connection {
        engine.url().clone_into(&mut self.0.lock().unwrap().engine);
        patient(connect(engine, self.clone()))
    }

    /// From now on, eventually consistent reads see the table as it is now, until [`LaggingReplica::catch_up`]. Dropping the
    /// returned replica ends it.
    pub async fn lag(&self, engine: &Engine) -> Engine {
        let replica = Engine::in_memory().await.unwrap();
        table::write(&replica, table::scan(engine));
        self.0.lock().unwrap().replica = Some(replica.url().to_owned());
        replica
    }

    /// From now on, eventually consistent reads see every write.
    pub fn catch_up(&self) {
        self.0.lock().unwrap().replica = None;
    }
}

/// The access key and the address in the URL of an engine.
fn parts(url: &str) -> (&str, &str) {
    url.trim_start_matches("http://").split_once('@').unwrap()
}

fn is_eventual(body: &Value) -> bool {
    body["ConsistentRead"] == false || body["RequestItems"][table::TABLE]["ConsistentRead"] == false
}

impl Faults for LaggingReplica {
    fn send(&self, network: &SharedHttpConnector, mut request: HttpRequest) -> HttpConnectorFuture {
        let urls = self.0.lock().unwrap();
        if let Some(replica) = urls.replica.as_ref().filter(|_| is_eventual(&body_of(&request))) {
            let ((key, address), (replica_key, replica_address)) = (parts(&urls.engine), parts(replica));
            let uri = request.uri().replace(address, replica_address);
            let authorization = request.headers().get("authorization").unwrap().replace(key, replica_key);
            request.set_uri(uri).unwrap();
            request.headers_mut().insert("authorization", authorization);
        }
        drop(urls);
        network.call(request)
    }
}
