//! Black-box tests of the API: requests to the real routers, over a real DynamoDB engine in memory.
//!
//! One binary, so that it links once. Each test starts a service of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(unreachable_pub)]
// The futures of the tests contain those of the whole service.
#![recursion_limit = "256"]

mod attacks;
mod guarantees;
mod routes;
mod support;
