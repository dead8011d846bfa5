//! `campus dev`: the whole service on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::map_request;
use axum::response::Redirect;
use axum::{Json, Router, routing};
use campus_core::clock::Clock;
use campus_core::store::Limits;
use campus_core::{http, telemetry};
use campus_posts::Posts;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::demo;
use crate::desk::{self, Desk, Engine, Folder, MediaStore};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Fill an empty service with a school, lectures, students, friends, timetables, reviews, boards and posts to look at
    #[arg(long)]
    demo: bool,
    /// The port of the API
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the store for pictures
    #[arg(long, default_value_t = 8081)]
    media_port: u16,
    /// The folder in which the state is kept
    #[arg(long, value_name = "DIR", default_value = ".campus")]
    data: PathBuf,
    /// A web origin whose pages may call the API; may be given several times
    #[arg(long = "origin", value_name = "ORIGIN", default_value = "http://localhost:3000", value_parser = origin)]
    origins: Vec<HeaderValue>,
    /// Hold clients to the limits that hold on AWS by default
    #[arg(long)]
    limits: bool,
}

/// How long requests that are under way may take after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often pictures that are to be deleted are, after the first time.
const SWEPT_EVERY: Duration = Duration::from_secs(60);

/// An origin (RFC 6454): a scheme, a host and perhaps a port.
fn origin(text: &str) -> Result<HeaderValue, &'static str> {
    const WRONG: &str = "not an origin such as https://campus.example or http://localhost:3000";
    let uri: Uri = text.parse().or(Err(WRONG))?;
    match (uri.scheme_str(), uri.authority(), text.ends_with('/') || uri.path() != "/" || uri.query().is_some()) {
        (Some("http" | "https"), Some(_), false) => HeaderValue::try_from(text).or(Err(WRONG)),
        _ => Err(WRONG),
    }
}

/// Listens on a port of this machine, which an option chooses.
async fn listen(port: u16, option: &str) -> Result<TcpListener> {
    let taken = || format!("cannot listen on port {port}; choose another with {option}");
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(taken)
}

/// Runs the service until Ctrl-C.
pub(crate) async fn run(options: Options) -> Result<()> {
    telemetry::init_readable();
    let data = options.data.display();
    let listener = listen(options.port, "--port").await?;
    let media_listener = listen(options.media_port, "--media-port").await?;
    let address = listener.local_addr()?;
    let folder = Folder::lock(&options.data)?
        .with_context(|| format!("another process works in the folder {data}; choose another with --data"))?;
    let engine = Engine::on_file(&folder.database()).await?;
    folder.announce(engine.url())?;
    let media = MediaStore::start(&folder.media(), media_listener, options.origins.clone())?;
    let limits = options.limits.then(Limits::default);
    let desk = Desk::start(engine.connection(), media.bucket()?, Clock::default(), limits).await?;

    println!("Campus is at http://{address}");
    println!("  API reference   http://{address}/docs");
    println!("  DynamoDB        {} (table campus, any credentials)", engine.url());
    println!("  Pictures        {}", media.url());
    println!("  State           {data}");
    if options.demo {
        // Nobody sent these requests: they are not worth a line in the log.
        demo::fill(&desk).with_subscriber(NoSubscriber::new()).await.context("cannot make the demo data")?;
        println!("{}", demo::LOGINS);
    }
    println!("Ready. Ctrl-C ends it.");
    // The document takes a while to be put together, and few who start the service ask for it.
    let reference = SwaggerUi::new("/docs").config(Config::from("/openapi.json"));
    let service = Router::new()
        .route("/", routing::get(|| async { Redirect::temporary("/docs") }))
        .route("/openapi.json", routing::get(|| async { Json(desk::document()) }))
        .merge(reference)
        .fallback_service(http::finish(desk.router))
        .layer(map_request(tell_peer))
        .layer(cors(options.origins))
        .into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async {
        // It is dropped only after it was sent.
        let _ = stopped.await;
    });
    let serving = tokio::spawn(serving.into_future());
    tokio::select! {
        () = interrupted() => {}
        () = keep_swept(&desk.posts, &media) => {}
    }
    let _ = stop.send(());
    // Who is slow to send or to take an answer is not waited for for ever, and a second Ctrl-C ends it at once.
    tokio::select! {
        served = serving => served??,
        () = interrupted() => {}
        () = tokio::time::sleep(PATIENCE) => {}
    }
    media.stop().await?;
    engine.stop().await?;
    drop(folder);
    println!("Stopped. Everything is kept in {data}.");
    Ok(())
}

/// Does now and then what the posts function's schedule and the bucket's lifecycle do on AWS. Never ends.
async fn keep_swept(posts: &Posts, media: &MediaStore) {
    loop {
        if let Err(error) = campus_posts::sweep(posts).await {
            tracing::warn!(%error, "pictures are left to be deleted later");
        }
        if let Err(error) = media.expire() {
            tracing::warn!(%error, "uploads are left to be deleted later");
        }
        tokio::time::sleep(SWEPT_EVERY).await;
    }
}

/// Tells who is at the other end of the connection, as API Gateway does on AWS.
async fn tell_peer(ConnectInfo(address): ConnectInfo<SocketAddr>, mut request: Request) -> Request {
    request.extensions_mut().insert(http::Peer(address.ip()));
    request
}

/// What API Gateway does on AWS, by the `CorsConfiguration` of `template.yaml`.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    let own = |name| HeaderName::from_static(name);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .max_age(Duration::from_secs(7200))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, own("idempotency-key"), header::ACCEPT_LANGUAGE])
        .expose_headers([own("x-request-id"), header::LOCATION, own("idempotency-replayed"), header::RETRY_AFTER])
}

/// Resolves when the process is asked to end: by Ctrl-C, or by a terminating signal where there are any.
async fn interrupted() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}
