//! Simulations of many students who use one post at the same time. `cargo xtask rush` prints their tables, which
//! `docs/performance.md` explains.
//!
//! - `likes`: likes of one post that arrive at a constant rate.
//! - `school`: a school that opens one post, with all that its students do then.
//! - `model`: the model of DynamoDB.

mod likes;
mod model;
mod school;
