//! The library that all Lambda functions of Campus share.
//!
//! - [`domain`]: entities and rules, without I/O, AWS or HTTP.
//! - [`store`]: the DynamoDB table. Only this module knows its keys, items and access patterns.
//! - [`http`]: what all routes share: extractors, problem responses, pagination cursors, idempotency and middleware.
//! - [`app`]: the state that every router receives.
//! - [`bucket`]: the S3 bucket of pictures.
//! - [`hash`]: the hash that keys and tokens share.
//! - [`lambda`]: runs a router on AWS Lambda.
//!
//! `http` depends on `store`, and `store` depends on `domain`, never the reverse.

pub mod app;
pub mod bucket;
pub mod clock;
pub mod config;
mod cursor;
pub mod domain;
pub mod hash;
pub mod http;
pub mod lambda;
pub mod sealer;
pub mod store;
pub mod telemetry;
pub mod tokens;
