//! A DynamoDB engine inside this process, spoken to over HTTP by the real SDK.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::config::endpoint::SharedEndpointResolver;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_smithy_runtime::client::orchestrator::endpoints::StaticUriEndpointResolver;
use campus_core::store::Connection;
use dynoxide::Database;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::template;

/// How long requests that are under way may take when the engine is stopped.
const PATIENCE: Duration = Duration::from_secs(5);

/// The name of the table on a desk.
const TABLE: &str = "campus";

/// An engine that runs until it is stopped or dropped.
pub struct Engine {
    url: String,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), String>>,
}

impl Engine {
    /// An engine on a new, empty table in memory.
    ///
    /// # Errors
    /// When it cannot start.
    pub async fn in_memory() -> Result<Self> {
        Self::start(Database::memory()?).await
    }

    /// An engine on a file, which is made if there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn on_file(file: &Path) -> Result<Self> {
        let path = file.to_str().with_context(|| format!("{} is not UTF-8", file.display()))?;
        let database = Database::new(path).with_context(|| format!("cannot open the database {path}"))?;
        Self::start(database).await
    }

    async fn start(database: Database) -> Result<Self> {
        create_table(&database)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free on 127.0.0.1")?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, async {
            // Dropping the engine stops it as well.
            let _ = stopped.await;
        }));
        Ok(Self { url, stop, running })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection to the engine's table.
    pub fn connection(&self) -> Connection {
        Self::connection_to(&self.url)
    }

    /// A connection to the table of an engine that runs elsewhere on this machine.
    pub fn connection_to(url: &str) -> Connection {
        Connection::new(Self::client_config(url), TABLE)
    }

    /// What the SDK needs to know to speak to an engine. The engine takes any credentials. By itself the SDK would set up
    /// TLS, which there is none of here, and read all authorities that the system trusts: half of a start.
    pub fn client_config(url: &str) -> Builder {
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(Credentials::new("campus", "campus", None, None, "desk"));
        let resolver = StaticUriEndpointResolver::uri(url);
        config.set_endpoint_resolver(Some(SharedEndpointResolver::new(resolver)));
        config
    }

    /// Stops the engine, once the requests that it is at are answered. What was written is on disk.
    ///
    /// # Errors
    /// When it had broken down.
    pub async fn stop(self) -> Result<()> {
        // It may have stopped by itself, which the next line tells.
        let _ = self.stop.send(());
        match timeout(PATIENCE, self.running).await {
            Ok(ended) => ended?.map_err(|error| anyhow!(error)),
            // Somebody holds a connection open. Every answered write is on disk all the same.
            Err(_) => Ok(()),
        }
    }
}

/// Makes the table, if there is none.
fn create_table(database: &Database) -> Result<()> {
    let tables: Value = serde_json::to_value(database.list_tables(request(json!({}))?)?)?;
    if tables
        .pointer("/TableNames")
        .and_then(Value::as_array)
        .is_some_and(|names| names.iter().any(|name| name == TABLE))
    {
        return Ok(());
    }
    let definition = template::table()?;
    database.create_table(request(json!({
        "TableName": TABLE,
        "BillingMode": definition.billing_mode,
        "AttributeDefinitions": definition.attribute_definitions,
        "KeySchema": definition.key_schema,
    }))?)?;
    database.update_time_to_live(request(json!({
        "TableName": TABLE,
        "TimeToLiveSpecification": definition.time_to_live_specification,
    }))?)?;
    Ok(())
}

fn request<T: DeserializeOwned>(json: Value) -> Result<T> {
    serde_json::from_value(json).context("the table's definition in template.yaml is not DynamoDB's")
}
