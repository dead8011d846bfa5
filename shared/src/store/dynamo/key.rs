//! Primary keys of rows.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::error::Error;
use super::item::Item;

const PK: &str = "pk";
const SK: &str = "sk";

/// The primary key of a row: partition key and sort key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The two key attributes alone.
    pub(crate) fn into_item(self) -> Item {
        HashMap::from([(PK.to_owned(), AttributeValue::S(self.pk)), (SK.to_owned(), AttributeValue::S(self.sk))])
    }

    /// Serializes the entity as a row with this key.
    pub(crate) fn row<T: Serialize>(&self, entity: &T) -> Result<Item, Error> {
        let mut item: Item = serde_dynamo::to_item(entity)?;
        item.extend(self.clone().into_item());
        Ok(item)
    }

    /// The key of a row; `None` if a key attribute is missing.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        match (item.get(PK), item.get(SK)) {
            (Some(AttributeValue::S(pk)), Some(AttributeValue::S(sk))) => Some(Self::new(pk, sk)),
            _ => None,
        }
    }
}

/// The partition key of a row.
pub(super) fn partition_of(item: &Item) -> Option<&str> {
    item.get(PK)?.as_s().ok().map(String::as_str)
}

impl fmt::Display for Key {
    /// Writes both parts quoted and escaped, so that control characters in a key cannot act on a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.pk, self.sk)
    }
}
