//! The S3 bucket of pictures.
//!
//! A client uploads a picture to `pending/<picture>`. Nobody can see it there, and the lifecycle of the bucket deletes
//! it after a day. When a post is created with the picture, the posts function reads it, checks that it is of the announced
//! type, and writes it without metadata to `media/<folder>/<picture>`. Of the headers of the upload, only the content type
//! is written. The folder is random and never used again: a repeated request makes its own copies, and a hidden post gets
//! another folder. So deleting the pictures in a folder never affects another post. The keys reveal neither schools nor
//! users nor posts.
//!
//! Clients download pictures from a CloudFront distribution. It forwards the path and the query to the bucket, which checks
//! the signature, and keeps the answer to this URL for a minute.

pub mod cleanup;
mod s3_client;

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
use aws_smithy_types::body::SdkBody;
use axum::http::{Request, Uri};
use futures_util::future::try_join_all;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

pub use self::s3_client::S3Error;
use self::s3_client::{S3Client, S3Request};
use crate::domain::{Media, MediaFolder, MediaId, Upload};
use crate::http::{Code, Problem};
use crate::store::time_left;

/// How long an upload URL is valid.
const UPLOAD_URL_LIFETIME: Duration = Duration::from_secs(3600);

/// The URL of a picture is the same for this time, as long as the function has the same credentials, so that a browser can
/// use its copy. The distribution lets browsers keep copies for a minute.
const PICTURE_URL_STEP: Duration = Duration::from_secs(60);

/// How long the signature of a request by the service is valid. It covers all attempts of the request.
const REQUEST_LIFETIME: Duration = Duration::from_secs(60);

/// Access to the bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bucket {
    url: String,
    /// Where clients download pictures.
    pictures_url: String,
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
pub enum BucketError {
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
    /// The bucket that the environment configures: `CAMPUS_MEDIA_BUCKET` is its name, and `CAMPUS_PICTURES_URL` the URL of
    /// the distribution in front of it. `CAMPUS_MEDIA_URL` is its URL, if it is not on AWS; it has no distribution then.
    ///
    /// # Errors
    /// [`BucketConfigError`].
    pub fn from_env(aws: &SdkConfig) -> Result<Self, BucketConfigError> {
        let name = std::env::var("CAMPUS_MEDIA_BUCKET").or(Err(BucketConfigError::NoName))?;
        let region = aws.region().ok_or(BucketConfigError::NoRegion)?;
        let aws_url = || format!("https://{name}.s3.{region}.amazonaws.com");
        let set = |variable| std::env::var(variable).ok().filter(|url| !url.is_empty());
        if let Some(url) = set("CAMPUS_MEDIA_URL") {
            return Self::new(&url, aws);
        }
        let bucket = Self::new(&aws_url(), aws)?;
        Ok(match set("CAMPUS_PICTURES_URL") {
            Some(url) => bucket.with_pictures_at(&url),
            None => bucket,
        })
    }

    /// The bucket, whose pictures clients download from this URL instead of its own.
    #[must_use]
    pub fn with_pictures_at(self, url: &str) -> Self {
        Self { pictures_url: url.trim_end_matches('/').to_owned(), ..self }
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
            pictures_url: url.trim_end_matches('/').to_owned(),
            region: aws.region().ok_or(BucketConfigError::NoRegion)?.to_string(),
            credentials: aws.credentials_provider().ok_or(BucketConfigError::NoCredentials)?,
            client: S3Client::new(&format!("{scheme}://{authority}"), aws.http_client()),
        })
    }

    /// Creates a signer with the current credentials.
    ///
    /// # Errors
    /// [`BucketError::Credentials`].
    pub async fn signer(&self) -> Result<UrlSigner<'_>, BucketError> {
        let identity = self.credentials.provide_credentials().await?.into();
        Ok(UrlSigner { bucket: self, identity, now: SystemTime::now() })
    }

    /// Reads an upload. `None` if nothing was uploaded.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn read_upload(&self, signer: &UrlSigner<'_>, id: MediaId) -> Result<Option<SdkBody>, BucketError> {
        match self.client.send(signer.request("GET", &pending_key(id), &[], Vec::new())?).await {
            Ok(upload) => Ok(Some(upload)),
            Err(S3Error::Rejected { status: 404 }) => Ok(None),
            // If the object does not exist, S3 responds with 403 to a caller without permission to list the bucket
            // (Amazon S3 API, GetObject).
            Err(S3Error::Rejected { status: 403 }) => {
                tracing::warn!("S3 denied reading an upload: it does not exist, or a permission is missing");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a picture to a folder.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn write_picture(
        &self,
        signer: &UrlSigner<'_>,
        folder: MediaFolder,
        picture: &Media,
        body: Vec<u8>,
    ) -> Result<(), BucketError> {
        let headers = [("content-type", picture.content_type.as_str())];
        self.client.send(signer.request("PUT", &media_key(folder, picture.id), &headers, body)?).await?;
        Ok(())
    }

    /// Copies pictures from a folder to another.
    ///
    /// # Errors
    /// [`BucketError`], also if a picture does not exist. Some pictures may be copied then.
    pub async fn copy_pictures(
        &self,
        from: MediaFolder,
        to: MediaFolder,
        pictures: &[Media],
    ) -> Result<(), BucketError> {
        let signer = self.signer().await?;
        let copies = pictures.iter().map(async |picture| {
            let read = self.client.send(signer.request("GET", &media_key(from, picture.id), &[], Vec::new())?).await?;
            self.write_picture(&signer, to, picture, read.bytes().unwrap_or_default().to_vec()).await
        });
        timeout(time_left(), try_join_all(copies)).await?.map(drop)
    }

    /// Deletes pictures, each in its folder. Pictures that do not exist are no error.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn delete_pictures(&self, pictures: &[(MediaFolder, MediaId)]) -> Result<(), BucketError> {
        let signer = self.signer().await?;
        let deletions = pictures.iter().map(async |(folder, id)| {
            match self.client.send(signer.request("DELETE", &media_key(*folder, *id), &[], Vec::new())?).await {
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

fn media_key(folder: MediaFolder, id: MediaId) -> String {
    format!("media/{folder}/{id}")
}

/// Signs URLs for the bucket (AWS Signature Version 4, in the query string).
pub struct UrlSigner<'a> {
    bucket: &'a Bucket,
    identity: Identity,
    /// The system time, because S3 compares the signature with it. The service's clock may differ in tests.
    now: SystemTime,
}

/// The URL for an upload, and the headers that the request must have.
pub struct UploadTarget {
    pub url: String,
    pub headers: [(&'static str, String); 2],
}

impl UrlSigner<'_> {
    /// The URL and headers to upload a picture. The signature covers its type and size.
    ///
    /// # Errors
    /// [`BucketError::Signing`].
    pub fn upload_target(&self, upload: &Upload) -> Result<UploadTarget, BucketError> {
        let headers = [
            ("content-length", upload.size.bytes().to_string()),
            ("content-type", upload.content_type.as_str().to_owned()),
        ];
        let signed = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let url = self.sign("PUT", &pending_key(upload.id), &signed, self.now, UPLOAD_URL_LIFETIME)?.to_string();
        Ok(UploadTarget { url, headers })
    }

    /// The URL of a picture of a post. It is valid for this time, or up to a minute less.
    ///
    /// # Errors
    /// [`BucketError::Signing`].
    pub fn picture_url(&self, folder: MediaFolder, id: MediaId, valid_for: Duration) -> Result<String, BucketError> {
        let signed = self.sign("GET", &media_key(folder, id), &[], start_of_step(self.now), valid_for)?.to_string();
        // The signature is that of a request to the bucket, as the distribution sends it.
        let Bucket { url, pictures_url, .. } = self.bucket;
        Ok(signed.strip_prefix(url.as_str()).map_or(signed.clone(), |rest| format!("{pictures_url}{rest}")))
    }

    /// A signed request by the service.
    fn request(
        &self,
        method: &'static str,
        key: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<S3Request, BucketError> {
        let uri = self.sign(method, key, headers, self.now, REQUEST_LIFETIME)?;
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Ok(S3Request { method, uri, headers, body })
    }

    fn sign(
        &self,
        method: &str,
        key: &str,
        headers: &[(&str, &str)],
        time: SystemTime,
        valid_for: Duration,
    ) -> Result<Uri, BucketError> {
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
            .time(time)
            .settings(settings)
            .build()
            .map_err(|error| BucketError::Signing(error.into()))?;
        let body = SignableBody::UnsignedPayload;
        let (instructions, _) = SignableRequest::new(method, uri.as_str(), headers.iter().copied(), body)
            .and_then(|request| sign(request, &params.into()))
            .map_err(|error| BucketError::Signing(error.into()))?
            .into_parts();
        let mut request = Request::builder().uri(uri).body(()).map_err(|error| BucketError::Signing(error.into()))?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.into_parts().0.uri)
    }
}

/// The start of the [`PICTURE_URL_STEP`] of this time.
fn start_of_step(time: SystemTime) -> SystemTime {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let step = PICTURE_URL_STEP.as_secs();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since_epoch.checked_div(step).unwrap_or_default().saturating_mul(step))
}

#[cfg(test)]
mod tests {
    use aws_config::Region;
    use aws_credential_types::Credentials;

    use super::*;
    use crate::domain::Time;

    fn bucket() -> Bucket {
        let credentials = SharedCredentialsProvider::new(Credentials::new("id", "secret", None, None, "test"));
        let aws = SdkConfig::builder().region(Region::from_static("ap-northeast-2")).credentials_provider(credentials);
        Bucket::new("https://b.s3.ap-northeast-2.amazonaws.com", &aws.build()).unwrap()
    }

    async fn picture_url(bucket: &Bucket, (folder, id): (MediaFolder, MediaId), now: u64) -> String {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        let signer = UrlSigner { now, ..bucket.signer().await.unwrap() };
        signer.picture_url(folder, id, Duration::from_secs(3600)).unwrap()
    }

    #[tokio::test]
    async fn a_picture_has_the_same_url_for_a_minute() {
        let (bucket, picture) = (bucket(), (MediaFolder::random(), MediaId::new(Time::now())));
        let first = picture_url(&bucket, picture, 1_700_000_040).await;
        assert_eq!(first, picture_url(&bucket, picture, 1_700_000_099).await);
        assert_ne!(first, picture_url(&bucket, picture, 1_700_000_100).await);
    }

    #[tokio::test]
    async fn the_distribution_gets_what_is_signed_for_the_bucket() {
        let picture = (MediaFolder::random(), MediaId::new(Time::now()));
        let direct = picture_url(&bucket(), picture, 1_700_000_000).await;
        let url = picture_url(&bucket().with_pictures_at("https://d1.cloudfront.net/"), picture, 1_700_000_000).await;
        let rest = url.strip_prefix("https://d1.cloudfront.net/media/").expect(&url);
        assert_eq!(direct, format!("https://b.s3.ap-northeast-2.amazonaws.com/media/{rest}"));
    }

    #[tokio::test]
    async fn uploads_go_to_the_bucket_directly() {
        let size = crate::domain::Parse::parse(1).unwrap();
        let upload = Upload::new(crate::domain::ImageType::Png, size, Time::now());
        let bucket = bucket().with_pictures_at("https://d1.cloudfront.net");
        let target = bucket.signer().await.unwrap().upload_target(&upload).unwrap();
        assert!(target.url.starts_with("https://b.s3.ap-northeast-2.amazonaws.com/pending/"), "{}", target.url);
    }
}
