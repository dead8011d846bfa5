//! Clients of DynamoDB that behave badly, as DynamoDB and networks sometimes do and the embedded engine never does.

mod client;
pub mod contention;
pub mod injector;
pub mod killer;
pub mod lagging;
pub mod lagging_chunks;
pub mod random;
pub mod replica;
