//! What two functions of Campus need.
//!
//! - [`domain`]: entities and rules. Pure: it knows neither AWS nor HTTP.
//! - [`store`]: the single table, a file per entity; keys, items and access patterns live there and nowhere else.
//! - [`http`]: what every route shares: extractors, problems, cursors, idempotency, layers.
//! - [`app`]: the state that every router is given; [`lambda`] runs a router on AWS.
//!
//! Arrows run one way: `http` → `store` → `domain`.

pub mod app;
pub mod clock;
pub mod config;
pub mod domain;
pub mod http;
pub mod lambda;
pub mod store;
pub mod telemetry;
pub mod tokens;
