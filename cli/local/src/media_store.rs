//! A store for pictures in this process, with the API of S3. It checks signatures as S3 does.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use aws_config::{Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use campus_core::bucket::Bucket;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;
use tower_http::cors::CorsLayer;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::origins::{allow_origins, is_allowed};
use crate::secret::Secret;
use crate::server;

/// The name of the local bucket.
const BUCKET: &str = "campus-media";

/// The access key id of the local bucket. Its secret access key is the [`Secret`] of the data folder.
const ACCESS_KEY_ID: &str = "campus";

/// How long requests in progress may take when the store is stopped.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// The age at which an upload that no post uses is deleted, as by the lifecycle of the bucket on AWS.
const PENDING_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// A running media store with one bucket. It runs until it is stopped or dropped.
pub struct MediaStore {
    folder: PathBuf,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    secret: Secret,
    running: JoinHandle<()>,
}

impl MediaStore {
    /// Starts a store that keeps pictures as files in the folder. Creates the folder if it does not exist. Requests must be
    /// signed with the secret. Pages from this machine and of `origins` may use the store; requests of others are refused.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn start(folder: &Path, listener: TcpListener, origins: Vec<HeaderValue>, secret: Secret) -> Result<Self> {
        let unwritable = || format!("cannot write in the folder {}", folder.display());
        fs::create_dir_all(folder.join(BUCKET)).with_context(unwritable)?;
        let files = FileSystem::new(folder).map_err(|error| anyhow!("{error:?}")).with_context(unwritable)?;
        let mut service = S3ServiceBuilder::new(files);
        let mut keys = SimpleAuth::from_single(ACCESS_KEY_ID, secret.as_str());
        // A program with one pair of credentials, such as a function on an emulator, also uses the DynamoDB engine, whose
        // access key id is the secret.
        keys.register(secret.as_str().into(), secret.as_str().into());
        service.set_auth(keys);
        let service = service.build();

        let address = listener.local_addr()?;
        let allowed = origins.clone();
        let router = Router::new()
            .fallback(move |request: Request| handle(service.clone(), request))
            .layer(cors(origins))
            .layer(from_fn(move |request, next| refuse_foreign_origins(allowed.clone(), request, next)));
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server::serve(listener, router, async {
            // Also resolves when the store is dropped.
            let _ = stopped.await;
        }));
        Ok(Self { folder: folder.to_owned(), address, stop, secret, running })
    }

    /// The origin of the URLs of pictures.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL of the bucket.
    pub fn url(&self) -> String {
        format!("{}/{BUCKET}", self.origin())
    }

    /// The secret access key of the bucket.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The bucket.
    ///
    /// # Errors
    /// If its URL is invalid, which does not happen.
    pub fn bucket(&self) -> Result<Bucket> {
        Self::bucket_at(&self.url(), &self.secret)
    }

    /// The bucket at the URL, whose requests are signed with the secret. Sends no request, so that no store needs to
    /// run there.
    ///
    /// # Errors
    /// If the URL is invalid.
    pub fn bucket_at(url: &str, secret: &Secret) -> Result<Bucket> {
        let credentials = Credentials::new(ACCESS_KEY_ID, secret.as_str(), None, None, "local");
        let aws = SdkConfig::builder()
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Ok(Bucket::new(url, &aws)?)
    }

    /// Deletes uploads that are older than a day. A post has a copy of its pictures.
    ///
    /// # Errors
    /// If the folder cannot be read or written.
    pub fn expire(&self) -> io::Result<()> {
        let pending = self.folder.join(BUCKET).join("pending");
        if !pending.is_dir() {
            return Ok(());
        }
        for file in fs::read_dir(pending)? {
            let file = file?;
            let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > PENDING_LIFETIME {
                fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    /// Stops the store, after the requests in progress.
    ///
    /// # Errors
    /// If the store has failed.
    pub async fn stop(self) -> Result<()> {
        // Fails if the store has failed. The next line returns that error.
        let _ = self.stop.send(());
        match timeout(GRACE_PERIOD, self.running).await {
            Ok(ended) => Ok(ended?),
            // A client keeps a connection open.
            Err(_) => Ok(()),
        }
    }
}

/// Refuses requests of pages that may not use the store. The CORS headers alone would only keep the response from them.
async fn refuse_foreign_origins(allowed: Vec<HeaderValue>, request: Request, next: Next) -> Response {
    match request.headers().get(header::ORIGIN) {
        Some(origin) if !is_allowed(origin, &allowed) => StatusCode::FORBIDDEN.into_response(),
        _ => next.run(request).await,
    }
}

async fn handle(service: S3Service, request: Request) -> Response {
    // Without the log of the store, which logs every refused request as an error.
    match service.oneshot(request).with_subscriber(NoSubscriber::new()).await {
        Ok(response) => response.map(axum::body::Body::new),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The CORS headers of the `CorsConfiguration` of the bucket in `template.yaml`.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(allow_origins(origins))
        .max_age(Duration::from_secs(3000))
        .allow_methods([Method::GET, Method::PUT])
        .allow_headers([header::CONTENT_TYPE])
}
