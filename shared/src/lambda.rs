//! Running a router on AWS Lambda.

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
use crate::store::{Budget, Connection, SigningKey};
use crate::{http, telemetry};

/// What a function does.
pub struct Function {
    router: Router,
    on_schedule: Option<OnSchedule>,
}

type OnSchedule = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>> + Send + Sync>;

impl Function {
    /// Answers requests.
    pub fn new(router: impl Into<Router>) -> Self {
        Self { router: http::finish(router.into()), on_schedule: None }
    }

    /// Does this as well, whenever its schedule says so. It should be done when the time of its budget is up.
    #[must_use]
    pub fn on_schedule<F>(mut self, work: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.on_schedule = Some(Box::new(move || Box::pin(work())));
        self
    }

    /// Answers an event: a request of API Gateway, or a call of the schedule. They are told apart by their shape.
    ///
    /// # Errors
    /// When the work on schedule fails; the next run goes on with it.
    pub async fn answer(&self, event: Value) -> Result<Value, Error> {
        match (&self.on_schedule, is_schedule(&event)) {
            (Some(work), true) => {
                Budget::of(SCHEDULED_TIME).spend(work()).await?;
                Ok(Value::Null)
            }
            _ => self.answer_request(event).await,
        }
    }

    async fn answer_request(&self, mut event: Value) -> Result<Value, Error> {
        make_safe(&mut event);
        let Some(request) = read(event) else {
            tracing::warn!("an event that is no request");
            return Ok(json!({ "statusCode": 400 }));
        };
        let event = LambdaEvent::new(request, lambda_runtime::Context::default());
        let service = ServiceExt::<Request>::map_response(self.router.clone(), Answer);
        let response = Adapter::from(service).oneshot(event).await?;
        Ok(serde_json::to_value(response)?)
    }
}

/// An answer, all of which are UTF-8 here. By itself `lambda_http` would look which of many encodings a text is in, and
/// their tables are a good part of a function's size.
struct Answer(axum::response::Response);

impl IntoResponse for Answer {
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

/// How long the work on schedule may take: less than the function's timeout in `template.yaml`.
const SCHEDULED_TIME: Duration = Duration::from_secs(10);

/// What a function starts from.
pub struct Start {
    /// What the SDK needs to know to speak to AWS.
    pub aws: SdkConfig,
    config: Config,
    connection: Connection,
}

impl Start {
    fn from_env() -> Result<Self, Error> {
        let (aws, config) = (aws()?, Config::from_env()?);
        // The SDK could find out by itself; its rules for that are a fifth of the work of a start.
        let url = env::var("AWS_ENDPOINT_URL_DYNAMODB").or(Err(ConfigError::Unset("AWS_ENDPOINT_URL_DYNAMODB")))?;
        let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(&aws);
        dynamodb.set_endpoint_resolver(Some(SharedEndpointResolver::new(StaticUriEndpointResolver::uri(url))));
        let connection = Connection::new(dynamodb, &config.table);
        Ok(Self { aws, config, connection })
    }

    /// The service.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn app(&self) -> Result<App, StartError> {
        App::start(&self.config, self.connection.clone(), Clock::default()).await
    }

    /// The service, and the key that signs access tokens, if there is one.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn app_and_signing_key(&self) -> Result<(App, Option<SigningKey>), StartError> {
        App::start_with_signing_key(&self.config, self.connection.clone(), Clock::default()).await
    }
}

/// Starts a function as the environment says, and answers events until Lambda ends the process.
///
/// # Errors
/// Whatever keeps the function from starting; Lambda logs it and starts anew.
pub async fn run<E>(function: impl AsyncFnOnce(Start) -> Result<Function, E>) -> Result<(), Error>
where
    Error: From<E>,
{
    telemetry::init_json();
    let function = &function(Start::from_env()?).await?;
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| function.answer(event.payload).await)).await
}

/// What the SDK needs to know, all of which Lambda says in the environment. The SDK's own search would also ask profiles
/// and other services, and the code for that is a good part of a function's size.
fn aws() -> Result<SdkConfig, Error> {
    let credentials = SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(env::var("AWS_REGION").ok().map(Region::new))
        .credentials_provider(credentials)
        .http_client(http_client()?)
        .build())
}

/// The certificate authorities of AWS, which promises that its services are certified by these (Amazon Trust Services,
/// <https://www.amazontrust.com/repository/>). To read the 150 that a system trusts takes a third of a cold start.
const ROOTS: &[u8] = include_bytes!("../amazon-roots.pem");

fn http_client() -> Result<SharedHttpClient, Error> {
    let roots = TrustStore::empty().with_pem_certificate(ROOTS);
    let tls = TlsContext::builder().with_trust_store(roots).build()?;
    let client = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    let client = client.tls_context(tls).build_https();
    // By itself it would set up TLS once to see that it can, and again for the first connection.
    Ok(http_client_fn(move |settings, components| client.http_connector(settings, components)))
}

/// Whether EventBridge sent the event, by its schedule.
fn is_schedule(event: &Value) -> bool {
    event.get("source").and_then(Value::as_str) == Some("aws.events")
}

/// The request that an event of API Gateway is.
fn read(event: Value) -> Option<LambdaRequest> {
    if event.get("isBase64Encoded").and_then(Value::as_bool) == Some(true) {
        let body = event.get("body").and_then(Value::as_str).unwrap_or_default();
        BASE64_STANDARD.decode(body).ok()?;
    }
    serde_json::from_value(event).ok()
}

/// What stands for itself in no path and no query (RFC 3986).
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

/// Mends what `lambda_http` panics at, since a client might send it: characters in path and query that a URI cannot have,
/// and headers from which it would build one.
fn make_safe(event: &mut Value) {
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
