//! All functions as one service.

use anyhow::{Context, Result};
use axum::Router;
use campus_auth::{Auth, Signer, key_set};
use campus_core::app::App;
use campus_core::clock::Clock;
use campus_core::config::Config;
use campus_core::http::openapi;
use campus_core::store::{Connection, Keys, Limits, Table};
use campus_posts::{Bucket, Posts};
use campus_timetable::Planner;
use utoipa::openapi::OpenApi;

use crate::keys;

/// Who issues access tokens on a desk.
const ISSUER: &str = "campus-desk";

/// The service on one machine.
pub struct Desk {
    /// The state of its routers.
    pub app: App,
    /// The state of the auth function's.
    pub auth: Auth,
    /// The state of the posts function's.
    pub posts: Posts,
    /// The state of the timetable function's.
    pub planner: Planner,
    /// The key that signs its access tokens.
    pub signer: Signer,
    /// All routes, without what is around every request.
    pub router: Router,
}

impl Desk {
    /// The service over the table and the bucket, with the keys that are there or, if there are none, with new ones; within limits,
    /// if any are given.
    ///
    /// # Errors
    /// When the table cannot be read or written.
    pub async fn start(connection: Connection, bucket: Bucket, clock: Clock, limits: Option<Limits>) -> Result<Self> {
        let store = Keys::new(Table::new(connection.clone(), clock.clone()));
        let ring = match store.ring().await? {
            Some(ring) => ring,
            None => keys::add(&store).await?,
        };
        let signer = Signer::new(&ring.current, ISSUER)?;
        let config = Config {
            table: connection.table.clone(),
            issuer: ISSUER.to_owned(),
            verification_keys: key_set(&ring)?.to_string(),
            limits,
        };
        let app = App::start(&config, connection, clock).await.context("the service cannot start")?;
        let auth = Auth::new(app.clone(), &ring.current).context("the auth function cannot start")?;
        let posts = Posts::new(app.clone(), bucket);
        let planner = Planner::new(app.clone());
        let router = routes(app.clone(), auth.clone(), posts.clone(), planner.clone());
        Ok(Self { app, auth, posts, planner, signer, router })
    }
}

/// The routes of all functions.
pub fn routes(app: App, auth: Auth, posts: Posts, planner: Planner) -> Router {
    Router::new()
        .merge(campus_auth::routes(auth))
        .merge(campus_boards::routes(app.clone()))
        .merge(campus_posts::routes(posts))
        .merge(campus_comments::routes(app.clone()))
        .merge(campus_messages::routes(app))
        .merge(campus_timetable::routes(planner))
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
        campus_timetable::document(),
    ] {
        document.merge(other);
    }
    openapi::complete(document)
}
