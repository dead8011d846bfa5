//! Runs an axum router on AWS Lambda: reads the configuration, connects to DynamoDB and converts API Gateway events to
//! HTTP requests. Several steps that a default setup includes are left out, to keep cold starts short and binaries
//! small.

mod stream;

use std::env;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::endpoint::SharedEndpointResolver;
use aws_sdk_dynamodb::config::{SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime::client::orchestrator::endpoints::StaticUriEndpointResolver;
use aws_smithy_runtime_api::client::http::{HttpClient, http_client_fn};
use axum::Router;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::{BodyExt, Collected};
use lambda_http::lambda_runtime::{self, LambdaEvent, service_fn};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, Error, IntoResponse, Request, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::app::{App, StartError};
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::store::{AuthKeys, Budget, Connection, StreamRecord, Table};
use crate::{http, telemetry};

/// A Lambda function: a router that handles requests, and optionally handlers of other events.
pub struct Function {
    router: Router,
    /// The handlers of EventBridge's events, each with the source of its events.
    event_handlers: Vec<(&'static str, EventHandler)>,
    /// The time budget of each of them.
    event_time: Duration,
    stream_consumers: Vec<stream::Consumer>,
}

type EventHandler = Box<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>> + Send + Sync>;

/// The source of the events of a schedule.
const SCHEDULE: &str = "aws.events";

impl Function {
    /// Creates a function that handles requests with the router and no other events.
    pub fn new(router: impl Into<Router>) -> Self {
        Self {
            router: http::finish(router.into()),
            event_handlers: Vec::new(),
            event_time: EVENT_TIME,
            stream_consumers: Vec::new(),
        }
    }

    /// Gives the tasks and handlers of EventBridge's events another time budget than 10 seconds ([`Budget`]). It must be
    /// shorter than the function's timeout in `template.yaml`.
    #[must_use]
    pub fn with_event_time(self, event_time: Duration) -> Self {
        Self { event_time, ..self }
    }

    /// Adds a task that runs on each event of the function's schedule.
    #[must_use]
    pub fn on_schedule<F>(self, task: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.on_event(SCHEDULE, move |_| task())
    }

    /// Adds a handler of the EventBridge events with this source, such as `aws.ses`. It gets the whole event.
    #[must_use]
    pub fn on_event<F>(mut self, source: &'static str, handler: impl Fn(Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.event_handlers.push((source, Box::new(move |event| Box::pin(handler(event)))));
        self
    }

    /// Adds a consumer of the table's stream. It gets each record at least once, and the records of a partition in order,
    /// after the consumers that were added before it have had the whole batch. Lambda delivers a record again if the consumer fails. All consumers have a time budget of 20 seconds for a batch
    /// ([`Budget`]).
    #[must_use]
    pub fn on_stream<F>(mut self, consumer: impl Fn(StreamRecord) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.stream_consumers.push(stream::Consumer::Record(Box::new(move |record| Box::pin(consumer(record)))));
        self
    }

    /// Adds a consumer of the table's stream that gets all records of a batch together, after the consumers that were added
    /// before it. It returns the [positions](StreamRecord::sequence_number) of the records that it did not consume, and
    /// Lambda delivers these again.
    #[must_use]
    pub fn on_stream_batch<F>(mut self, consumer: impl Fn(Vec<StreamRecord>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Vec<String>> + Send + 'static,
    {
        self.stream_consumers.push(stream::Consumer::Batch(Box::new(move |records| Box::pin(consumer(records)))));
        self
    }

    /// Handles an event and returns the response for Lambda. Events of the stream and of EventBridge are told by their
    /// shape; any other event is an API Gateway request (payload format 2.0), and a malformed one gets status 400.
    ///
    /// # Errors
    /// If the handler of an EventBridge event fails, or a whole batch of the stream. Lambda repeats both.
    pub async fn handle(&self, event: Value) -> Result<Value, Error> {
        let records = event.get("Records").and_then(Value::as_array);
        if let Some(records) = records.filter(|_| !self.stream_consumers.is_empty()) {
            let budget = Budget::new(STREAM_TIME).with_conflict_time(STREAM_CONFLICT_TIME);
            return budget.spend(stream::consume(records, &self.stream_consumers)).await;
        }
        let source = event.get("source").and_then(Value::as_str);
        match self.event_handlers.iter().find(|(handled, _)| Some(*handled) == source) {
            Some((_, handler)) => {
                Budget::new(self.event_time).spend(handler(event)).await?;
                Ok(Value::Null)
            }
            None => self.handle_request(event).await,
        }
    }

    async fn handle_request(&self, mut event: Value) -> Result<Value, Error> {
        sanitize(&mut event);
        let Some(request) = parse_request(event) else {
            tracing::warn!("the event is not an API Gateway request");
            return Ok(json!({ "statusCode": 400 }));
        };
        let event = LambdaEvent::new(request, lambda_runtime::Context::default());
        let service = ServiceExt::<Request>::map_response(self.router.clone(), Utf8Response);
        let response = Adapter::from(service).oneshot(event).await?;
        Ok(serde_json::to_value(response)?)
    }
}

/// A response whose body is UTF-8 text, as all responses of this service are. For other bodies `lambda_http` detects
/// the character encoding, and the tables for that make the binaries noticeably larger.
struct Utf8Response(axum::response::Response);

impl IntoResponse for Utf8Response {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        let (parts, body) = self.0.into_parts();
        Box::pin(async move {
            let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
            let body = match String::from_utf8(body.into()) {
                Ok(text) => Body::from(text),
                Err(binary) => Body::from(binary.into_bytes()),
            };
            Response::from_parts(parts, body)
        })
    }
}

/// The time budget of the handler of an EventBridge event, unless [`Function::with_event_time`] sets another. It is shorter
/// than the timeout of the functions in `template.yaml`.
const EVENT_TIME: Duration = Duration::from_secs(10);

/// The time budget of a batch of the stream. It is shorter than the timeout of the functions that consume the stream.
const STREAM_TIME: Duration = Duration::from_secs(20);

/// The time for retries after conflicts in a batch of the stream. It is longer than that of a request: a stream occupies few
/// instances, nobody waits for the answer, and a batch may have to write to a row that many requests are writing to.
const STREAM_CONFLICT_TIME: Duration = Duration::from_secs(10);

/// The AWS configuration, settings and DynamoDB connection with which a function starts.
pub struct Startup {
    /// The configuration for clients of the AWS SDK.
    pub aws: SdkConfig,
    config: Config,
    connection: Connection,
}

impl Startup {
    fn from_env() -> Result<Self, Error> {
        let (aws, config) = (aws_config()?, Config::from_env()?);
        // The SDK can derive the endpoint, but evaluating its endpoint rules takes a fifth of the startup time.
        let url = env::var("AWS_ENDPOINT_URL_DYNAMODB").or(Err(ConfigError::Unset("AWS_ENDPOINT_URL_DYNAMODB")))?;
        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&aws);
        dynamodb.set_endpoint_resolver(Some(SharedEndpointResolver::new(StaticUriEndpointResolver::uri(url))));
        let connection = Connection::new(dynamodb, &config.table);
        Ok(Self { aws, config, connection })
    }

    /// Starts the service.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn app(&self) -> Result<App, StartError> {
        App::start(&self.config, self.connection.clone(), Clock::default()).await
    }

    /// The table, for a function that needs no [`App`].
    pub fn table(&self) -> Table {
        Table::new(self.connection.clone(), Clock::default())
    }

    /// Starts the service and also returns the keys of the auth function, if the table has them.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn app_and_auth_keys(&self) -> Result<(App, Option<AuthKeys>), StartError> {
        App::start_with_auth_keys(&self.config, self.connection.clone(), Clock::default()).await
    }
}

/// Starts a function with the settings of the environment and handles events until Lambda ends the process.
///
/// # Errors
/// If the function cannot start. Lambda logs the error and starts a new process.
pub async fn run<E>(function: impl AsyncFnOnce(Startup) -> Result<Function, E>) -> Result<(), Error>
where
    Error: From<E>,
{
    telemetry::init_json();
    let function = &function(Startup::from_env()?).await?;
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| function.handle(event.payload).await)).await
}

/// The AWS configuration from the environment variables that Lambda sets. The default provider chain of the SDK also
/// supports profiles and other sources, and the code for that makes the binaries noticeably larger.
fn aws_config() -> Result<SdkConfig, Error> {
    let credentials = SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(env::var("AWS_REGION").ok().map(Region::new))
        .credentials_provider(credentials)
        .http_client(http_client()?)
        .build())
}

/// The root certificates of Amazon Trust Services (<https://www.amazontrust.com/repository/>), which sign the
/// certificates of all AWS services. Parsing the 150 root certificates of the system instead takes a third of a cold
/// start.
const AMAZON_ROOTS: &[u8] = include_bytes!("../amazon-roots.pem");

fn http_client() -> Result<SharedHttpClient, Error> {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder().with_trust_store(roots).build()?;
    let client = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    let client = client.tls_context(tls).build_https();
    // Without this wrapper, the client validates its TLS setup by building it once, and builds it again for the first
    // connection.
    Ok(http_client_fn(move |settings, components| client.http_connector(settings, components)))
}

/// Parses an API Gateway event. Returns `None` if it is malformed.
fn parse_request(event: Value) -> Option<LambdaRequest> {
    if event.get("isBase64Encoded").and_then(Value::as_bool) == Some(true) {
        let body = event.get("body").and_then(Value::as_str).unwrap_or_default();
        BASE64_STANDARD.decode(body).ok()?;
    }
    serde_json::from_value(event).ok()
}

/// Characters that paths and queries of a URI may contain only percent-encoded (RFC 3986).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
const ESCAPED_IN_PATH: &AsciiSet = &ESCAPED.add(b'?');

/// Rewrites input at which `lambda_http` panics and which a client can send: percent-encodes invalid characters in the
/// path and the query, and removes the host and protocol from which `lambda_http` would build the URI.
fn sanitize(event: &mut Value) {
    if let Some(headers) = event.get_mut("headers").and_then(Value::as_object_mut) {
        headers.retain(|name, _| !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("x-forwarded-proto"));
    }
    if let Some(domain) = event.pointer_mut("/requestContext/domainName") {
        domain.take();
    }
    for (field, escaped) in [("rawPath", ESCAPED_IN_PATH), ("rawQueryString", ESCAPED)] {
        if let Some(Value::String(text)) = event.get_mut(field) {
            *text = utf8_percent_encode(text, escaped).to_string();
        }
    }
    if let Some(Value::String(path)) = event.get_mut("rawPath")
        && !path.starts_with('/')
    {
        path.insert(0, '/');
    }
}
