//! A DynamoDB engine in this process. The AWS SDK connects to it over HTTP.

use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
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

use crate::secret::Secret;
use crate::{dynamo_api, server, template};

/// How long requests in progress may take when the engine is stopped.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// The name of the local table.
const TABLE: &str = "campus";

const REGION: &str = "ap-northeast-2";

/// The environment variable with the URL of another DynamoDB engine for tests.
const EXTERNAL: &str = "CAMPUS_TEST_DYNAMODB";

/// A running DynamoDB engine with one table. It runs until it is stopped or dropped.
pub struct Engine {
    url: String,
    /// None if the engine is in another process.
    embedded: Option<Embedded>,
    /// Found once, because describing the stream reads all of its records.
    shard: OnceLock<StreamShard>,
}

/// The only shard of the table's stream.
struct StreamShard {
    stream_arn: String,
    shard_id: String,
}

struct Embedded {
    database: Database,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Engine {
    /// Starts an engine with an empty table in memory. If the environment variable `CAMPUS_TEST_DYNAMODB` has a URL,
    /// creates the table in the engine at this URL instead.
    ///
    /// # Errors
    /// If it cannot start.
    pub async fn in_memory() -> Result<Self> {
        match env::var(EXTERNAL) {
            Ok(url) => Self::external(&url),
            // Without a time limit for headers: some tests stop the clock of the runtime.
            Err(_) => Self::start(Database::memory()?, Secret::random()?, None).await,
        }
    }

    /// Creates the table in an engine in another process. DynamoDB Local keeps separate tables for each access key, so a
    /// random access key makes the table private.
    fn external(url: &str) -> Result<Self> {
        let random = RandomState::new().build_hasher().finish();
        let host = url.strip_prefix("http://").with_context(|| format!("{EXTERNAL} does not begin with http://"))?;
        let url = format!("http://{random:016x}@{}", host.trim_end_matches('/'));
        let engine = Self { url, embedded: None, shard: OnceLock::new() };
        engine.call("CreateTable", &table_definition()?)?;
        engine.call("UpdateTimeToLive", &time_to_live()?)?;
        Ok(engine)
    }

    /// Starts an engine that keeps the table in a file. Creates the file if it does not exist. The secret is the access key
    /// that requests must have.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub async fn on_file(file: &Path, secret: Secret) -> Result<Self> {
        let path = file.to_str().with_context(|| format!("{} is not UTF-8", file.display()))?;
        let database = Database::new(path).with_context(|| format!("cannot open the database {path}"))?;
        index_stream(file)?;
        Self::start(database, secret, Some(server::HEADER_TIMEOUT)).await
    }

    async fn start(database: Database, secret: Secret, header_timeout: Option<Duration>) -> Result<Self> {
        create_table(&database)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free on 127.0.0.1")?;
        let url = format!("http://{}@{}", secret.as_str(), listener.local_addr()?);
        let router = dynamo_api::router(database.clone(), secret);
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server::serve_within(header_timeout, listener, router, async {
            // Also resolves when the engine is dropped.
            let _ = stopped.await;
        }));
        Ok(Self { url, embedded: Some(Embedded { database, stop, running }), shard: OnceLock::new() })
    }

    /// The URL of the engine. It contains the access key, as the name of a user.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of the engine without the access key.
    pub fn endpoint(&self) -> String {
        access_key(&self.url).1
    }

    /// The database, for access without HTTP. None if the engine is in another process.
    pub fn database(&self) -> Option<&Database> {
        self.embedded.as_ref().map(|embedded| &embedded.database)
    }

    /// Sends a request to the engine without the SDK, and blocks until it has answered. For tests.
    ///
    /// # Errors
    /// If the engine does not answer with status 200.
    pub fn call(&self, operation: &str, body: &Value) -> Result<Value> {
        let (key, url) = access_key(&self.url);
        let (host, body) = (url.trim_start_matches("http://"), body.to_string());
        let is_of_streams = ["DescribeStream", "GetShardIterator", "GetRecords"].contains(&operation);
        let api = if is_of_streams { "DynamoDBStreams" } else { "DynamoDB" };
        let mut connection = TcpStream::connect(host)?;
        write!(
            connection,
            "POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\
             content-type: application/x-amz-json-1.0\r\nx-amz-target: {api}_20120810.{operation}\r\n\
             authorization: AWS4-HMAC-SHA256 Credential={key}/20260101/{REGION}/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=none\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("the engine has not answered")?;
        ensure!(head.starts_with("HTTP/1.1 200"), "{operation}: {answer}");
        Ok(serde_json::from_str(body)?)
    }

    /// The next records of the table's stream after a position, or from the beginning of the stream, in the form in which
    /// Lambda delivers them. At most 1,000; none if there are none yet.
    ///
    /// # Errors
    /// If the engine fails.
    pub fn stream_records(&self, after: Option<&str>) -> Result<Vec<Value>> {
        let Some(StreamShard { stream_arn, shard_id }) = self.shard()? else { return Ok(Vec::new()) };
        let iterator = match after {
            Some(position) => json!({
                "StreamArn": stream_arn, "ShardId": shard_id, "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": position,
            }),
            None => json!({ "StreamArn": stream_arn, "ShardId": shard_id, "ShardIteratorType": "TRIM_HORIZON" }),
        };
        let iterator = self.execute("GetShardIterator", &iterator)?;
        let mut page = self.execute("GetRecords", &json!({ "ShardIterator": iterator.get("ShardIterator") }))?;
        let records = page.get_mut("Records").map(Value::take).context("the engine has sent no records")?;
        Ok(serde_json::from_value(records)?)
    }

    /// The shard of the table's stream. None if there is none yet.
    fn shard(&self) -> Result<Option<&StreamShard>> {
        if let Some(shard) = self.shard.get() {
            return Ok(Some(shard));
        }
        let text = |json: &Value, path: &str| json.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let table = self.execute("DescribeTable", &json!({ "TableName": TABLE }))?;
        let stream_arn = text(&table, "/Table/LatestStreamArn");
        let stream_arn = stream_arn.context("the table has no stream: start with a new one")?;
        let stream = self.execute("DescribeStream", &json!({ "StreamArn": stream_arn }))?;
        let shard_id = text(&stream, "/StreamDescription/Shards/0/ShardId");
        Ok(shard_id.map(|shard_id| self.shard.get_or_init(|| StreamShard { stream_arn, shard_id })))
    }

    /// Sends a request to the engine, without HTTP if it is embedded.
    fn execute(&self, operation: &str, body: &Value) -> Result<Value> {
        match &self.embedded {
            Some(embedded) => dynamo_api::call_directly(&embedded.database, operation, body),
            None => self.call(operation, body),
        }
    }

    /// A connection to the table.
    pub fn connection(&self) -> Connection {
        Self::connection_to(&self.url)
    }

    /// A connection to the table of an engine in another process.
    pub fn connection_to(url: &str) -> Connection {
        Connection::new(Self::client_config(url), TABLE)
    }

    /// An SDK configuration for the engine at the URL. The name of a user in the URL is the access key.
    ///
    /// The HTTP client has no TLS: the SDK's default client would load all root
    /// certificates of the system, which takes half of the start time.
    pub fn client_config(url: &str) -> Builder {
        let (key, url) = access_key(url);
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::from_static(REGION))
            .credentials_provider(Credentials::new(key, "campus", None, None, "local"));
        let resolver = StaticUriEndpointResolver::uri(url);
        config.set_endpoint_resolver(Some(SharedEndpointResolver::new(resolver)));
        config
    }

    /// Stops the engine, after the requests in progress. After that, all writes are on disk.
    ///
    /// # Errors
    /// If the engine has failed.
    pub async fn stop(self) -> Result<()> {
        let Some(embedded) = self.embedded else { return Ok(()) };
        // Fails if the engine has failed. The next line returns that error.
        let _ = embedded.stop.send(());
        match timeout(GRACE_PERIOD, embedded.running).await {
            Ok(ended) => Ok(ended?),
            // A client keeps a connection open. Every write that was answered is on disk.
            Err(_) => Ok(()),
        }
    }
}

/// Adds an index of the table's stream to the database. Without it, each write reads all records of the stream to find the
/// last one, and so does each read of the stream. The engine does not give access to its connection, so this opens another
/// one. An engine in memory has no index.
fn index_stream(file: &Path) -> Result<()> {
    const INDEX: &str = "CREATE INDEX IF NOT EXISTS campus_stream
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";
    let indexed = rusqlite::Connection::open(file).and_then(|database| database.execute_batch(INDEX));
    indexed.with_context(|| format!("cannot index the database {}", file.display()))
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
    database.create_table(request(table_definition()?)?)?;
    database.update_time_to_live(request(time_to_live()?)?)?;
    Ok(())
}

/// The request that creates the table.
fn table_definition() -> Result<Value> {
    let definition = template::table()?;
    Ok(json!({
        "TableName": TABLE,
        "BillingMode": definition.billing_mode,
        "AttributeDefinitions": definition.attribute_definitions,
        "KeySchema": definition.key_schema,
        "StreamSpecification": {
            "StreamEnabled": true,
            "StreamViewType": definition.stream_specification.stream_view_type,
        },
    }))
}

/// The request that sets the attribute with the time at which a row expires.
fn time_to_live() -> Result<Value> {
    let specification = template::table()?.time_to_live_specification;
    Ok(json!({ "TableName": TABLE, "TimeToLiveSpecification": specification }))
}

fn request<T: DeserializeOwned>(json: Value) -> Result<T> {
    serde_json::from_value(json).context("DynamoDB does not accept the table's definition in template.yaml")
}

/// The access key in a URL, and the URL without it.
fn access_key(url: &str) -> (String, String) {
    match url.strip_prefix("http://").and_then(|rest| rest.split_once('@')) {
        Some((key, host)) => (key.to_owned(), format!("http://{host}")),
        None => ("campus".to_owned(), url.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_stream_is_read_and_written_by_its_index() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("campus.db");
        let _engine = Engine::on_file(&file, Secret::random().unwrap()).await.unwrap();
        let database = rusqlite::Connection::open(&file).unwrap();
        // As in the functions `next_stream_sequence_number` and `stream_records_with_event_ids` of dynoxide-rs.
        for query in [
            "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records
             WHERE table_name = 'campus'",
            "SELECT * FROM _stream_records
             WHERE table_name = 'campus' AND shard_id = 'shard' AND CAST(sequence_number AS INTEGER) > 1
             ORDER BY CAST(sequence_number AS INTEGER) ASC",
        ] {
            let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            let steps: Vec<String> =
                plan.query_map([], |step| step.get("detail")).unwrap().collect::<Result<_, _>>().unwrap();
            let [step] = steps.as_slice() else { panic!("{steps:?}") };
            assert!(step.starts_with("SEARCH") && step.contains("campus_stream"), "{step}");
        }
    }
}
