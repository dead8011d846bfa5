//! The bucket in which pictures are.
//!
//! A client uploads a picture to `pending/<picture>`, where nobody sees it and the bucket's lifecycle deletes it after a
//! day. A post that takes it gets a copy at `media/<post>/<picture>`: another attempt at the same post is another post
//! and has copies of its own, so that deleting the one's never hurts the other's. Keys tell nothing of schools and people.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use campus_core::domain::{Media, MediaId, PostId, Upload};
use campus_core::http::{Code, Problem};
use campus_core::store::time_left;
use futures_util::future::try_join_all;
use http::Uri;
use tokio::time::timeout;

use crate::wire::{Refused, Request, Wire};

/// For how long a picture can be uploaded by its url.
const UPLOAD_URL: Duration = Duration::from_secs(3600);

/// For how long a picture is shown by its url.
const SHOWING_URL: Duration = Duration::from_secs(3600);

/// For how long the service's own requests are good: all attempts of one.
const OWN_URL: Duration = Duration::from_secs(60);

/// What is left of a request's time when copying gives up, so that the post can still be written, or refused.
const RESERVE: Duration = Duration::from_secs(2);

/// Access to the bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bucket {
    name: String,
    url: String,
    region: String,
    credentials: SharedCredentialsProvider,
    wire: Wire,
}

/// What keeps the bucket from being used at all.
#[derive(Debug, thiserror::Error)]
pub enum BucketConfigError {
    /// The environment does not say which it is.
    #[error("the environment variable CAMPUS_MEDIA_BUCKET is not set")]
    NoName,
    /// There is no region to sign for.
    #[error("no AWS region is set")]
    NoRegion,
    /// There is nothing to sign with.
    #[error("no AWS credentials are set")]
    NoCredentials,
    /// The address is none.
    #[error("the address of the bucket is no URL: {0}")]
    Url(String),
}

/// Why the bucket did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BucketError {
    /// Nobody hands out credentials.
    #[error("no credentials to sign with")]
    Credentials(#[from] CredentialsError),
    /// A mistake in this program.
    #[error("a request cannot be signed")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It failed or did not answer, and the retries did not help.
    #[error("the bucket cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It refuses what this service may do: a mistake in its policy or in ours.
    #[error("the bucket refuses")]
    Refused(#[source] Refused),
}

impl From<BucketError> for Problem {
    fn from(error: BucketError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        match error {
            BucketError::Credentials(_) | BucketError::Unavailable(_) => {
                tracing::warn!(%error, cause, "the bucket cannot be used");
                Code::Unavailable.into()
            }
            BucketError::Signing(_) | BucketError::Refused(_) => {
                tracing::error!(%error, cause, "the bucket and this program disagree");
                Code::Internal.into()
            }
        }
    }
}

impl Bucket {
    /// The bucket of the environment: `CAMPUS_MEDIA_BUCKET` is its name; `CAMPUS_MEDIA_URL`, where it is not on AWS, its
    /// address.
    ///
    /// # Errors
    /// [`BucketConfigError`].
    pub fn from_env(aws: &SdkConfig) -> Result<Self, BucketConfigError> {
        let name = std::env::var("CAMPUS_MEDIA_BUCKET").or(Err(BucketConfigError::NoName))?;
        let region = aws.region().ok_or(BucketConfigError::NoRegion)?;
        let on_aws = || format!("https://{name}.s3.{region}.amazonaws.com");
        let url = std::env::var("CAMPUS_MEDIA_URL").ok().filter(|url| !url.is_empty()).unwrap_or_else(on_aws);
        Self::new(&name, &url, aws)
    }

    /// The bucket at this address, in the region and with the credentials of the configuration.
    ///
    /// # Errors
    /// [`BucketConfigError`].
    pub fn new(name: &str, url: &str, aws: &SdkConfig) -> Result<Self, BucketConfigError> {
        let wrong = || BucketConfigError::Url(url.to_owned());
        let uri: Uri = url.parse().or(Err(wrong()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else { return Err(wrong()) };
        Ok(Self {
            name: name.to_owned(),
            url: url.trim_end_matches('/').to_owned(),
            region: aws.region().ok_or(BucketConfigError::NoRegion)?.to_string(),
            credentials: aws.credentials_provider().ok_or(BucketConfigError::NoCredentials)?,
            wire: Wire::to(&format!("{scheme}://{authority}"), aws.http_client()),
        })
    }

    /// What signs urls, with the credentials of the moment.
    pub(crate) async fn signer(&self) -> Result<Signer<'_>, BucketError> {
        let identity = self.credentials.provide_credentials().await?.into();
        Ok(Signer { bucket: self, identity, now: SystemTime::now() })
    }

    /// Copies the uploads to where the post shows them. Tells for each whether there was something to copy.
    pub(crate) async fn copy(&self, post: PostId, media: &[Media]) -> Result<Vec<bool>, BucketError> {
        let signer = self.signer().await?;
        let copies = media.iter().map(|picture| self.copy_one(&signer, post, picture.id));
        let time = time_left().saturating_sub(RESERVE);
        timeout(time, try_join_all(copies)).await.map_err(|elapsed| BucketError::Unavailable(elapsed.into()))?
    }

    async fn copy_one(&self, signer: &Signer<'_>, post: PostId, id: MediaId) -> Result<bool, BucketError> {
        let source = format!("/{}/{}", self.name, pending_key(id));
        let request = signer.request("PUT", &media_key(post, id), &[("x-amz-copy-source", &source)])?;
        match self.wire.send(request).await {
            Err(BucketError::Refused(Refused { status: 404 })) => Ok(false),
            // What whoever may not list the bucket hears of a key that is not there (Amazon S3 API, GetObject).
            Err(BucketError::Refused(Refused { status: 403 })) => {
                tracing::warn!("the bucket lets nothing be copied from where a picture should be");
                Ok(false)
            }
            result => result.map(|()| true),
        }
    }

    /// Deletes pictures of posts; also those that are not there.
    pub(crate) async fn delete(&self, pictures: &[(PostId, MediaId)]) -> Result<(), BucketError> {
        let signer = self.signer().await?;
        let deletions = pictures.iter().map(async |(post, id)| {
            match self.wire.send(signer.request("DELETE", &media_key(*post, *id), &[])?).await {
                Err(BucketError::Refused(Refused { status: 404 })) => Ok(()),
                result => result,
            }
        });
        let deleted = timeout(time_left(), try_join_all(deletions)).await;
        deleted.map_err(|elapsed| BucketError::Unavailable(elapsed.into()))?.map(drop)
    }
}

fn pending_key(id: MediaId) -> String {
    format!("pending/{id}")
}

fn media_key(post: PostId, id: MediaId) -> String {
    format!("media/{post}/{id}")
}

/// Signs urls (AWS Signature Version 4, by query).
pub(crate) struct Signer<'a> {
    bucket: &'a Bucket,
    identity: Identity,
    /// The machine's own time, by which the bucket judges it.
    now: SystemTime,
}

/// Where and how a picture is to be uploaded.
pub(crate) struct UploadTarget {
    pub(crate) url: String,
    pub(crate) headers: [(&'static str, String); 2],
}

impl Signer<'_> {
    /// Where to upload a picture, of just the type and size that were announced.
    pub(crate) fn upload(&self, upload: &Upload) -> Result<UploadTarget, BucketError> {
        let headers = [
            ("content-length", upload.size.bytes().to_string()),
            ("content-type", upload.content_type.as_str().to_owned()),
        ];
        let signed = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let url = self.sign("PUT", &pending_key(upload.id), &signed, UPLOAD_URL)?.to_string();
        Ok(UploadTarget { url, headers })
    }

    /// Where to see a picture of a post.
    pub(crate) fn show(&self, post: PostId, id: MediaId) -> Result<String, BucketError> {
        Ok(self.sign("GET", &media_key(post, id), &[], SHOWING_URL)?.to_string())
    }

    /// A request of the service's own.
    fn request(
        &self,
        method: &'static str,
        key: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Request, BucketError> {
        let uri = self.sign(method, key, headers, OWN_URL)?;
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Ok(Request { method, uri, headers })
    }

    fn sign(&self, method: &str, key: &str, headers: &[(&str, &str)], valid_for: Duration) -> Result<Uri, BucketError> {
        let Bucket { url, region, .. } = self.bucket;
        let uri = format!("{url}/{key}");
        // As S3 wants it, which takes a path as it comes.
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(valid_for);
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let params = v4::SigningParams::builder()
            .identity(&self.identity)
            .region(region)
            .name("s3")
            .time(self.now)
            .settings(settings)
            .build()
            .map_err(|error| BucketError::Signing(error.into()))?;
        let body = SignableBody::UnsignedPayload;
        let (instructions, _) = SignableRequest::new(method, uri.as_str(), headers.iter().copied(), body)
            .and_then(|request| sign(request, &params.into()))
            .map_err(|error| BucketError::Signing(error.into()))?
            .into_parts();
        let mut request =
            http::Request::builder().uri(uri).body(()).map_err(|error| BucketError::Signing(error.into()))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.into_parts().0.uri)
    }
}
