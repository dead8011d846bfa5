//! The parts that all bad clients share. They work below the SDK's retries, so that the tests cover these too.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use campus_core::store::Connection;
use campus_local::Engine;
use serde_json::{Value, json};

/// Faults between the SDK and DynamoDB.
pub(super) trait Faults: Clone + fmt::Debug + Send + Sync + 'static {
    /// Sends an attempt of a call over the network, or answers in DynamoDB's place.
    fn send(&self, network: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture;
}

/// A connection to the engine with these faults.
pub(super) fn connect(engine: &Engine, faults: impl Faults) -> Connection {
    // By default, all clients of the process share one allowance of retries, so tests would influence each other.
    static CLIENTS: AtomicU32 = AtomicU32::new(0);
    let name = format!("client {}", CLIENTS.fetch_add(1, Ordering::Relaxed));
    let partition = RetryPartition::custom(name).token_bucket(TokenBucket::unlimited()).build();
    let client = FaultyClient { faults, network: aws_smithy_http_client::Builder::new().build_http() };
    let config = Engine::client_config(engine.url()).http_client(client).retry_partition(partition);
    Connection::new(config, "campus")
}

#[derive(Debug)]
struct FaultyClient<F> {
    faults: F,
    network: SharedHttpClient,
}

impl<F: Faults> HttpClient for FaultyClient<F> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let network = self.network.http_connector(settings, components);
        SharedHttpConnector::new(FaultyConnector { faults: self.faults.clone(), network })
    }
}

#[derive(Debug)]
struct FaultyConnector<F> {
    faults: F,
    network: SharedHttpConnector,
}

impl<F: Faults> HttpConnector for FaultyConnector<F> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.faults.send(&self.network, request)
    }
}

/// The name of the DynamoDB operation of a call.
pub(super) fn operation_of(request: &HttpRequest) -> String {
    request.headers().get("x-amz-target").unwrap().rsplit('.').next().unwrap().to_owned()
}

/// The body of a call as JSON.
pub(super) fn body_of(request: &HttpRequest) -> Value {
    serde_json::from_slice(request.body().bytes().unwrap()).unwrap()
}

/// Reads the whole body of a response, which is then complete even if the connection closes.
pub(super) async fn read_whole(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::empty());
    let bytes = ByteStream::new(body).collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    *answer.body_mut() = SdkBody::from(bytes.into_bytes());
    Ok(answer)
}

pub(super) fn response(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body.to_string()))
}

/// The body of a DynamoDB error.
pub(super) fn error(name: &str) -> Value {
    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{name}"), "message": "not now" })
}

/// The body of the cancellation of a transaction, with a reason for each of its items.
pub(super) fn cancelled<'a>(codes: impl Iterator<Item = &'a str>) -> Value {
    let reason =
        |code| if code == "None" { json!({ "Code": code }) } else { json!({ "Code": code, "Message": "not now" }) };
    let mut body = error("TransactionCanceledException");
    body["CancellationReasons"] = codes.map(reason).collect();
    body
}
