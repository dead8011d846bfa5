//! Sending requests to the bucket, by the SDK's own machinery: its connections, its timeouts, its retries.

use std::fmt;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{ModeledAsRetryableClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::retry::{ErrorKind, ProvideErrorKind, RetryConfig};
use aws_smithy_types::timeout::TimeoutConfig;
use http::Uri;

use crate::bucket::BucketError;

/// A signed request without a body.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) uri: Uri,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What the bucket answers when it does not do it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it answers with {status}")]
pub(crate) struct Refused {
    pub(crate) status: u16,
}

/// The status that stands for an answer which began as a success and ended as an error.
const FAILED_LATE: u16 = 500;

impl Refused {
    /// Whether it is worth another attempt.
    fn is_transient(self) -> bool {
        self.status >= 500 || self.status == 429
    }
}

impl ProvideErrorKind for Refused {
    fn retryable_error_kind(&self) -> Option<ErrorKind> {
        self.is_transient().then_some(ErrorKind::ServerError)
    }

    fn code(&self) -> Option<&str> {
        None
    }
}

/// A way to the bucket. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Wire(Operation<Request, (), Refused>);

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// To the machine at this origin: a scheme, a host and perhaps a port; by this client, or by the SDK's usual one.
    pub(crate) fn to(origin: &str, client: Option<SharedHttpClient>) -> Self {
        // Copying 10 MiB takes S3 well under a second.
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
            .retry_classifier(TransientErrorClassifier::<Refused>::new())
            .retry_classifier(ModeledAsRetryableClassifier::<Refused>::new())
            .serializer(serialize)
            .deserializer(judge)
            .build();
        Self(operation)
    }

    /// Sends a request, again if that may help.
    pub(crate) async fn send(&self, request: Request) -> Result<(), BucketError> {
        self.0.invoke(request).await.map_err(|error| match error {
            SdkError::ServiceError(context) if !context.err().is_transient() => {
                BucketError::Refused(context.into_err())
            }
            error => BucketError::Unavailable(error.into()),
        })
    }
}

fn serialize(Request { method, uri, headers }: Request) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::empty();
    request.set_method(method)?;
    request.set_uri(uri.path_and_query().map_or("/", |target| target.as_str()))?;
    for (name, value) in headers {
        request.headers_mut().insert(name, value);
    }
    Ok(request)
}

/// A copy that takes long is answered with 200 before it is made, and what became of it stands in the body (Amazon S3
/// API, CopyObject).
fn judge(response: &HttpResponse) -> Result<(), OrchestratorError<Refused>> {
    let body = response.body().bytes().unwrap_or_default();
    let status = match response.status().is_success() {
        true if !body.windows(7).any(|word| word == b"<Error>") => return Ok(()),
        true => FAILED_LATE,
        false => response.status().as_u16(),
    };
    Err(OrchestratorError::operation(Refused { status }))
}
