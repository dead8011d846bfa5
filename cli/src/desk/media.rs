//! A store for pictures inside this process, which speaks S3: signatures are checked as on AWS.

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
use axum::response::{IntoResponse, Response};
use campus_posts::Bucket;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

/// The name of the bucket, and the credentials that sign for it, on a desk.
const BUCKET: &str = "campus-media";
const CREDENTIALS: &str = "campus";

/// How long requests that are under way may take when the store is stopped.
const PATIENCE: Duration = Duration::from_secs(5);

/// After how long an upload that no post took is deleted, as by the bucket's lifecycle on AWS.
const KEPT_PENDING: Duration = Duration::from_secs(24 * 3600);

/// A store that runs until it is stopped or dropped.
pub struct MediaStore {
    folder: PathBuf,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<io::Result<()>>,
}

impl MediaStore {
    /// A store of files in the folder, which is made if there is none; pages of the origins may use it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn start(folder: &Path, listener: TcpListener, origins: Vec<HeaderValue>) -> Result<Self> {
        let unwritable = || format!("cannot write in the folder {}", folder.display());
        fs::create_dir_all(folder.join(BUCKET)).with_context(unwritable)?;
        let files = FileSystem::new(folder).map_err(|error| anyhow!("{error:?}")).with_context(unwritable)?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(CREDENTIALS, CREDENTIALS));
        let service = service.build();

        let address = listener.local_addr()?;
        let router =
            Router::new().fallback(move |request: Request| answer(service.clone(), request)).layer(cors(origins));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(async {
            // Dropping the store stops it as well.
            let _ = stopped.await;
        });
        let running = tokio::spawn(serving.into_future());
        Ok(Self { folder: folder.to_owned(), address, stop, running })
    }

    /// Where the bucket is.
    pub fn url(&self) -> String {
        format!("http://{}/{BUCKET}", self.address)
    }

    /// The bucket.
    ///
    /// # Errors
    /// Never, as long as an address makes a URL.
    pub fn bucket(&self) -> Result<Bucket> {
        Self::bucket_at(&self.url())
    }

    /// A bucket of a store that runs, or does not run, elsewhere.
    ///
    /// # Errors
    /// When that is no URL.
    pub fn bucket_at(url: &str) -> Result<Bucket> {
        let credentials = Credentials::new(CREDENTIALS, CREDENTIALS, None, None, "desk");
        let aws = SdkConfig::builder()
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Ok(Bucket::new(BUCKET, url, &aws)?)
    }

    /// Deletes uploads that no post took in a day.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn expire(&self) -> io::Result<()> {
        let pending = self.folder.join(BUCKET).join("pending");
        if !pending.is_dir() {
            return Ok(());
        }
        for file in fs::read_dir(pending)? {
            let file = file?;
            let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > KEPT_PENDING {
                fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    /// Stops the store, once the requests that it is at are answered.
    ///
    /// # Errors
    /// When it had broken down.
    pub async fn stop(self) -> Result<()> {
        // It may have stopped by itself, which the next line tells.
        let _ = self.stop.send(());
        match timeout(PATIENCE, self.running).await {
            Ok(ended) => Ok(ended??),
            // Somebody holds a connection open.
            Err(_) => Ok(()),
        }
    }
}

async fn answer(service: S3Service, request: Request) -> Response {
    // The store logs as an error of its own what it refuses, and the client is told.
    match service.oneshot(request).with_subscriber(NoSubscriber::new()).await {
        Ok(response) => response.map(axum::body::Body::new),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What the bucket on AWS allows, by its `CorsConfiguration` in `template.yaml`.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .max_age(Duration::from_secs(3000))
        .allow_methods([Method::GET, Method::PUT])
        .allow_headers([header::CONTENT_TYPE])
}
