//! Consuming the table's stream, in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;

use futures_util::{StreamExt, stream};
use lambda_http::Error;
use serde_json::{Value, json};

use crate::store::StreamRecord;

/// How many partitions of a batch are consumed at the same time.
const CONCURRENT_PARTITIONS: usize = 10;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A consumer of the stream.
pub(super) enum Consumer {
    /// Gets the records of a partition one after the other, those of different partitions at the same time.
    Record(Box<dyn Fn(StreamRecord) -> BoxFuture<Result<(), Error>> + Send + Sync>),
    /// Gets all records of a batch together. Returns the positions of those that it did not consume.
    Batch(Box<dyn Fn(Vec<StreamRecord>) -> BoxFuture<Vec<String>> + Send + Sync>),
}

/// Consumes the records of a batch with each consumer, one consumer after the other. Returns the response that names the
/// failed records. Lambda delivers the batch again from the first of them, so also records that were consumed.
///
/// # Errors
/// If a record is malformed and does not even have a position. Lambda delivers the whole batch again.
pub(super) async fn consume(records: &[Value], consumers: &[Consumer]) -> Result<Value, Error> {
    let mut partitions: BTreeMap<String, Vec<StreamRecord>> = BTreeMap::new();
    let mut failed = BTreeSet::new();
    for record in records {
        match StreamRecord::parse(record) {
            Some(record) => partitions.entry(record.partition().to_owned()).or_default().push(record),
            None => drop(failed.insert(position_of_malformed(record)?)),
        }
    }
    for consumer in consumers {
        match consumer {
            Consumer::Record(consumer) => {
                let consumed = stream::iter(partitions.values()).map(|records| consume_partition(records, consumer));
                let consumed = consumed.buffer_unordered(CONCURRENT_PARTITIONS).filter_map(std::future::ready);
                failed.extend(consumed.collect::<Vec<_>>().await);
            }
            Consumer::Batch(consumer) => {
                failed.extend(consumer(partitions.values().flatten().cloned().collect()).await)
            }
        }
    }
    let failures: Vec<Value> = failed.into_iter().map(|position| json!({ "itemIdentifier": position })).collect();
    Ok(json!({ "batchItemFailures": failures }))
}

/// Returns the position of the first record that fails. The records after it are not consumed.
async fn consume_partition(
    records: &[StreamRecord],
    consumer: impl Fn(StreamRecord) -> BoxFuture<Result<(), Error>>,
) -> Option<String> {
    for record in records {
        if let Err(error) = consumer(record.clone()).await {
            let position = record.sequence_number.clone();
            tracing::error!(%error, position, "a record of the stream was not consumed");
            return Some(position);
        }
    }
    None
}

fn position_of_malformed(record: &Value) -> Result<String, Error> {
    let position = record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str);
    let position = position.ok_or("a record of the stream has no position")?;
    tracing::error!(position, "a record of the stream is malformed");
    Ok(position.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn record(partition: &str, position: &str) -> Value {
        let keys = json!({ "pk": { "S": partition }, "sk": { "S": position } });
        json!({ "dynamodb": { "Keys": keys, "SequenceNumber": position } })
    }

    #[tokio::test]
    async fn a_failed_record_stops_only_its_partition() {
        let consumed = Arc::new(Mutex::new(Vec::new()));
        let record_all = consumed.clone();
        let consumer = Consumer::Record(Box::new(move |record| {
            let position = record.sequence_number;
            if position != "2" {
                record_all.lock().unwrap().push(position.clone());
            }
            Box::pin(async move { if position == "2" { Err("no".into()) } else { Ok(()) } })
        }));
        let records = [
            record("a", "1"),
            record("b", "2"),
            record("b", "3"),
            record("a", "4"),
            json!({ "dynamodb": { "SequenceNumber": "5" } }),
        ];
        let response = consume(&records, &[consumer]).await.unwrap();
        assert_eq!(response, json!({ "batchItemFailures": [{ "itemIdentifier": "2" }, { "itemIdentifier": "5" }] }));
        assert_eq!(*consumed.lock().unwrap(), ["1", "4"]);
        assert!(consume(&[json!({})], &[]).await.is_err());
    }

    #[tokio::test]
    async fn a_consumer_gets_the_whole_batch_before_the_next_consumer() {
        let consumed = Arc::new(Mutex::new(Vec::new()));
        let consumer = |name: &'static str, failing: &'static str| -> Consumer {
            let consumed = consumed.clone();
            Consumer::Record(Box::new(move |record| {
                consumed.lock().unwrap().push(format!("{name} {}", record.sequence_number));
                let is_failing = record.sequence_number == failing;
                Box::pin(async move { if is_failing { Err("no".into()) } else { Ok(()) } })
            }))
        };
        let records = [record("a", "1"), record("a", "2"), record("b", "3")];
        let response = consume(&records, &[consumer("first", "1"), consumer("second", "3")]).await.unwrap();
        assert_eq!(response, json!({ "batchItemFailures": [{ "itemIdentifier": "1" }, { "itemIdentifier": "3" }] }));
        assert_eq!(*consumed.lock().unwrap(), ["first 1", "first 3", "second 1", "second 2", "second 3"]);
    }

    #[tokio::test]
    async fn a_consumer_of_batches_gets_all_records_together() {
        let consumer = Consumer::Batch(Box::new(|records| {
            let positions: Vec<_> = records.into_iter().map(|record| record.sequence_number).collect();
            assert_eq!(positions, ["1", "3", "2"]);
            Box::pin(async { vec!["3".to_owned()] })
        }));
        let records = [record("a", "1"), record("b", "2"), record("a", "3")];
        let response = consume(&records, &[consumer]).await.unwrap();
        assert_eq!(response, json!({ "batchItemFailures": [{ "itemIdentifier": "3" }] }));
    }
}
