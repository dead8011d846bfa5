//! Records of the table's stream: a change of a row, with the row before and after it.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::item::Item;
use super::key::Key;
use crate::domain::Time;

/// A change of a row. The stream delivers it at least once. The changes of a partition arrive in order, those of different
/// partitions do not.
#[derive(Clone, Debug)]
pub struct StreamRecord {
    pub(crate) key: Key,
    /// The row before the change; `None` if it is new.
    pub(crate) old_row: Option<Item>,
    /// The row after the change; `None` if it was deleted.
    pub(crate) new_row: Option<Item>,
    /// About when the change was written.
    pub(crate) written_at: Option<Time>,
    /// The position of the change in the stream.
    pub sequence_number: String,
}

impl StreamRecord {
    /// Parses a record of an event that Lambda delivers. `None` if it is malformed.
    pub fn parse(record: &Value) -> Option<Self> {
        let change = record.get("dynamodb")?;
        let row = |image: &str| match change.get(image) {
            Some(row) => item(row).map(Some),
            None => Some(None),
        };
        let (old_row, new_row) = (row("OldImage")?, row("NewImage")?);
        let written_at = change.get("ApproximateCreationDateTime").and_then(Value::as_number);
        // The number may have a fraction.
        let seconds = written_at.and_then(|seconds| seconds.to_string().split('.').next()?.parse().ok());
        Some(Self {
            key: Key::of(&item(change.get("Keys")?)?)?,
            old_row,
            new_row,
            written_at: seconds.map(Time::from_secs),
            sequence_number: change.get("SequenceNumber")?.as_str()?.to_owned(),
        })
    }

    /// The partition key of the row.
    pub fn partition(&self) -> &str {
        &self.key.pk
    }
}

fn item(json: &Value) -> Option<Item> {
    json.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

/// A value in DynamoDB's JSON format, such as `{"S": "text"}`.
fn attribute(json: &Value) -> Option<AttributeValue> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let blob = |value: &Value| Some(Blob::new(BASE64_STANDARD.decode(value.as_str()?).ok()?));
    let (kind, value) = json.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "S" => AttributeValue::S(text(value)?),
        "N" => AttributeValue::N(text(value)?),
        "B" => AttributeValue::B(blob(value)?),
        "BOOL" => AttributeValue::Bool(value.as_bool()?),
        "NULL" => AttributeValue::Null(value.as_bool()?),
        "L" => AttributeValue::L(value.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "M" => AttributeValue::M(item(value)?),
        "SS" => AttributeValue::Ss(value.as_array()?.iter().map(text).collect::<Option<_>>()?),
        "NS" => AttributeValue::Ns(value.as_array()?.iter().map(text).collect::<Option<_>>()?),
        "BS" => AttributeValue::Bs(value.as_array()?.iter().map(blob).collect::<Option<_>>()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_has_the_row_with_values_of_every_type() {
        let row = json!({
            "pk": { "S": "A" }, "sk": { "S": "B" }, "n": { "N": "1.5" }, "b": { "B": "AQI=" }, "t": { "BOOL": true },
            "z": { "NULL": true }, "l": { "L": [{ "S": "x" }] }, "m": { "M": { "k": { "N": "1" } } },
            "ss": { "SS": ["x"] }, "ns": { "NS": ["1"] }, "bs": { "BS": ["AQI="] },
        });
        let keys = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
        let change = json!({ "Keys": keys, "OldImage": keys, "NewImage": row, "SequenceNumber": "17",
            "ApproximateCreationDateTime": 1_700_000_000.0 });
        let record = StreamRecord::parse(&json!({ "eventName": "INSERT", "dynamodb": change })).unwrap();
        assert_eq!((record.key, record.sequence_number.as_str()), (Key::new("A", "B"), "17"));
        assert_eq!(record.written_at, Some(Time::from_secs(1_700_000_000)));
        assert_eq!(record.old_row.unwrap().len(), 2);
        let row = record.new_row.unwrap();
        assert_eq!(row.len(), 11);
        assert_eq!(row["m"], AttributeValue::M(HashMap::from([("k".to_owned(), AttributeValue::N("1".to_owned()))])));
        assert_eq!(row["bs"], AttributeValue::Bs(vec![Blob::new([1, 2])]));
    }

    #[test]
    fn a_malformed_record_is_refused() {
        let keys = json!({ "pk": { "S": "A" }, "sk": { "S": "B" } });
        for change in [
            json!({}),
            json!({ "Keys": keys }),
            json!({ "Keys": { "pk": { "S": "A" } }, "SequenceNumber": "1" }),
            json!({ "Keys": keys, "SequenceNumber": "1", "NewImage": { "a": { "X": "1" } } }),
            json!({ "Keys": keys, "SequenceNumber": "1", "NewImage": { "a": { "N": 1 } } }),
        ] {
            assert!(StreamRecord::parse(&json!({ "dynamodb": change })).is_none(), "{change}");
        }
    }
}
