//! The service on one machine: the real routers over a DynamoDB engine and a store for pictures that run
//! inside the process.

mod engine;
mod folder;
mod media;
mod service;
mod template;

pub use engine::Engine;
pub use folder::Folder;
pub use media::MediaStore;
pub use service::{Desk, document, routes};
