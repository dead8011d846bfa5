//! The table as the entities see it: get, batch get, query, put, update, delete; and as the auditor does: scan.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity, ReturnValue};
use futures_util::future::try_join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use super::Error;
use super::change::{Change, Expressions};
use super::error::is_conflict;
use super::range::{Page, Range, Read, Run};
use super::transaction::Transaction;
use super::usage::{Call, time_left};
use super::writer::Writer;
use crate::clock::Clock;

/// A row as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

pub(super) const PK: &str = "pk";
pub(super) const SK: &str = "sk";

/// The most keys that DynamoDB takes in one BatchGetItem.
const BATCH_KEYS: usize = 100;

/// The most rows that one page of a filtered list looks at.
const FILTERED_ROWS: usize = 300;

/// Where a row is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(super) fn into_item(self) -> Item {
        HashMap::from([(PK.to_owned(), AttributeValue::S(self.pk)), (SK.to_owned(), AttributeValue::S(self.sk))])
    }

    /// The entity as the row at this key.
    pub(super) fn row<T: Serialize>(&self, entity: &T) -> Result<Item, Error> {
        let mut item: Item = serde_dynamo::to_item(entity)?;
        item.extend(self.clone().into_item());
        Ok(item)
    }

    fn of(item: &Item) -> Option<Self> {
        match (item.get(PK), item.get(SK)) {
            (Some(AttributeValue::S(pk)), Some(AttributeValue::S(sk))) => Some(Self::new(pk, sk)),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    /// Quoted, so that nothing in a key can act on a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.pk, self.sk)
    }
}

/// When the row's time to live ends, in seconds since the epoch, if it has one.
pub(super) fn expiry(item: &Item) -> Option<i64> {
    item.get("expires_at").and_then(|expiry| expiry.as_n().ok()).and_then(|expiry| expiry.parse().ok())
}

/// A connection to the table.
///
/// Timeouts are set here, since the SDK waits for ever by itself: one attempt 1.5 s, of which 1 s to connect; all
/// attempts of a call 6 s.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The client.
    pub client: Client,
    /// The name of the table.
    pub table: String,
}

impl Connection {
    /// Connects with the given configuration, to which the timeouts and retries of this service are added.
    pub fn new(config: aws_sdk_dynamodb::config::Builder, table: impl Into<String>) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_millis(1500))
            .operation_timeout(Duration::from_secs(6))
            .build();
        let retries = RetryConfig::standard()
            .with_max_attempts(4)
            .with_initial_backoff(Duration::from_millis(50))
            .with_max_backoff(Duration::from_millis(500));
        let config = config.timeout_config(timeouts).retry_config(retries).build();
        Self { client: Client::from_conf(config), table: table.into() }
    }
}

/// The table.
#[derive(Clone, Debug)]
pub struct Table {
    connection: Connection,
    clock: Clock,
}

impl Table {
    /// The table at the other end of the connection.
    pub fn new(connection: Connection, clock: Clock) -> Self {
        Self { connection, clock }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn client(&self) -> &Client {
        &self.connection.client
    }

    pub(super) fn name(&self) -> &str {
        &self.connection.table
    }

    /// The row at the key.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: Key, read: Read) -> Result<Option<T>, Error> {
        let call = Call::begin();
        let output = in_time(
            self.client()
                .get_item()
                .table_name(self.name())
                .set_key(Some(key.into_item()))
                .consistent_read(read == Read::Latest)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await??;
        call.end_reading(output.consumed_capacity.as_slice());
        output.item.map(serde_dynamo::from_item).transpose().map_err(Error::from)
    }

    /// The rows at the keys, in no order: as many batches as it takes at the same time. A key may come more than once.
    pub(crate) async fn batch_get(&self, keys: impl IntoIterator<Item = Key>, read: Read) -> Result<Rows, Error> {
        let mut seen = HashSet::new();
        let distinct = keys.into_iter().filter(|key| seen.insert(key.clone()));
        let keys: Vec<Item> = distinct.map(Key::into_item).collect();
        let batches = keys.chunks(BATCH_KEYS).map(|keys| self.get_batch(keys.to_vec(), read));
        let found = try_join_all(batches).await?;
        Ok(Rows(found.into_iter().flatten().collect()))
    }

    /// A batch, whole: asks again for what DynamoDB leaves unprocessed until it has all of it.
    async fn get_batch(&self, mut keys: Vec<Item>, read: Read) -> Result<Vec<(Key, Item)>, Error> {
        let mut rows = Vec::new();
        let mut backoff = Backoff::begin();
        loop {
            keys = self.get_batch_once(keys, read, &mut rows).await?;
            if keys.is_empty() {
                return Ok(rows);
            }
            if !backoff.pause().await {
                return Err(Error::Unavailable("keys stayed unprocessed until the time was up".into()));
            }
        }
    }

    async fn get_batch_once(
        &self,
        keys: Vec<Item>,
        read: Read,
        rows: &mut Vec<(Key, Item)>,
    ) -> Result<Vec<Item>, Error> {
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(read == Read::Latest).build()?;
        let call = Call::begin();
        let output = in_time(
            self.client()
                .batch_get_item()
                .request_items(self.name(), wanted)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await??;
        call.end_reading(output.consumed_capacity());
        let found = output.responses.into_iter().flat_map(HashMap::into_values).flatten();
        rows.extend(found.filter_map(|item| Some((Key::of(&item)?, item))));
        Ok(output.unprocessed_keys.into_iter().flat_map(HashMap::into_values).flat_map(|keys| keys.keys).collect())
    }

    /// At most `limit` rows of the range, each with its sort key, and the sort key behind which the rest starts.
    pub(crate) async fn query<T: DeserializeOwned>(
        &self,
        range: Range,
        limit: Option<usize>,
    ) -> Result<Page<(String, T), String>, Error> {
        let page = self.query_items(range, limit, None).await?;
        let items = page.items.into_iter().map(row).collect::<Result<_, Error>>()?;
        Ok(Page { items, next: page.next })
    }

    async fn query_items(
        &self,
        range: Range,
        limit: Option<usize>,
        projection: Option<&str>,
    ) -> Result<Page<Item, String>, Error> {
        let Range { pk, run, after, newest_first, read } = range;
        let start = after.clone().map(|sk| Key::new(&pk, sk).into_item());
        let mut values = HashMap::from([(":pk".to_owned(), AttributeValue::S(pk))]);
        let mut value = |name: &str, sk| values.insert(name.to_owned(), AttributeValue::S(sk));
        let condition = match run.behind(after, newest_first) {
            Run::Whole => "pk = :pk",
            Run::Prefix(prefix) => {
                value(":prefix", prefix);
                "pk = :pk AND begins_with(sk, :prefix)"
            }
            Run::Between(first, last) => {
                value(":first", first);
                value(":last", last);
                "pk = :pk AND sk BETWEEN :first AND :last"
            }
        };
        let call = Call::begin();
        let output = in_time(
            self.client()
                .query()
                .table_name(self.name())
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values))
                .set_projection_expression(projection.map(str::to_owned))
                .set_exclusive_start_key(start)
                .scan_index_forward(!newest_first)
                .set_limit(limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)))
                .consistent_read(read == Read::Latest)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await??;
        call.end_reading(output.consumed_capacity.as_slice());
        let next = output.last_evaluated_key.as_ref().and_then(Key::of).map(|key| key.sk);
        Ok(Page { items: output.items.unwrap_or_default(), next })
    }

    /// The sort keys of the range, at most a megabyte's rows of them, and the one behind which the rest starts.
    pub(crate) async fn query_keys(&self, range: Range) -> Result<Page<String, String>, Error> {
        let Page { items, next } = self.query_items(range, None, Some("pk, sk")).await?;
        Ok(Page { items: items.iter().filter_map(Key::of).map(|key| key.sk).collect(), next })
    }

    /// Like [`Table::query`], but only rows that are to be kept count. Looks at [`FILTERED_ROWS`] at the most, so that
    /// nobody pays for the whole partition, and a page may come back short.
    pub(crate) async fn query_where<T: DeserializeOwned>(
        &self,
        range: Range,
        limit: usize,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Page<(String, T), String>, Error> {
        let mut page = self.query::<T>(range, Some(FILTERED_ROWS)).await?;
        page.items.retain(|(_, entity)| keep(entity));
        if page.items.len() > limit {
            page.items.truncate(limit);
            page.next = page.items.last().map(|(sk, _)| sk.clone());
        }
        Ok(page)
    }

    /// All rows of a range that is known to be short.
    pub(crate) async fn query_all<T: DeserializeOwned>(&self, range: Range) -> Result<Vec<(String, T)>, Error> {
        let mut rows = Vec::new();
        let mut range = Some(range);
        while let Some(asked) = range.take() {
            let page = self.query(asked.clone(), None).await?;
            rows.extend(page.items);
            range = page.next.map(|sk| asked.after(Some(sk)));
        }
        Ok(rows)
    }

    /// A page of the whole table, in no order, behind the given key. It costs what reading every row costs: it is for
    /// the auditor alone.
    pub(super) async fn scan(&self, after: Option<Key>) -> Result<Page<(Key, Item), Key>, Error> {
        let call = Call::begin();
        let output = in_time(
            self.client()
                .scan()
                .table_name(self.name())
                .set_exclusive_start_key(after.map(Key::into_item))
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await??;
        call.end_reading(output.consumed_capacity.as_slice());
        let row = |item: Item| Some((Key::of(&item)?, item));
        let items = output.items.unwrap_or_default().into_iter().filter_map(row).collect();
        Ok(Page { items, next: output.last_evaluated_key.as_ref().and_then(Key::of) })
    }

    /// Changes a row, making it where there is none. For changes that may be made twice without harm.
    pub(crate) async fn update(&self, _by: impl Authority, key: Key, change: Change) -> Result<(), Error> {
        let Expressions { update, condition, names, values } = change.into_expressions();
        let call = Call::begin();
        let write = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(key.into_item()))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values(ReturnValue::None)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = outlasting_conflicts(|| write.clone().send()).await??;
        call.end_writing(output.consumed_capacity.as_slice());
        Ok(())
    }

    /// Deletes a row, if it is there.
    pub(crate) async fn delete(&self, _by: impl Authority, key: Key) -> Result<(), Error> {
        let call = Call::begin();
        let write = self
            .client()
            .delete_item()
            .table_name(self.name())
            .set_key(Some(key.into_item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let output = outlasting_conflicts(|| write.clone().send()).await??;
        call.end_writing(output.consumed_capacity.as_slice());
        Ok(())
    }

    /// A transaction, to be filled and committed.
    pub(crate) fn transaction(&self, _by: impl Authority) -> Transaction {
        Transaction::new(self.clone())
    }
}

/// Rows of a batch, by key.
#[derive(Default)]
pub(crate) struct Rows(HashMap<Key, Item>);

impl Rows {
    /// The row at the key, which stays for others to take.
    pub(crate) fn read<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, Error> {
        self.0.get(key).cloned().map(serde_dynamo::from_item).transpose().map_err(Error::from)
    }

    /// Whether there is such a row.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn take<T: DeserializeOwned>(&mut self, key: &Key) -> Result<Option<T>, Error> {
        self.0.remove(key).map(serde_dynamo::from_item).transpose().map_err(Error::from)
    }
}

/// What a call comes to, if it does so in the time that is left to the request.
pub(super) async fn in_time<F: Future>(call: F) -> Result<F::Output, Error> {
    timeout(time_left(), call).await.map_err(|elapsed| Error::Unavailable(elapsed.into()))
}

/// Tries a single write again while a transaction is at its row.
pub(super) async fn outlasting_conflicts<T, E, F>(write: impl Fn() -> F) -> Result<Result<T, SdkError<E>>, Error>
where
    E: ProvideErrorMetadata,
    F: Future<Output = Result<T, SdkError<E>>>,
{
    let mut backoff = Backoff::begin();
    loop {
        let result = in_time(write()).await?;
        if !result.as_ref().is_err_and(is_conflict) || !backoff.pause().await {
            return Ok(result);
        }
    }
}

fn row<T: DeserializeOwned>(item: Item) -> Result<(String, T), Error> {
    let key = Key::of(&item).ok_or_else(|| Error::broken("a row without a key"))?;
    Ok((key.sk, serde_dynamo::from_item(item)?))
}

/// On whose authority a row is written: a caller whose session is live, or the service itself.
pub(crate) trait Authority {}

impl Authority for &Writer {}

/// The service itself, where nobody is logged in: sign-up, login, an operator's command.
#[derive(Clone, Copy)]
pub(crate) struct Service;

impl Authority for Service {}

/// Waits between attempts: full jitter, from 25 ms doubling to 400 ms, within the time that was left when it began.
pub(super) struct Backoff {
    attempts: u32,
    until: Instant,
}

impl Backoff {
    pub(super) fn begin() -> Self {
        Self { attempts: 0, until: Instant::now() + time_left() }
    }

    /// Waits. False when there is no time left to try again.
    pub(super) async fn pause(&mut self) -> bool {
        let ceiling = 25_u64.saturating_mul(1 << self.attempts.min(4));
        self.attempts = self.attempts.saturating_add(1);
        let pause = Duration::from_millis(fastrand::u64(0..=ceiling));
        if Instant::now() + pause >= self.until {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}
