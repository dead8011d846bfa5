//! Campus in one process: the routers of all functions, with a DynamoDB engine and an S3 store that run in the same
//! process. `campus dev`, the tests and the benchmarks use it.

mod cors;
mod engine;
mod folder;
mod front_door;
mod keys;
mod media_store;
mod service;
mod template;

pub use cors::allow_origins;
pub use engine::Engine;
pub use folder::Folder;
pub use front_door::{CONTENT_SECURITY_POLICY, SECURITY_HEADERS, front_door};
pub use keys::generate_keys;
pub use media_store::MediaStore;
pub use service::{LocalService, document, routes};
