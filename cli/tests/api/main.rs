//! The API, black box: requests to the real routers over a real DynamoDB engine in memory, and the command itself.
//!
//! One binary, so that it links once. Each test has a service of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(unreachable_pub)]

mod harness;
mod world;

mod accounts;
mod anonymity;
mod audit;
mod boards;
mod canaries;
mod capacity;
mod command;
mod conventions;
mod errors;
mod events;
mod faults;
mod idempotency;
mod limits;
mod media;
mod openapi;
mod permissions;
mod posts;
mod profile;
mod reliability;
mod schools;
mod sessions;
mod tenancy;
mod tokens;
