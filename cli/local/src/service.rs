//! The routers of all functions as one service.

use anyhow::{Context, Result};
use axum::Router;
use campus_auth::{AuthState, TokenSigner, key_set};
use campus_core::app::App;
use campus_core::bucket::Bucket;
use campus_core::clock::Clock;
use campus_core::config::Config;
use campus_core::domain::PushServices;
use campus_core::http::openapi;
use campus_core::store::{Connection, Keys, Limits, MailKey, PushKeyRing, Table};
use campus_moderation::{HelpLines, ModerationState};
use campus_notifications::stream::{Mailer, NotificationsStreamState, PushSender};
use campus_notifications::{NotificationsState, PollInterval};
use campus_posts::PostsState;
use campus_posts::stream::PostsStreamState;
use campus_timetable::TimetableState;
use utoipa::openapi::OpenApi;

use crate::keys::generate_keys;
use crate::push_service::PushService;

/// A local service is cheap to ask, and a developer does not want to wait.
const POLL_INTERVAL: PollInterval = PollInterval(1);

/// The issuer of the access tokens of a local service.
const ISSUER: &str = "campus-local";

/// How the operators of a push service would reach the operator of a local service.
const CONTACT: &str = "mailto:operator@campus.example";

const OTHER_VERSION: &str = "the table is from another version of Campus and lacks keys: start with a new one";

/// The routers of all functions, and their state.
pub struct LocalService {
    /// The state that all functions share.
    pub app: App,
    /// The state of the auth function.
    pub auth: AuthState,
    /// The state of the moderation function.
    pub moderation: ModerationState,
    /// The state of the notifications function.
    pub notifications: NotificationsState,
    /// The state of the posts function.
    pub posts: PostsState,
    /// The state of the timetable function.
    pub timetable: TimetableState,
    /// Signs the access tokens.
    pub signer: TokenSigner,
    /// The state of the posts-stream function, which has no routes.
    pub posts_stream: PostsStreamState,
    table: Table,
    push_keys: PushKeyRing,
    push_services: PushServices,
    /// Seals mails.
    pub mail_key: MailKey,
    /// All routes, without the middleware of [`campus_core::http::finish`].
    pub router: Router,
}

impl LocalService {
    /// Starts the service on the table and the bucket. Generates keys if the table has none. Without `limits` there are no
    /// rate limits.
    ///
    /// # Errors
    /// If the table cannot be read or written.
    pub async fn start(connection: Connection, bucket: Bucket, clock: Clock, limits: Option<Limits>) -> Result<Self> {
        let table = Table::new(connection.clone(), clock.clone());
        let store = Keys::new(table.clone());
        let ring = match store.ring().await? {
            Some(ring) => ring,
            None => generate_keys(&store).await?,
        };
        let signer = TokenSigner::new(&ring.current, ISSUER)?;
        let config = Config {
            table: connection.table.clone(),
            issuer: ISSUER.to_owned(),
            verification_keys: key_set(&ring)?.to_string(),
            limits,
        };
        let (app, auth_keys) =
            App::start_with_auth_keys(&config, connection, clock).await.context("the service cannot start")?;
        let auth_keys = auth_keys.context(OTHER_VERSION)?;
        let auth = AuthState::new(app.clone(), &auth_keys).context("the auth function cannot start")?;
        let posts = PostsState::new(app.clone(), bucket.clone());
        let posts_stream = PostsStreamState::new(table.clone(), bucket.clone());
        let timetable = TimetableState::new(app.clone());
        let moderation = ModerationState::new(app.clone(), bucket, HelpLines::default(), &auth_keys.mail)
            .context("the moderation function cannot start")?;
        let push_services = PushServices::parse(PushServices::DEFAULT)?;
        let push_keys = app.push_keys.ring().await?.context(OTHER_VERSION)?;
        let notifications = NotificationsState::new(app.clone(), push_services.clone(), POLL_INTERVAL);
        let mail_key = auth_keys.mail;
        let router = Router::new();
        let service = Self {
            app,
            auth,
            moderation,
            posts,
            notifications,
            timetable,
            signer,
            posts_stream,
            table,
            push_keys,
            push_services,
            mail_key,
            router,
        };
        Ok(service.with_routes())
    }

    /// The same service, which also accepts subscriptions of this push service, and sends to it.
    #[must_use]
    pub fn with_push_service(self, pushes: &PushService) -> Self {
        let push_services = self.push_services.with_local(pushes.port());
        let notifications = NotificationsState::new(self.app.clone(), push_services.clone(), POLL_INTERVAL);
        Self { push_services, notifications, ..self }.with_routes()
    }

    /// The same service, with the routes of all functions.
    fn with_routes(self) -> Self {
        let Self { app, auth, moderation, notifications, posts, timetable, .. } = &self;
        let router = Router::new()
            .merge(campus_auth::routes(auth.clone()))
            .merge(campus_boards::routes(app.clone()))
            .merge(campus_posts::routes(posts.clone()))
            .merge(campus_comments::routes(app.clone()))
            .merge(campus_messages::routes(app.clone()))
            .merge(campus_moderation::routes(moderation.clone()))
            .merge(campus_notifications::routes(notifications.clone()))
            .merge(campus_timetable::routes(timetable.clone()));
        Self { router, ..self }
    }

    /// Sends pushes.
    pub fn push_sender(&self) -> PushSender {
        let (keys, services) = (self.push_keys.clone(), self.push_services.clone());
        PushSender::new(self.table.clone(), keys, services, CONTACT.to_owned())
    }

    /// The state of the function notifications-stream. It sends with the mailer; links lead to the web client at `app_url`.
    ///
    /// # Errors
    /// If the mail key is malformed.
    pub fn notifications_stream(&self, mailer: Mailer, app_url: String) -> Result<NotificationsStreamState> {
        let state =
            NotificationsStreamState::new(self.table.clone(), &self.mail_key, mailer, self.push_sender(), app_url);
        state.context("the function notifications-stream cannot start")
    }
}

/// The OpenAPI document of all functions.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = campus_auth::document();
    for other in [
        campus_boards::document(),
        campus_posts::document(),
        campus_comments::document(),
        campus_messages::document(),
        campus_moderation::document(),
        campus_notifications::document(),
        campus_timetable::document(),
    ] {
        document.merge(other);
    }
    openapi::complete(document)
}
