//! Access to DynamoDB, for the rest of the store: client, keys, queries, updates, transactions, retries, and the
//! capacity and time that a request uses. Nothing in this folder knows an entity.
//!
//! - `transaction`: writes that take effect together, optimistic locking, and how a failed condition becomes a domain
//!   error.
//! - `retry`: which calls are retried, and how long.
//! - `shared_pages`: pages that many students read within a second, from memory.
//! - `usage`: the time budget of a request, and the capacity that it consumes.

mod authority;
mod error;
mod item;
mod key;
mod query;
mod retry;
mod rows;
#[cfg(test)]
mod rush;
mod shared_pages;
mod stream;
mod table;
mod transaction;
mod update;
mod usage;

pub(crate) use authority::{Authority, ServiceAuthority};
pub use error::{CurrentItem, Error};
pub(crate) use item::{Item, expiry};
pub(crate) use key::Key;
pub use query::Page;
pub(crate) use query::{KeyCondition, Range, Read, partitions_in_turn, random_secs};
pub(crate) use retry::{Backoff, retry_on_conflict};
pub(crate) use rows::Rows;
pub(crate) use shared_pages::SharedPage;
pub use stream::StreamRecord;
pub use table::{Connection, Table};
pub(crate) use transaction::Transaction;
pub(crate) use update::RowUpdate;
pub(crate) use usage::MeteredCall;
pub use usage::{Budget, Usage, time_left};
