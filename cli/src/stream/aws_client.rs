//! Signed requests to S3 and Lambda. Their SDKs would be many times larger than these few calls.

use std::env;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// Longer than a function may run.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(super) enum Service {
    S3,
    Lambda,
}

impl Service {
    fn name(&self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Lambda => "lambda",
        }
    }

    /// The URL of the service, which the variable that the SDKs use can replace.
    fn endpoint(&self, region: &str) -> String {
        let replaced = match self {
            Self::S3 => env::var("AWS_ENDPOINT_URL_S3"),
            Self::Lambda => env::var("AWS_ENDPOINT_URL_LAMBDA"),
        };
        replaced.unwrap_or_else(|_| format!("https://{}.{region}.amazonaws.com", self.name()))
    }
}

pub(super) struct AwsClient {
    aws: SdkConfig,
    region: String,
    http: Client<HttpsConnector<HttpConnector>, String>,
}

impl AwsClient {
    /// A client for the account and the region of the environment.
    pub(super) async fn from_env() -> Result<Self> {
        let aws = aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await;
        let region = aws.region().context("no AWS region is set: set AWS_REGION, or a region in the AWS profile")?;
        let region = region.to_string();
        let roots = HttpsConnectorBuilder::new().with_native_roots().context("cannot load the root certificates")?;
        let http = Client::builder(TokioExecutor::new()).build(roots.https_or_http().enable_http1().build());
        Ok(Self { aws, region, http })
    }

    /// Sends a request. Returns the body of the response.
    pub(super) async fn send(
        &self,
        service: Service,
        method: &str,
        path: &str,
        body: Option<String>,
    ) -> Result<String> {
        let url = format!("{}{path}", service.endpoint(&self.region));
        let body = body.unwrap_or_default();
        let mut request = Request::builder().method(method).uri(&url).body(body)?;
        self.sign(&service, &mut request).await?;
        let response = tokio::time::timeout(TIMEOUT, self.http.request(request)).await;
        let response = response.context("AWS does not answer")?.with_context(|| format!("cannot reach {url}"))?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.context("the response is incomplete")?.to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        ensure!(head.status.is_success(), "{method} {url}: status {}: {body}", head.status);
        ensure!(!head.headers.contains_key("x-amz-function-error"), "the function has failed: {body}");
        Ok(body)
    }

    async fn sign(&self, service: &Service, request: &mut Request<String>) -> Result<()> {
        let provider = self.aws.credentials_provider().context("there are no AWS credentials")?;
        let credentials = provider.provide_credentials().await.context("there are no AWS credentials")?;
        let mut settings = SigningSettings::default();
        if matches!(service, Service::S3) {
            // S3 signs the path as it is sent, and requires the hash of the body as a header.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service.name())
            .time(SystemTime::now())
            .settings(settings)
            .build()?;
        let url = request.uri().to_string();
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let headers = [(header::HOST.as_str(), host.as_str())].into_iter();
        let body = SignableBody::Bytes(request.body().as_bytes());
        let signable = SignableRequest::new(request.method().as_str(), &url, headers, body)?;
        let (instructions, _) = sign(signable, &params.into())?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}
