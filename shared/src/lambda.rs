//! Running a router on AWS Lambda.

use aws_config::BehaviorVersion;
use axum::Router;

use crate::app::{App, StartError};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Connection;
use crate::{http, telemetry};

/// Starts the service as the environment says, and answers API Gateway's events with the router until Lambda ends the
/// process.
///
/// # Errors
/// Whatever keeps the service from starting; Lambda logs it and starts anew.
pub async fn run<E>(router: impl AsyncFnOnce(App) -> Result<Router, E>) -> Result<(), lambda_http::Error>
where
    lambda_http::Error: From<E>,
{
    telemetry::init_json();
    let app = start().await?;
    lambda_http::run(http::finish(router(app).await?)).await
}

async fn start() -> Result<App, StartError> {
    let config = Config::from_env()?;
    let aws = aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await;
    let connection = Connection::new(aws_sdk_dynamodb::config::Builder::from(&aws), &config.table);
    App::start(&config, connection, Clock::default()).await
}
