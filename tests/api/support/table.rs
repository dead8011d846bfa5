//! Direct access to the table of an engine, without HTTP.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use campus_local::Engine;
use dynoxide::ImportOptions;
use dynoxide::actions::delete_item::DeleteItemRequest;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::types::AttributeValue as Stored;
use serde_json::{Map, Number, Value};

use super::external;

/// A row as the engine has it.
pub type StoredRow = HashMap<String, Stored>;

/// A row as the SDK has it.
pub type Row = HashMap<String, AttributeValue>;

pub const TABLE: &str = "campus";

/// All rows.
pub fn scan(engine: &Engine) -> Vec<StoredRow> {
    let (mut rows, mut start) = (Vec::new(), None);
    loop {
        let Some(database) = engine.database() else { return external::scan(engine) };
        let request =
            ScanRequest { table_name: TABLE.to_owned(), exclusive_start_key: start, ..ScanRequest::default() };
        let page = database.scan(request).unwrap();
        rows.extend(page.items.unwrap_or_default());
        start = page.last_evaluated_key;
        if start.is_none() {
            return rows;
        }
    }
}

/// Writes rows, over those with the same keys.
pub fn write(engine: &Engine, rows: Vec<StoredRow>) {
    let Some(database) = engine.database() else { return external::write(engine, &rows) };
    database.import_items(TABLE, rows, ImportOptions::default()).unwrap();
}

/// Makes these the rows of the table.
pub fn replace(engine: &Engine, rows: &[StoredRow]) {
    let current = scan(engine);
    let keys: HashMap<_, _> = rows.iter().map(|row| (key(row), row)).collect();
    for row in current.iter().filter(|row| !keys.contains_key(&key(row))) {
        let key = ["pk", "sk"].map(|name| (name.to_owned(), row[name].clone())).into();
        let Some(database) = engine.database() else {
            external::delete(engine, &key);
            continue;
        };
        let request = DeleteItemRequest { table_name: TABLE.to_owned(), key, ..DeleteItemRequest::default() };
        database.delete_item(request).unwrap();
    }
    let current: HashMap<_, _> = current.iter().map(|row| (key(row), row)).collect();
    let changed = rows.iter().filter(|row| current.get(&key(row)) != Some(row));
    let changed: Vec<_> = changed.cloned().collect();
    if !changed.is_empty() {
        write(engine, changed);
    }
}

fn key(row: &StoredRow) -> (&str, &str) {
    (text(row, "pk"), text(row, "sk"))
}

/// A text attribute of the row; empty if there is none.
pub fn text<'a>(row: &'a StoredRow, name: &str) -> &'a str {
    match row.get(name) {
        Some(Stored::S(text)) => text,
        _ => "",
    }
}

/// The row as JSON.
pub fn json(row: &StoredRow) -> Value {
    Value::Object(row.iter().map(|(name, value)| (name.clone(), value_json(value))).collect::<Map<_, _>>())
}

fn value_json(value: &Stored) -> Value {
    let number = |text: &String| Value::Number(text.parse::<Number>().unwrap());
    match value {
        Stored::S(text) => Value::String(text.clone()),
        Stored::N(text) => number(text),
        Stored::B(bytes) => Value::String(format!("{bytes:x?}")),
        Stored::BOOL(value) => Value::Bool(*value),
        Stored::NULL(_) => Value::Null,
        Stored::SS(texts) => texts.iter().cloned().map(Value::String).collect(),
        Stored::NS(numbers) => numbers.iter().map(number).collect(),
        Stored::BS(list) => list.iter().map(|bytes| Value::String(format!("{bytes:x?}"))).collect(),
        Stored::L(list) => list.iter().map(value_json).collect(),
        Stored::M(map) => json(map),
    }
}

/// The row as the SDK has it.
pub fn sdk(row: StoredRow) -> Row {
    row.into_iter().map(|(name, value)| (name, sdk_value(value))).collect()
}

fn sdk_value(value: Stored) -> AttributeValue {
    match value {
        Stored::S(text) => AttributeValue::S(text),
        Stored::N(number) => AttributeValue::N(number),
        Stored::B(bytes) => AttributeValue::B(Blob::new(bytes)),
        Stored::BOOL(value) => AttributeValue::Bool(value),
        Stored::NULL(value) => AttributeValue::Null(value),
        Stored::SS(texts) => AttributeValue::Ss(texts),
        Stored::NS(numbers) => AttributeValue::Ns(numbers),
        Stored::BS(list) => AttributeValue::Bs(list.into_iter().map(Blob::new).collect()),
        Stored::L(list) => AttributeValue::L(list.into_iter().map(sdk_value).collect()),
        Stored::M(map) => AttributeValue::M(sdk(map)),
    }
}
