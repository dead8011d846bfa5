//! The service on one machine: the real routers over a DynamoDB engine that runs inside the process.

mod engine;
mod folder;
mod service;
mod template;

pub use engine::Engine;
pub use folder::Folder;
pub use service::{Desk, routes};
