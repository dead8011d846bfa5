//! DynamoDB items, before they are deserialized.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// A row as DynamoDB returns it: attribute values by name.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The end of the row's time to live (`expires_at`), in seconds since 1970, if it has one.
pub(crate) fn expiry(item: &Item) -> Option<i64> {
    item.get("expires_at").and_then(|expiry| expiry.as_n().ok()).and_then(|expiry| expiry.parse().ok())
}
