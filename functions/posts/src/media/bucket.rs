//! The S3 bucket of pictures.
//!
//! A client uploads a picture to `pending/<picture>`. Nobody can see it there, and the lifecycle of the bucket deletes
//! it after a day. When a post is created with the picture, the function reads it, checks that it is of the announced type,
//! and writes it without metadata to `media/<post>/<picture>`. Of the headers of the upload, only the content type is
//! written. A repeated request has another post id, and so makes its own copies: deleting the copies of a failed request
//! never affects another post. The keys reveal neither schools nor users.

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
use campus_core::domain::{FieldError, Media, MediaId, PostId, Upload};
use campus_core::hash::sha256;
use campus_core::http::{Code, Problem};
use campus_core::store::time_left;
use futures_util::future::try_join_all;
use http::Uri;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::media::metadata;
use crate::media::s3_client::{S3Client, S3Error, S3Request};

/// How long an upload URL is valid.
const UPLOAD_URL_LIFETIME: Duration = Duration::from_secs(3600);

/// How long the URL of a picture of a post is valid.
const PICTURE_URL_LIFETIME: Duration = Duration::from_secs(3600);

/// How long the signature of a request by the service is valid. It covers all attempts of the request.
const REQUEST_LIFETIME: Duration = Duration::from_secs(60);

/// The time that copying leaves to the rest of the request, so that it can still create the post or respond with an
/// error.
const TIME_AFTER_COPY: Duration = Duration::from_secs(2);

/// Access to the bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bucket {
    url: String,
    region: String,
    credentials: SharedCredentialsProvider,
    client: S3Client,
}

/// Why the configuration of the bucket is invalid.
#[derive(Debug, thiserror::Error)]
pub enum BucketConfigError {
    /// The name of the bucket is missing.
    #[error("the environment variable CAMPUS_MEDIA_BUCKET is not set")]
    NoName,
    /// The AWS region is missing.
    #[error("no AWS region is set")]
    NoRegion,
    /// The AWS credentials are missing.
    #[error("no AWS credentials are set")]
    NoCredentials,
    /// The URL of the bucket has no scheme or host.
    #[error("the URL of the bucket is invalid: {0}")]
    Url(String),
}

/// Why a request to the bucket failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BucketError {
    /// The credentials cannot be loaded.
    #[error("cannot load the credentials")]
    Credentials(#[from] CredentialsError),
    /// The request cannot be signed. This is a bug.
    #[error("cannot sign the request")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The time budget ended before the request did.
    #[error("the request took too long")]
    Timeout(#[from] Elapsed),
    /// S3 failed, or rejected the request.
    #[error(transparent)]
    S3(#[from] S3Error),
}

impl From<BucketError> for Problem {
    fn from(error: BucketError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        match error {
            BucketError::Credentials(_) | BucketError::Timeout(_) | BucketError::S3(S3Error::Unavailable(_)) => {
                tracing::warn!(%error, cause, "the bucket is unavailable");
                Code::Unavailable.into()
            }
            // A bug, or a mistake in the permissions of the function.
            BucketError::Signing(_) | BucketError::S3(S3Error::Rejected { .. }) => {
                tracing::error!(%error, cause, "the request to the bucket is invalid");
                Code::Internal.into()
            }
        }
    }
}

impl Bucket {
    /// The bucket that the environment configures: `CAMPUS_MEDIA_BUCKET` is its name. `CAMPUS_MEDIA_URL` is its URL, if
    /// it is not on AWS.
    ///
    /// # Errors
    /// [`BucketConfigError`].
    pub fn from_env(aws: &SdkConfig) -> Result<Self, BucketConfigError> {
        let name = std::env::var("CAMPUS_MEDIA_BUCKET").or(Err(BucketConfigError::NoName))?;
        let region = aws.region().ok_or(BucketConfigError::NoRegion)?;
        let aws_url = || format!("https://{name}.s3.{region}.amazonaws.com");
        let url = std::env::var("CAMPUS_MEDIA_URL").ok().filter(|url| !url.is_empty()).unwrap_or_else(aws_url);
        Self::new(&url, aws)
    }

    /// The bucket at this URL, with the region and credentials of the AWS configuration.
    ///
    /// # Errors
    /// [`BucketConfigError`].
    pub fn new(url: &str, aws: &SdkConfig) -> Result<Self, BucketConfigError> {
        let invalid = || BucketConfigError::Url(url.to_owned());
        let uri: Uri = url.parse().or(Err(invalid()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else { return Err(invalid()) };
        Ok(Self {
            url: url.trim_end_matches('/').to_owned(),
            region: aws.region().ok_or(BucketConfigError::NoRegion)?.to_string(),
            credentials: aws.credentials_provider().ok_or(BucketConfigError::NoCredentials)?,
            client: S3Client::new(&format!("{scheme}://{authority}"), aws.http_client()),
        })
    }

    /// Creates a signer with the current credentials.
    pub(crate) async fn signer(&self) -> Result<UrlSigner<'_>, BucketError> {
        let identity = self.credentials.provide_credentials().await?.into();
        Ok(UrlSigner { bucket: self, identity, now: SystemTime::now() })
    }

    /// Copies the uploads, without metadata, to the pictures of a post, and notes the hashes of the files. If some of them
    /// cannot be copied, copies none, and returns their indices with the reasons.
    ///
    /// The pictures of a post are small enough together to be in memory at the same time (rule 9).
    pub(crate) async fn copy(
        &self,
        post: PostId,
        media: &mut [Media],
    ) -> Result<Vec<(usize, FieldError)>, BucketError> {
        let time = time_left().saturating_sub(TIME_AFTER_COPY);
        timeout(time, self.copy_all(post, media)).await?
    }

    async fn copy_all(&self, post: PostId, media: &mut [Media]) -> Result<Vec<(usize, FieldError)>, BucketError> {
        let signer = self.signer().await?;
        let read = try_join_all(media.iter().map(|picture| self.read(&signer, picture))).await?;
        let (mut pictures, mut invalid) = (Vec::new(), Vec::new());
        for (index, (picture, read)) in media.iter_mut().zip(read).enumerate() {
            match read {
                Ok(stripped) => {
                    picture.sha256 = Some(sha256(&stripped));
                    pictures.push((&*picture, stripped));
                }
                Err(error) => invalid.push((index, error)),
            }
        }
        if invalid.is_empty() {
            let writes = pictures.into_iter().map(|(picture, body)| self.write(&signer, post, picture, body));
            try_join_all(writes).await?;
        }
        Ok(invalid)
    }

    /// Reads an upload without its metadata, or returns why it is not a picture of its type.
    async fn read(&self, signer: &UrlSigner<'_>, picture: &Media) -> Result<Result<Vec<u8>, FieldError>, BucketError> {
        let upload = match self.client.send(signer.request("GET", &pending_key(picture.id), &[], Vec::new())?).await {
            Ok(upload) => upload,
            Err(S3Error::Rejected { status: 404 }) => return Ok(Err(FieldError::NotUploaded)),
            // If the object does not exist, S3 responds with 403 to a caller without permission to list the bucket
            // (Amazon S3 API, GetObject).
            Err(S3Error::Rejected { status: 403 }) => {
                tracing::warn!("S3 denied reading an upload: it does not exist, or a permission is missing");
                return Ok(Err(FieldError::NotUploaded));
            }
            Err(error) => return Err(error.into()),
        };
        let stripped = metadata::strip(picture.content_type, upload.bytes().unwrap_or_default());
        Ok(stripped.ok_or(FieldError::InvalidFormat))
    }

    async fn write(
        &self,
        signer: &UrlSigner<'_>,
        post: PostId,
        picture: &Media,
        body: Vec<u8>,
    ) -> Result<(), BucketError> {
        let headers = [("content-type", picture.content_type.as_str())];
        self.client.send(signer.request("PUT", &media_key(post, picture.id), &headers, body)?).await?;
        Ok(())
    }

    /// Deletes pictures of posts. Pictures that do not exist are no error.
    pub(crate) async fn delete(&self, pictures: &[(PostId, MediaId)]) -> Result<(), BucketError> {
        let signer = self.signer().await?;
        let deletions = pictures.iter().map(async |(post, id)| {
            match self.client.send(signer.request("DELETE", &media_key(*post, *id), &[], Vec::new())?).await {
                Ok(_) | Err(S3Error::Rejected { status: 404 }) => Ok(()),
                Err(error) => Err(BucketError::from(error)),
            }
        });
        timeout(time_left(), try_join_all(deletions)).await?.map(drop)
    }
}

fn pending_key(id: MediaId) -> String {
    format!("pending/{id}")
}

fn media_key(post: PostId, id: MediaId) -> String {
    format!("media/{post}/{id}")
}

/// Signs URLs for the bucket (AWS Signature Version 4, in the query string).
pub(crate) struct UrlSigner<'a> {
    bucket: &'a Bucket,
    identity: Identity,
    /// The system time, because S3 compares the signature with it. The service's clock may differ in tests.
    now: SystemTime,
}

/// The URL for an upload, and the headers that the request must have.
pub(crate) struct UploadTarget {
    pub(crate) url: String,
    pub(crate) headers: [(&'static str, String); 2],
}

impl UrlSigner<'_> {
    /// The URL and headers to upload a picture. The signature covers its type and size.
    pub(crate) fn upload_target(&self, upload: &Upload) -> Result<UploadTarget, BucketError> {
        let headers = [
            ("content-length", upload.size.bytes().to_string()),
            ("content-type", upload.content_type.as_str().to_owned()),
        ];
        let signed = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let url = self.sign("PUT", &pending_key(upload.id), &signed, UPLOAD_URL_LIFETIME)?.to_string();
        Ok(UploadTarget { url, headers })
    }

    /// The URL of a picture of a post.
    pub(crate) fn picture_url(&self, post: PostId, id: MediaId) -> Result<String, BucketError> {
        Ok(self.sign("GET", &media_key(post, id), &[], PICTURE_URL_LIFETIME)?.to_string())
    }

    /// A signed request by the service.
    fn request(
        &self,
        method: &'static str,
        key: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<S3Request, BucketError> {
        let uri = self.sign(method, key, headers, REQUEST_LIFETIME)?;
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Ok(S3Request { method, uri, headers, body })
    }

    fn sign(&self, method: &str, key: &str, headers: &[(&str, &str)], valid_for: Duration) -> Result<Uri, BucketError> {
        let Bucket { url, region, .. } = self.bucket;
        let uri = format!("{url}/{key}");
        // S3 signs the path as it is sent, without normalization and without encoding it twice.
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
