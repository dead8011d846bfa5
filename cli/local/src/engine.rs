//! A DynamoDB engine in this process. The AWS SDK connects to it over HTTP.

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

use crate::template;

/// How long requests in progress may take when the engine is stopped.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// The name of the local table.
const TABLE: &str = "campus";

/// A running DynamoDB engine with one table. It runs until it is stopped or dropped.
pub struct Engine {
    url: String,
    database: Database,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), String>>,
}

impl Engine {
    /// Starts an engine with an empty table in memory.
    ///
    /// # Errors
    /// If it cannot start.
    pub async fn in_memory() -> Result<Self> {
        Self::start(Database::memory()?).await
    }

    /// Starts an engine that keeps the table in a file. Creates the file if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be read or written.
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
        let running = tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database.clone(), async {
            // Also resolves when the engine is dropped.
            let _ = stopped.await;
        }));
        Ok(Self { url, database, stop, running })
    }

    /// The URL of the engine.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database, for access without HTTP.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// A connection to the table.
    pub fn connection(&self) -> Connection {
        Self::connection_to(&self.url)
    }

    /// A connection to the table of an engine in another process.
    pub fn connection_to(url: &str) -> Connection {
        Connection::new(Self::client_config(url), TABLE)
    }

    /// An SDK configuration for the engine at the URL.
    ///
    /// The engine accepts any credentials. The HTTP client has no TLS: the SDK's default client would load all root
    /// certificates of the system, which takes half of the start time.
    pub fn client_config(url: &str) -> Builder {
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(Credentials::new("campus", "campus", None, None, "local"));
        let resolver = StaticUriEndpointResolver::uri(url);
        config.set_endpoint_resolver(Some(SharedEndpointResolver::new(resolver)));
        config
    }

    /// Stops the engine, after the requests in progress. After that, all writes are on disk.
    ///
    /// # Errors
    /// If the engine has failed.
    pub async fn stop(self) -> Result<()> {
        // Fails if the engine has failed. The next line returns that error.
        let _ = self.stop.send(());
        match timeout(GRACE_PERIOD, self.running).await {
            Ok(ended) => ended?.map_err(|error| anyhow!(error)),
            // A client keeps a connection open. Every write that was answered is on disk.
            Err(_) => Ok(()),
        }
    }
}

/// Creates the table, unless it exists.
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
    serde_json::from_value(json).context("DynamoDB does not accept the table's definition in template.yaml")
}
