//! Delivers the table's stream to the functions that consume it, as Lambda does on AWS: only the records that the filter in
//! `template.yaml` selects, in batches, and again from the first record that failed.

use std::sync::Arc;

use anyhow::{Context, Result};
use campus_core::lambda::Function;
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::template;

/// How often a batch is delivered until its first record is skipped.
const MAX_TRIES: u32 = 3;

/// A function that consumes the stream.
#[derive(Clone, Copy, Debug)]
pub enum StreamConsumer {
    Notifications,
    Posts,
}

/// The table's stream for a consumer, from a position on.
pub struct TableStream {
    engine: Arc<Engine>,
    filters: Vec<Value>,
    batch_size: usize,
    position: Option<String>,
    /// How often the record after the position has failed.
    failures: u32,
}

impl TableStream {
    /// The stream after a position, which an earlier stream has reached; by default from its beginning.
    ///
    /// # Errors
    /// If the template is malformed.
    pub fn new(engine: Arc<Engine>, consumer: StreamConsumer, position: Option<String>) -> Result<Self> {
        let (filters, batch_size) = (template::stream_filters(consumer)?, template::batch_size(consumer)?);
        Ok(Self { engine, filters, batch_size, position, failures: 0 })
    }

    /// The position of the last record that needs no further delivery.
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// All records after the position that the function gets.
    ///
    /// # Errors
    /// If the engine fails.
    pub fn waiting(&self) -> Result<Vec<Value>> {
        let (mut waiting, mut position) = (Vec::new(), self.position.clone());
        loop {
            let records = self.engine.stream_records(position.as_deref())?;
            let Some(last) = records.last().and_then(sequence_number) else { return Ok(waiting) };
            position = Some(last.to_owned());
            waiting.extend(records.into_iter().filter(|record| self.selects(record)));
        }
    }

    /// Whether the filter selects the record.
    pub fn selects(&self, record: &Value) -> bool {
        self.filters.iter().any(|pattern| matches(pattern, record))
    }

    /// Delivers the next records to the function, and moves on. A record that fails is delivered three times, and then
    /// skipped. Returns whether there were records.
    ///
    /// # Errors
    /// If the engine fails, or the function fails without naming the record.
    pub async fn deliver(&mut self, function: &Function) -> Result<bool> {
        let records = self.engine.stream_records(self.position())?;
        let Some(last) = records.last().and_then(sequence_number) else { return Ok(false) };
        let last = last.to_owned();
        let selected: Vec<Value> = records.into_iter().filter(|record| self.selects(record)).collect();
        for batch in selected.chunks(self.batch_size) {
            if let Some(failed) = first_failure(function, batch).await? {
                self.failures = self.failures.saturating_add(1);
                let (before, skipped) =
                    batch.split_at(batch.iter().position(|one| sequence_number(one) == Some(&failed)).unwrap_or(0));
                if let Some(consumed) = before.last().and_then(sequence_number) {
                    self.position = Some(consumed.to_owned());
                }
                if self.failures >= MAX_TRIES && !skipped.is_empty() {
                    tracing::error!(position = failed, "a record of the stream is skipped");
                    (self.position, self.failures) = (Some(failed), 0);
                }
                return Ok(true);
            }
            self.failures = 0;
            self.position = batch.last().and_then(sequence_number).map(str::to_owned);
        }
        self.position = Some(last);
        Ok(true)
    }
}

/// Delivers a batch. Returns the position of the first record that failed.
async fn first_failure(function: &Function, batch: &[Value]) -> Result<Option<String>> {
    let response = function.handle(json!({ "Records": batch })).await;
    let response = response.map_err(|error| anyhow::anyhow!("the function has failed: {error}"))?;
    let failures = response.get("batchItemFailures").and_then(Value::as_array);
    let failures = failures.context("the function does not consume the stream")?;
    let failures = failures.iter().filter_map(|failure| failure.get("itemIdentifier")?.as_str());
    // The numbers of this engine have the same length.
    Ok(failures.min().map(str::to_owned))
}

fn sequence_number(record: &Value) -> Option<&str> {
    record.pointer("/dynamodb/SequenceNumber")?.as_str()
}

/// Whether an event pattern of EventBridge matches: the kinds of patterns that the template uses. An object matches if the
/// record has all of its members, and matches one of the patterns of `$or`; a list matches one of its values, a text that
/// begins with one of its prefixes, or with `exists` any value or none.
fn matches(pattern: &Value, record: &Value) -> bool {
    match pattern {
        Value::Object(members) => members.iter().all(|(name, pattern)| match (name.as_str(), pattern) {
            ("$or", Value::Array(patterns)) => patterns.iter().any(|pattern| matches(pattern, record)),
            _ => matches(pattern, &record[name]),
        }),
        Value::Array(choices) => choices.iter().any(|choice| {
            let prefix = choice.get("prefix").and_then(Value::as_str);
            match (prefix, choice.get("exists").and_then(Value::as_bool)) {
                (Some(prefix), _) => record.as_str().is_some_and(|text| text.starts_with(prefix)),
                (None, Some(exists)) => record.is_null() != exists,
                (None, None) => choice == record,
            }
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_texts_and_prefixes() {
        let pattern =
            json!({ "eventName": ["INSERT"], "dynamodb": { "Keys": { "pk": { "S": [{ "prefix": "MAILS#" }] } } } });
        let record =
            |event: &str, pk: &str| json!({ "eventName": event, "dynamodb": { "Keys": { "pk": { "S": pk } } } });
        assert!(matches(&pattern, &record("INSERT", "MAILS#1")));
        assert!(!matches(&pattern, &record("REMOVE", "MAILS#1")));
        assert!(!matches(&pattern, &record("INSERT", "FAILED-MAILS")));
        assert!(!matches(&pattern, &json!({})));
        let pattern = json!({ "a": ["1"], "$or": [{ "b": ["2"] }, { "c": ["3"], "d": [{ "exists": false }] }] });
        assert!(matches(&pattern, &json!({ "a": "1", "b": "2" })) && matches(&pattern, &json!({ "a": "1", "c": "3" })));
        assert!(
            !matches(&pattern, &json!({ "a": "1", "c": "3", "d": true })) && !matches(&pattern, &json!({ "b": "2" }))
        );
        let pattern = json!({ "a": { "S": [{ "exists": true }] } });
        assert!(matches(&pattern, &json!({ "a": { "S": "x" } })) && !matches(&pattern, &json!({ "b": { "S": "x" } })));
    }
}
