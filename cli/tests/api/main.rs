//! The API, black box: requests to the real routers over a real DynamoDB engine in memory, and the command itself.
//!
//! One binary, so that it links once. Each test has a service of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(unreachable_pub)]

mod community;
mod harness;
mod shapes;
mod world;

mod accounts;
mod anonymity;
mod audit;
mod boards;
mod canaries;
mod capacity;
mod clocks;
mod command;
mod comment_pages;
mod comments;
mod conventions;
mod editing;
mod errors;
mod events;
mod faults;
mod friends;
mod fuzz;
mod growth;
mod idempotency;
mod inputs;
mod lectures;
mod likes;
mod limits;
mod media;
mod messages;
mod model;
mod numbering;
mod openapi;
mod overtaken;
mod permissions;
mod post_lists;
mod posts;
mod profile;
mod promises;
mod refusals;
mod reliability;
mod reviews;
mod routes;
mod schools;
mod scraps;
mod sessions;
mod shares;
mod storms;
mod template;
mod tenancy;
mod throughput;
mod timetables;
mod tokens;
mod walks;
