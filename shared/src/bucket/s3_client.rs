//! A minimal S3 client, built on the connections, timeouts and retries of the AWS SDK.

use std::fmt;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{ModeledAsRetryableClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::{ErrorKind, ProvideErrorKind, RetryConfig};
use aws_smithy_types::timeout::TimeoutConfig;
use axum::http::Uri;

/// A signed request.
#[derive(Debug)]
pub(crate) struct S3Request {
    pub(crate) method: &'static str,
    pub(crate) uri: Uri,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// S3 rejected the request, and a retry would not help.
    #[error("S3 rejected the request with status {status}")]
    Rejected { status: u16 },
    /// S3 failed or did not respond, also after retries.
    #[error("S3 is unavailable")]
    Unavailable(#[source] BoxError),
}

/// An error response of S3.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("S3 responded with status {status}")]
struct ErrorResponse {
    status: u16,
}

impl ErrorResponse {
    /// Whether a retry may help.
    fn is_transient(self) -> bool {
        self.status >= 500 || self.status == 429
    }
}

impl ProvideErrorKind for ErrorResponse {
    fn retryable_error_kind(&self) -> Option<ErrorKind> {
        self.is_transient().then_some(ErrorKind::ServerError)
    }

    fn code(&self) -> Option<&str> {
        None
    }
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub(crate) struct S3Client(Operation<S3Request, SdkBody, ErrorResponse>);

impl fmt::Debug for S3Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("S3Client")
    }
}

impl S3Client {
    /// Creates a client for this origin, which is a scheme, a host and optionally a port. Without an HTTP client, it
    /// uses the SDK's default.
    pub(crate) fn new(origin: &str, client: Option<SharedHttpClient>) -> Self {
        // A picture of 5 MiB takes well under a second.
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_millis(2500))
            .build();
        let retries = RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50));
        let mut operation = Operation::builder();
        if let Some(client) = client {
            operation = operation.http_client(client);
        }
        let operation = operation
            .service_name("s3")
            .operation_name("media")
            .behavior_version(BehaviorVersion::v2026_01_12())
            .endpoint_url(origin)
            .no_auth()
            .timeout_config(timeouts)
            .standard_retry(&retries)
            .retry_classifier(TransientErrorClassifier::<ErrorResponse>::new())
            .retry_classifier(ModeledAsRetryableClassifier::<ErrorResponse>::new())
            .serializer(serialize)
            .deserializer(deserialize)
            .build();
        Self(operation)
    }

    /// Sends a request, and retries it if that may help. Returns the body of the response.
    pub(crate) async fn send(&self, request: S3Request) -> Result<SdkBody, S3Error> {
        self.0.invoke(request).await.map_err(|error| match error {
            SdkError::ServiceError(context) if !context.err().is_transient() => {
                S3Error::Rejected { status: context.into_err().status }
            }
            error => S3Error::Unavailable(error.into()),
        })
    }
}

fn serialize(S3Request { method, uri, headers, body }: S3Request) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::empty();
    request.set_method(method)?;
    request.set_uri(uri.path_and_query().map_or("/", |target| target.as_str()))?;
    for (name, value) in headers {
        request.headers_mut().insert(name, value);
    }
    if !body.is_empty() {
        request.headers_mut().insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
    }
    Ok(request)
}

fn deserialize(response: &HttpResponse) -> Result<SdkBody, OrchestratorError<ErrorResponse>> {
    if response.status().is_success() {
        // The body is in memory, and its clone shares it.
        return Ok(response.body().try_clone().unwrap_or_else(SdkBody::empty));
    }
    Err(OrchestratorError::operation(ErrorResponse { status: response.status().as_u16() }))
}
