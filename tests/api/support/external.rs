//! Access to the table of an engine in another process, which has no database in this process.

use campus_local::Engine;
use serde_json::{Value, json};

use super::table::{StoredRow, TABLE};

/// Whether the tests run on another engine than the one in this process. It may count capacity units differently.
pub fn is_used() -> bool {
    std::env::var_os("CAMPUS_TEST_DYNAMODB").is_some()
}

/// All rows.
pub(super) fn scan(engine: &Engine) -> Vec<StoredRow> {
    let (mut rows, mut request) = (Vec::new(), json!({ "TableName": TABLE, "ConsistentRead": true }));
    loop {
        let mut page = engine.call("Scan", &request).unwrap();
        rows.extend(serde_json::from_value::<Vec<StoredRow>>(page["Items"].take()).unwrap());
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"].take();
        if request["ExclusiveStartKey"].is_null() {
            return rows;
        }
    }
}

/// Writes rows, over those with the same keys.
pub(super) fn write(engine: &Engine, rows: &[StoredRow]) {
    // A batch has at most 25 rows.
    for rows in rows.chunks(25) {
        let puts: Vec<Value> = rows.iter().map(|row| json!({ "PutRequest": { "Item": row } })).collect();
        let answer = engine.call("BatchWriteItem", &json!({ "RequestItems": { TABLE: puts } })).unwrap();
        assert!(answer["UnprocessedItems"].as_object().is_none_or(serde_json::Map::is_empty), "{answer}");
    }
}

/// Deletes the row with the key.
pub(super) fn delete(engine: &Engine, key: &StoredRow) {
    engine.call("DeleteItem", &json!({ "TableName": TABLE, "Key": key })).unwrap();
}
