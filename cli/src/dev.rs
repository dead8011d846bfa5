//! `campus dev`: runs the whole service on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::{Router, routing};
use campus_core::clock::Clock;
use campus_core::lambda::Function;
use campus_core::store::{Budget, Limits};
use campus_core::{http, telemetry};
use campus_local::{
    Engine, Folder, LocalService, Mailbox, MediaStore, PushService, StreamConsumer, TableStream, allow_origins,
    front_door, ses_client_config,
};
use campus_moderation::ModerationState;
use campus_notifications::stream::{self, Mailer, NotificationsStreamState};
use campus_posts::PostsState;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower_http::cors::CorsLayer;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::demo::ExampleIds;
use crate::output::print;
use crate::{args, demo};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Fill an empty service with demo data: a school with students, lectures, timetables, friends, boards and posts. Later
    /// starts keep the data as it is
    #[arg(long)]
    demo: bool,
    /// The port of the web client; 0 chooses a free port
    #[arg(long, default_value_t = 8082, value_name = "PORT")]
    app_port: u16,
    /// The port of the API; 0 chooses a free port
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of the store for pictures; 0 chooses a free port
    #[arg(long, default_value_t = 8081, value_name = "PORT")]
    media_port: u16,
    /// The folder of all data, which is created if it does not exist
    #[arg(long, value_name = "DIR", default_value = ".campus")]
    data: PathBuf,
    /// A web origin whose pages may call the service, besides pages on localhost, 127.0.0.1 and [::1] with any port. Can be
    /// given several times
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = args::origin)]
    origins: Vec<HeaderValue>,
    /// Apply the default rate limits of a deployment on AWS. Without this option there are no limits
    #[arg(long)]
    limits: bool,
}

/// How long requests in progress may take after Ctrl-C.
const GRACE_PERIOD: Duration = Duration::from_secs(10);

/// The time between two media cleanups. The first one is at the start.
const CLEANUP_INTERVAL: Duration = Duration::from_secs(60);

/// The time between two runs over the mails and pushes that are due.
const MAIL_INTERVAL: Duration = Duration::from_secs(60);

/// The time between two runs of the moderation function's schedule.
const MODERATION_INTERVAL: Duration = Duration::from_secs(60);

/// The time that a run of the schedules of notifications-stream and moderation may take.
const RUN_TIME: Duration = Duration::from_secs(10);

/// The pause before the stream is read again after its end. Lambda reads a stream four times a second, too.
const STREAM_INTERVAL: Duration = Duration::from_millis(250);

/// The sender of the mails.
const MAIL_FROM: &str = "no-reply@campus.example";

/// Runs the service until Ctrl-C.
pub(crate) async fn run(options: Options) -> Result<()> {
    telemetry::init_readable();
    let data = options.data.display();
    let app_listener = listen(options.app_port, "--app-port").await?;
    let listener = listen(options.port, "--port").await?;
    let media_listener = listen(options.media_port, "--media-port").await?;
    let (app_address, address) = (app_listener.local_addr()?, listener.local_addr()?);
    let folder = Folder::lock(&options.data)?.with_context(|| {
        format!("another process uses the folder {data}: stop it, or choose another folder with --data")
    })?;
    let secret = folder.secret()?;
    let engine = Arc::new(Engine::on_file(&folder.database(), secret.clone()).await?);
    folder.announce(engine.url())?;
    let mailbox = Mailbox::on_file(&folder.mailbox(), secret.clone())?;
    let ses = ses_client_config(mailbox.serve().await?, &secret);
    let pushes = PushService::start(Clock::default()).await?;
    let media = MediaStore::start(&folder.media(), media_listener, options.origins.clone(), secret)?;
    let limits = options.limits.then(Limits::default);
    let service = LocalService::start(engine.connection(), media.bucket()?, Clock::default(), limits).await?;
    let service = service.with_push_service(&pushes);
    let mailer = Mailer::new(ses, MAIL_FROM.to_owned(), None);
    let notifications = service.notifications_stream(mailer, format!("http://{app_address}"))?;
    let records =
        |consumer: StreamConsumer| TableStream::new(engine.clone(), consumer, folder.stream_position(consumer));
    let mails = (records(StreamConsumer::Notifications)?, stream::function(notifications.clone()));
    let posts = (records(StreamConsumer::Posts)?, campus_posts::stream::function(service.posts_stream.clone()));

    announce(app_address, address, &media, &engine, &folder, &options.data)?;
    let mut example_ids = ExampleIds::default();
    if options.demo {
        // Without a line in the log for each request.
        let demo = demo::create(&service).with_subscriber(NoSubscriber::new());
        demo.await.context("cannot create the demo data")?;
        // If the demo student cannot log in any more, the API reference has the published examples.
        example_ids = ExampleIds::find(&service).with_subscriber(NoSubscriber::new()).await.unwrap_or_default();
        print(demo::LOGINS)?;
    }
    print("Ready. Ctrl-C ends it.")?;
    let api = mailbox.routes().merge(pushes.routes()).fallback_service(http::finish(service.router));
    let servers = [
        (app_listener, front_door(api.clone(), &media.origin())),
        (listener, router(api, options.origins, example_ids)),
    ];
    let background = async {
        tokio::join!(
            clean_up_periodically(&service.posts, &media),
            moderate_periodically(&service.moderation),
            send_due_periodically(&notifications),
            consume_stream(mails, StreamConsumer::Notifications, &folder),
            consume_stream(posts, StreamConsumer::Posts, &folder),
        );
    };
    serve(servers, background).await?;
    media.stop().await?;
    if let Some(engine) = Arc::into_inner(engine) {
        engine.stop().await?;
    }
    drop(folder);
    print(format_args!("Stopped. The data stays in {data}."))
}

/// Prints where everything is.
fn announce(
    app: SocketAddr,
    api: SocketAddr,
    media: &MediaStore,
    engine: &Engine,
    folder: &Folder,
    data: &Path,
) -> Result<()> {
    print(format_args!("App   http://{app}"))?;
    print(format_args!("Campus is at http://{api}"))?;
    print(format_args!("  API reference   http://{api}/docs"))?;
    print(format_args!("  Mailbox         http://{api}/dev/mailbox"))?;
    print(format_args!("  Pictures        {}", media.url()))?;
    print(format_args!("  State           {}", data.display()))?;
    print(format_args!("DynamoDB   {}", engine.endpoint()))?;
    print("  Table           campus")?;
    print(format_args!("  Access key      in {}", folder.access_key().display()))
}

/// Listens on a port of 127.0.0.1. `option` is the option that sets the port.
async fn listen(port: u16, option: &str) -> Result<TcpListener> {
    let failed = || format!("cannot listen on port {port}: choose another port with {option}");
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(failed)
}

/// The API, and the API reference at `/docs`.
fn router(api: Router, origins: Vec<HeaderValue>, example_ids: ExampleIds) -> Router {
    let config = Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(true);
    let reference = SwaggerUi::new("/docs").config(config);
    api.route("/", routing::get(|| async { Redirect::temporary("/docs") }))
        // Built on request, because that takes a while.
        .route("/openapi.json", routing::get(|| async move { openapi(&example_ids) }))
        .merge(reference)
        .layer(cors(origins))
}

/// The OpenAPI document, with these ids in its examples.
fn openapi(example_ids: &ExampleIds) -> impl IntoResponse + use<> {
    let document = campus_local::document().to_json().map(|document| example_ids.replace_in(document));
    document
        .map(|document| ([(header::CONTENT_TYPE, "application/json")], document))
        .or(Err(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Serves requests until Ctrl-C, and runs `background` meanwhile. Then waits for the requests in progress, until the grace
/// period is over or Ctrl-C is pressed again.
async fn serve<const N: usize>(
    servers: [(TcpListener, Router); N],
    background: impl Future<Output = ()>,
) -> Result<()> {
    // Before anything is served: a client may end the service right after its first response.
    let interrupted = listen_for_interrupts()?;
    let (stop, _) = watch::channel(());
    let mut serving = JoinSet::new();
    for (listener, router) in servers {
        let mut stopped = stop.subscribe();
        serving.spawn(campus_local::serve(listener, router, async move {
            // The sender is not dropped before it has sent.
            let _ = stopped.changed().await;
        }));
    }
    tokio::select! {
        () = interrupted => {}
        () = background => {}
    }
    let interrupted_again = listen_for_interrupts()?;
    let _ = stop.send(());
    tokio::select! {
        () = async { while serving.join_next().await.is_some() {} } => {}
        () = interrupted_again => {}
        () = tokio::time::sleep(GRACE_PERIOD) => {}
    }
    Ok(())
}

/// Does what the schedule of the posts function and the lifecycle of the bucket do on AWS. Does not return.
async fn clean_up_periodically(posts: &PostsState, media: &MediaStore) {
    loop {
        if let Err(error) = campus_posts::clean_up_media(posts).await {
            tracing::warn!(%error, "the media cleanup failed and will be retried");
        }
        if let Err(error) = media.expire() {
            tracing::warn!(%error, "expired uploads could not be deleted");
        }
        tokio::time::sleep(CLEANUP_INTERVAL).await;
    }
}

/// Does what the schedule of notifications-stream does on AWS. Does not return.
async fn send_due_periodically(notifications: &NotificationsStreamState) {
    loop {
        if let Err(error) = Budget::new(RUN_TIME).spend(stream::send_due(notifications)).await {
            tracing::warn!(%error, "mails or pushes that are due could not be sent and will be retried");
        }
        tokio::time::sleep(MAIL_INTERVAL).await;
    }
}

/// Does what the schedule of the moderation function does on AWS. Does not return.
async fn moderate_periodically(moderation: &ModerationState) {
    loop {
        if let Err(error) = Budget::new(RUN_TIME).spend(campus_moderation::run_on_schedule(moderation)).await {
            tracing::warn!(%error, "the schedule of moderation failed and will be retried");
        }
        tokio::time::sleep(MODERATION_INTERVAL).await;
    }
}

/// Does what the event source mapping of the function does on AWS. Does not return.
async fn consume_stream((mut stream, function): (TableStream, Function), consumer: StreamConsumer, folder: &Folder) {
    let mut stored = stream.position().map(str::to_owned);
    loop {
        let delivered = stream.deliver(&function).await;
        if let Some(position) = stream.position().filter(|position| stored.as_deref() != Some(position)) {
            match folder.store_stream_position(consumer, position) {
                Ok(()) => stored = Some(position.to_owned()),
                Err(error) => tracing::warn!(%error, "the position in the table's stream could not be stored"),
            }
        }
        match delivered {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(STREAM_INTERVAL).await,
            Err(error) => {
                tracing::warn!(%error, "the table's stream could not be consumed and will be retried");
                tokio::time::sleep(MAIL_INTERVAL).await;
            }
        }
    }
}

/// The CORS headers of the `CorsConfiguration` of the API in `template.yaml`.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    let custom = |name| HeaderName::from_static(name);
    CorsLayer::new()
        .allow_origin(allow_origins(origins))
        .allow_credentials(true)
        .max_age(Duration::from_secs(7200))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            custom("idempotency-key"),
            header::ACCEPT_LANGUAGE,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([
            custom("x-request-id"),
            header::LOCATION,
            custom("idempotency-replayed"),
            header::RETRY_AFTER,
            header::ETAG,
            custom("x-poll-interval"),
        ])
}

/// Listens for Ctrl-C, and on Unix also for SIGTERM, from now on. The future resolves when one has come.
#[cfg(unix)]
fn listen_for_interrupts() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

/// Listens for Ctrl-C from now on. The future resolves when it has come.
#[cfg(windows)]
fn listen_for_interrupts() -> Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c().context("cannot listen for Ctrl-C")?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}
