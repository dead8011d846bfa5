//! The connection to DynamoDB, and single operations on the table: get, batch get, query, scan, update, delete. Each
//! one ends within the request's time budget and adds the capacity it consumed to the request's usage.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::StalledStreamProtectionConfig;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, KeysAndAttributes, PutRequest, ReturnConsumedCapacity, ReturnValue, WriteRequest,
};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::de::DeserializeOwned;

use super::authority::Authority;
use super::error::Error;
use super::item::Item;
use super::key::Key;
use super::query::{KeyCondition, Page, Range, Read};
use super::retry::{Backoff, retry_on_conflict, within_time_left};
use super::rows::{Rows, row};
use super::shared_pages::SharedPages;
use super::update::{Expressions, RowUpdate};
use super::usage::MeteredCall;
use crate::clock::Clock;

/// DynamoDB's maximum number of keys in a BatchGetItem.
const BATCH_KEYS: usize = 100;

/// DynamoDB's maximum number of rows in a BatchWriteItem.
const BATCH_WRITES: usize = 25;

/// How many batches are written at the same time.
const CONCURRENT_BATCHES: usize = 8;

/// The maximum number of rows that a page of a filtered list reads.
const FILTERED_ROWS: usize = 300;

/// A DynamoDB client, and the name of the table.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The DynamoDB client.
    pub client: Client,
    /// The name of the table.
    pub table: String,
}

impl Connection {
    /// Makes a client with the given configuration plus Campus's timeouts and retries.
    ///
    /// The SDK has no timeout by default. Here an attempt takes at most 1.5 s (1 s of it to connect), and a call with
    /// all of its attempts at most 6 s. A call has up to 4 attempts, with a backoff of 50 to 500 ms.
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
        let config = config.timeout_config(timeouts).retry_config(retries);
        // The timeout of an attempt includes its body, so nothing else needs to watch how fast the body arrives.
        let config = config.stalled_stream_protection(StalledStreamProtectionConfig::disabled()).build();
        Self { client: Client::from_conf(config), table: table.into() }
    }
}

/// The table. Clones share the pages that many students read.
#[derive(Clone, Debug)]
pub struct Table {
    connection: Connection,
    clock: Clock,
    pub(super) shared_pages: SharedPages,
}

impl Table {
    /// The table of this connection. `clock` gives the time for timestamps and expiry.
    pub fn new(connection: Connection, clock: Clock) -> Self {
        Self { connection, clock, shared_pages: SharedPages::default() }
    }

    /// The clock that gives the time for timestamps and expiry.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn client(&self) -> &Client {
        &self.connection.client
    }

    pub(crate) fn name(&self) -> &str {
        &self.connection.table
    }

    /// The row with this key, if it exists.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: Key, read: Read) -> Result<Option<T>, Error> {
        let call = MeteredCall::begin();
        let output = within_time_left(
            self.client()
                .get_item()
                .table_name(self.name())
                .set_key(Some(key.into_item()))
                .consistent_read(read == Read::Consistent)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await??;
        call.end_reading(output.consumed_capacity.as_slice());
        output.item.map(serde_dynamo::from_item).transpose().map_err(Error::from)
    }

    /// The rows with these keys, as far as they exist. Sends batches of 100 keys in parallel. Duplicate keys are read
    /// once.
    pub(crate) async fn batch_get(&self, keys: impl IntoIterator<Item = Key>, read: Read) -> Result<Rows, Error> {
        let mut seen = HashSet::new();
        let distinct = keys.into_iter().filter(|key| seen.insert(key.clone()));
        let keys: Vec<Item> = distinct.map(Key::into_item).collect();
        let batches = keys.chunks(BATCH_KEYS).map(|keys| self.get_batch(keys.to_vec(), read));
        let found = try_join_all(batches).await?;
        Ok(Rows(found.into_iter().flatten().collect()))
    }

    /// Reads a whole batch: repeats the call for keys that DynamoDB returns as unprocessed.
    async fn get_batch(&self, mut keys: Vec<Item>, read: Read) -> Result<Vec<(Key, Item)>, Error> {
        let mut rows = Vec::new();
        let mut backoff = Backoff::begin();
        loop {
            keys = self.get_batch_once(keys, read, &mut rows).await?;
            if keys.is_empty() {
                return Ok(rows);
            }
            if !backoff.pause_after_throttling().await {
                return Err(Error::Unavailable("keys were still unprocessed when the time was up".into()));
            }
        }
    }

    async fn get_batch_once(
        &self,
        keys: Vec<Item>,
        read: Read,
        rows: &mut Vec<(Key, Item)>,
    ) -> Result<Vec<Item>, Error> {
        let wanted =
            KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(read == Read::Consistent).build()?;
        let call = MeteredCall::begin();
        let output = within_time_left(
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

    /// Reads up to `limit` rows of the range, each with its sort key. Without a limit, a page holds up to 1 MB.
    pub(crate) async fn query<T: DeserializeOwned>(
        &self,
        range: Range,
        limit: Option<usize>,
    ) -> Result<Page<(String, T), String>, Error> {
        let page = self.query_items(range, limit, None).await?;
        let items = page.items.into_iter().map(row).collect::<Result<_, Error>>()?;
        Ok(Page { items, next: page.next })
    }

    /// Like [`Table::query`], but leaves out malformed rows and logs them: for runs on schedule, which must not stop at a
    /// row. `campus audit` finds such rows.
    pub(crate) async fn query_well_formed<T: DeserializeOwned>(
        &self,
        range: Range,
        limit: Option<usize>,
    ) -> Result<Page<(String, T), String>, Error> {
        let page = self.query_items(range, limit, None).await?;
        let well_formed = |item| row(item).inspect_err(|error| tracing::error!(%error, "a row is malformed")).ok();
        Ok(Page { items: page.items.into_iter().filter_map(well_formed).collect(), next: page.next })
    }

    pub(super) async fn query_items(
        &self,
        range: Range,
        limit: Option<usize>,
        projection: Option<&str>,
    ) -> Result<Page<Item, String>, Error> {
        let Range { pk, condition, after, newest_first, read } = range;
        let start = after.clone().map(|sk| Key::new(&pk, sk).into_item());
        let mut values = HashMap::from([(":pk".to_owned(), AttributeValue::S(pk))]);
        let mut value = |name: &str, sk| values.insert(name.to_owned(), AttributeValue::S(sk));
        let condition = match condition.starting_at(after, newest_first) {
            KeyCondition::Whole => "pk = :pk",
            KeyCondition::Prefix(prefix) => {
                value(":prefix", prefix);
                "pk = :pk AND begins_with(sk, :prefix)"
            }
            KeyCondition::Between(first, last) => {
                value(":first", first);
                value(":last", last);
                "pk = :pk AND sk BETWEEN :first AND :last"
            }
        };
        let call = MeteredCall::begin();
        let output = within_time_left(
            self.client()
                .query()
                .table_name(self.name())
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values))
                .set_projection_expression(projection.map(str::to_owned))
                .set_exclusive_start_key(start)
                .scan_index_forward(!newest_first)
                .set_limit(limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)))
                .consistent_read(read == Read::Consistent)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await??;
        call.end_reading(output.consumed_capacity.as_slice());
        let next = output.last_evaluated_key.as_ref().and_then(Key::of).map(|key| key.sk);
        Ok(Page { items: output.items.unwrap_or_default(), next })
    }

    /// Reads only the sort keys of the range, of up to 1 MB of rows.
    pub(crate) async fn query_keys(&self, range: Range) -> Result<Page<String, String>, Error> {
        let Page { items, next } = self.query_items(range, None, Some("pk, sk")).await?;
        Ok(Page { items: items.iter().filter_map(Key::of).map(|key| key.sk).collect(), next })
    }

    /// Like [`Table::query`], but returns only rows that `keep` accepts. Reads at most [`FILTERED_ROWS`] rows, which
    /// bounds the cost of a page. So a page may have fewer items than `limit`, even none, and still have a next page.
    pub(crate) async fn query_where<T: DeserializeOwned>(
        &self,
        range: Range,
        limit: usize,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Page<(String, T), String>, Error> {
        let mut page = self.query::<T>(range, Some(FILTERED_ROWS)).await?;
        page.items.retain(|(_, entity)| keep(entity));
        Ok(page.first(limit))
    }

    /// Reads all rows of a range. Only for ranges that are known to be small.
    pub(crate) async fn query_all<T: DeserializeOwned>(&self, range: Range) -> Result<Vec<(String, T)>, Error> {
        let mut rows = Vec::new();
        let mut range = Some(range);
        while let Some(current) = range.take() {
            let page = self.query(current.clone(), None).await?;
            rows.extend(page.items);
            range = page.next.map(|sk| current.after(Some(sk)));
        }
        Ok(rows)
    }

    /// Like [`Table::query_all`], but leaves out malformed rows and logs them.
    pub(crate) async fn query_all_well_formed<T: DeserializeOwned>(
        &self,
        range: Range,
    ) -> Result<Vec<(String, T)>, Error> {
        let mut rows = Vec::new();
        let mut range = Some(range);
        while let Some(current) = range.take() {
            let page = self.query_well_formed(current.clone(), None).await?;
            rows.extend(page.items);
            range = page.next.map(|sk| current.after(Some(sk)));
        }
        Ok(rows)
    }

    /// A page of the whole table, in no order, after the given key. Only for the auditor: it reads every row.
    pub(crate) async fn scan(&self, after: Option<Key>) -> Result<Page<(Key, Item), Key>, Error> {
        let call = MeteredCall::begin();
        let output = within_time_left(
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

    /// Writes rows that have nothing but their keys. Rows that exist are overwritten. Sends batches of 25 rows, some of them
    /// in parallel.
    pub(crate) async fn put_keys(&self, _by: impl Authority, keys: impl IntoIterator<Item = Key>) -> Result<(), Error> {
        let put = |key: Key| PutRequest::builder().set_item(Some(key.into_item())).build();
        let write = |key| put(key).map(|put| WriteRequest::builder().put_request(put).build());
        self.write_batches(keys.into_iter().map(write).collect::<Result<_, _>>()?).await
    }

    /// Deletes rows, as far as they exist. Sends batches of 25 rows, some of them in parallel.
    pub(crate) async fn delete_keys(&self, _by: impl Authority, keys: Vec<Key>) -> Result<(), Error> {
        let delete = |key: Key| DeleteRequest::builder().set_key(Some(key.into_item())).build();
        let write = |key| delete(key).map(|delete| WriteRequest::builder().delete_request(delete).build());
        self.write_batches(keys.into_iter().map(write).collect::<Result<_, _>>()?).await
    }

    async fn write_batches(&self, requests: Vec<WriteRequest>) -> Result<(), Error> {
        let batches: Vec<_> = requests.chunks(BATCH_WRITES).map(|batch| self.write_batch(batch.to_vec())).collect();
        stream::iter(batches).buffer_unordered(CONCURRENT_BATCHES).try_collect().await
    }

    /// Writes a whole batch: repeats the call for rows that DynamoDB returns as unprocessed.
    async fn write_batch(&self, mut requests: Vec<WriteRequest>) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let call = MeteredCall::begin();
            let output = within_time_left(
                self.client()
                    .batch_write_item()
                    .request_items(self.name(), requests)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send(),
            )
            .await??;
            call.end_writing(output.consumed_capacity());
            requests = output.unprocessed_items.into_iter().flat_map(HashMap::into_values).flatten().collect();
            if requests.is_empty() {
                return Ok(());
            }
            if !backoff.pause_after_throttling().await {
                return Err(Error::Unavailable("rows were still unprocessed when the time was up".into()));
            }
        }
    }

    /// Updates a row, or creates it if it does not exist. Only for idempotent updates, because the SDK may send one
    /// twice.
    pub(crate) async fn update(&self, _by: impl Authority, key: Key, change: RowUpdate) -> Result<(), Error> {
        let Expressions { update, condition, names, values } = change.into_expressions();
        let call = MeteredCall::begin();
        let pk = key.pk.clone();
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
        let result = retry_on_conflict(|| write.clone().send()).await;
        self.shared_pages.drop_partitions([pk.as_str()]);
        call.end_writing(result??.consumed_capacity.as_slice());
        Ok(())
    }

    /// Deletes a row, if it exists.
    pub(crate) async fn delete(&self, _by: impl Authority, key: Key) -> Result<(), Error> {
        let call = MeteredCall::begin();
        let pk = key.pk.clone();
        let write = self
            .client()
            .delete_item()
            .table_name(self.name())
            .set_key(Some(key.into_item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let result = retry_on_conflict(|| write.clone().send()).await;
        self.shared_pages.drop_partitions([pk.as_str()]);
        call.end_writing(result??.consumed_capacity.as_slice());
        Ok(())
    }
}
