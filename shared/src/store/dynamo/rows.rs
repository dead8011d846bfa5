//! Rows that were read, before they are parsed.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::error::Error;
use super::item::Item;
use super::key::Key;

/// The rows of a batch, by key.
#[derive(Default)]
pub(crate) struct Rows(pub(super) HashMap<Key, Item>);

impl Rows {
    /// The row with this key. It stays in the batch.
    pub(crate) fn read<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, Error> {
        self.0.get(key).cloned().map(serde_dynamo::from_item).transpose().map_err(Error::from)
    }

    pub(crate) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// Adds the rows of another batch.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Removes the row with this key from the batch.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, key: &Key) -> Result<Option<T>, Error> {
        self.0.remove(key).map(serde_dynamo::from_item).transpose().map_err(Error::from)
    }
}

/// Parses a row, with its sort key.
pub(super) fn row<T: DeserializeOwned>(item: Item) -> Result<(String, T), Error> {
    let key = Key::of(&item).ok_or_else(|| Error::unexpected("a row without a key"))?;
    Ok((key.sk, serde_dynamo::from_item(item)?))
}
