//! A minimal service over the same database. `cargo xtask benchmark` compares Campus with it.
//!
//! It consists of axum, the AWS SDK and the DynamoDB engine. A plan lists the database calls of each operation. The service
//! makes these calls and returns the rows unchanged, with the read capacity units. It checks no token and no input. Like Campus,
//! it requests the consumed capacity of each call, and uses mimalloc.
//!
//! ```sh
//! cargo run --release -p campus-local --example baseline -- DATABASE PLAN PORT
//! ```

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use anyhow::{Context, Result, anyhow, bail};
use argon2::Argon2;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, KeysAndAttributes, ReturnConsumedCapacity, TransactWriteItem, Update,
};
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::{Json, Router};
use campus_core::store::Connection;
use campus_local::{Engine, Secret};
use futures_util::future::try_join_all;
use mimalloc::MiMalloc;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Item = HashMap<String, AttributeValue>;

/// The database calls of each operation, which is named by method and path. Steps run one after the other; the calls of a
/// step run at the same time.
type Plan = HashMap<String, Vec<Vec<Call>>>;

/// A database call. `${new}` in a key is replaced by a new id.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Call {
    Get { key: Key, eventual: bool },
    Batch { keys: Vec<Key>, eventual: bool },
    Query { pk: String, between: [String; 2], newest_first: bool, limit: Option<i32> },
    Update { key: Key },
    Transaction { keys: Vec<Key> },
    Hash { password: String },
}

#[derive(Clone, Deserialize)]
struct Key {
    pk: String,
    sk: String,
}

impl Key {
    fn item(&self) -> Item {
        let filled = |text: &str| AttributeValue::S(text.replace("${new}", &Uuid::now_v7().to_string()));
        HashMap::from([("pk".to_owned(), filled(&self.pk)), ("sk".to_owned(), filled(&self.sk))])
    }
}

/// The rows that a call reads, and the read capacity units that it consumes.
#[derive(Default)]
struct Found {
    rows: Vec<Item>,
    read_units: f64,
}

impl Found {
    fn new(rows: Vec<Item>, consumed: impl IntoIterator<Item = ConsumedCapacity>) -> Self {
        Self { rows, read_units: consumed.into_iter().filter_map(|consumed| consumed.capacity_units).sum() }
    }
}

struct Baseline {
    plan: Plan,
    client: Client,
    table: String,
}

impl Baseline {
    async fn call(&self, call: &Call) -> Result<Found> {
        match call {
            Call::Get { key, eventual } => {
                let get = self.client.get_item().table_name(&self.table).set_key(Some(key.item()));
                let get = get.return_consumed_capacity(ReturnConsumedCapacity::Total);
                let found = get.consistent_read(!eventual).send().await?;
                Ok(Found::new(found.item.into_iter().collect(), found.consumed_capacity))
            }
            Call::Batch { keys, eventual } => {
                let keys = keys.iter().map(Key::item).collect();
                let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(!eventual).build()?;
                let batch = self.client.batch_get_item().request_items(&self.table, wanted);
                let found = batch.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await?;
                let rows = found.responses.into_iter().flat_map(HashMap::into_values).flatten().collect();
                Ok(Found::new(rows, found.consumed_capacity.unwrap_or_default()))
            }
            Call::Query { pk, between: [first, last], newest_first, limit } => {
                let query = self.client.query().table_name(&self.table);
                let query = query.key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last");
                let query = query.expression_attribute_values(":pk", AttributeValue::S(pk.clone()));
                let query = query.expression_attribute_values(":first", AttributeValue::S(first.clone()));
                let query = query.expression_attribute_values(":last", AttributeValue::S(last.clone()));
                let query = query.scan_index_forward(!newest_first).set_limit(*limit).consistent_read(true);
                let query = query.return_consumed_capacity(ReturnConsumedCapacity::Total);
                let found = query.send().await?;
                Ok(Found::new(found.items.unwrap_or_default(), found.consumed_capacity))
            }
            Call::Update { key } => {
                let update = self.client.update_item().table_name(&self.table).set_key(Some(key.item()));
                let update = update.update_expression("ADD hits :one");
                let update = update.return_consumed_capacity(ReturnConsumedCapacity::Total);
                update.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await?;
                Ok(Found::default())
            }
            Call::Transaction { keys } => {
                let transaction = self.client.transact_write_items();
                transaction
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .set_transact_items(Some(keys.iter().map(|key| self.write(key)).collect::<Result<_>>()?))
                    .send()
                    .await?;
                Ok(Found::default())
            }
            Call::Hash { password } => {
                let password = password.clone();
                let mut hash = [0; 32];
                let hashing = move || Argon2::default().hash_password_into(password.as_bytes(), &[0; 16], &mut hash);
                tokio::task::spawn_blocking(hashing).await?.map_err(|error| anyhow!("{error}"))?;
                Ok(Found::default())
            }
        }
    }

    fn write(&self, key: &Key) -> Result<TransactWriteItem> {
        let one = AttributeValue::N("1".to_owned());
        let update = Update::builder().table_name(&self.table).set_key(Some(key.item()));
        let update = update.update_expression("ADD hits :one").expression_attribute_values(":one", one).build()?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Makes the calls of an operation and returns the rows and the read units.
    async fn run(&self, operation: &str) -> Result<Value> {
        let (mut rows, mut read_units) = (Vec::new(), 0.0);
        for step in self.plan.get(operation).context("the plan has no such operation")? {
            for found in try_join_all(step.iter().map(|call| self.call(call))).await? {
                read_units += found.read_units;
                let read = found.rows.into_iter().map(serde_dynamo::from_item::<_, Value>);
                rows.extend(read.collect::<Result<Vec<_>, _>>()?);
            }
        }
        Ok(json!({ "items": rows, "read_units": read_units }))
    }
}

async fn handle(State(baseline): State<Arc<Baseline>>, method: Method, uri: Uri) -> (StatusCode, Json<Value>) {
    match baseline.run(&format!("{method} {}", uri.path())).await {
        Ok(rows) => (StatusCode::OK, Json(rows)),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": format!("{error:#}") }))),
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [database, plan, port] = arguments.as_slice() else { bail!("usage: baseline DATABASE PLAN PORT") };
    let engine = Engine::on_file(Path::new(database), Secret::random()?).await?;
    let Connection { client, table } = engine.connection();
    let baseline = Baseline { plan: serde_json::from_str(&fs::read_to_string(plan)?)?, client, table };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse()?)).await?;
    axum::serve(listener, Router::new().fallback(handle).with_state(Arc::new(baseline))).await?;
    Ok(())
}
