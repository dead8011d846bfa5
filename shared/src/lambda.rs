//! Runs an axum router on AWS Lambda: reads the configuration, connects to DynamoDB and converts API Gateway events to
//! HTTP requests. Several steps that a default setup includes are left out, to keep cold starts short and binaries
//! small.

mod answer;
mod event;
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
use lambda_http::Error;
use lambda_http::lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use tower::ServiceExt;
use tracing::{Instrument, Span, info_span};

use self::answer::{Answer, GatewayResponse};
use self::event::Event;
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

    /// Handles an event and returns the answer for Lambda. Events of the stream and of EventBridge are told by their shape;
    /// any other event is an API Gateway request (payload format 2.0), and a malformed one gets status 400.
    ///
    /// # Errors
    /// If the handler of an EventBridge event fails, or a whole batch of the stream. Lambda repeats both.
    pub async fn handle(&self, event: Value) -> Result<Value, Error> {
        Ok(serde_json::to_value(self.answer(&to_raw_value(&event)?, "").await?)?)
    }

    /// Like [`Function::handle`], without a JSON value between the text of the event and the answer. `invocation` is Lambda's
    /// id of the invocation, for log lines.
    async fn answer(&self, text: &RawValue, invocation: &str) -> Result<Answer, Error> {
        let event: Option<Event> = serde_json::from_str(text.get()).ok();
        let records = event.as_ref().and_then(|event| event.records);
        if let Some(records) = records.filter(|_| !self.stream_consumers.is_empty()) {
            let records: Vec<Value> = serde_json::from_str(records.get())?;
            let budget = Budget::new(STREAM_TIME).with_conflict_time(STREAM_CONFLICT_TIME);
            let consumed = budget.spend(stream::consume(&records, &self.stream_consumers));
            return Ok(Answer::Other(consumed.instrument(invocation_span(invocation)).await?));
        }
        let source = event.as_ref().and_then(|event| event.source.as_deref());
        if let Some((_, handler)) = self.event_handlers.iter().find(|(handled, _)| Some(*handled) == source) {
            let handled = handler(serde_json::from_str(text.get())?);
            Budget::new(self.event_time).spend(handled).instrument(invocation_span(invocation)).await?;
            return Ok(Answer::Other(Value::Null));
        }
        let Some(request) = event.and_then(Event::into_request) else {
            invocation_span(invocation).in_scope(|| tracing::warn!("the event is not an API Gateway request"));
            return Ok(Answer::Other(json!({ "statusCode": 400 })));
        };
        let response = self.router.clone().oneshot(request).await?;
        Ok(Answer::Response(GatewayResponse::from_response(response).await))
    }
}

/// The span of the log lines of an event that is no request. A request has a span of its own.
fn invocation_span(id: &str) -> Span {
    info_span!("invocation", request_id = id)
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
    let handler =
        async |event: LambdaEvent<Box<RawValue>>| function.answer(&event.payload, &event.context.request_id).await;
    Runtime::new(service_fn(handler)).run().await
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
