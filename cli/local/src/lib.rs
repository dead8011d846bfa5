//! Campus in one process: the routers of all functions, with a DynamoDB engine and an S3 store that run in the same
//! process. `campus dev`, the tests and the benchmarks use it.

mod dynamo_api;
mod engine;
mod folder;
mod front_door;
mod keys;
mod mailbox;
mod media_store;
mod origins;
mod push_service;
mod secret;
mod server;
mod service;
mod stream;
mod template;

pub use engine::Engine;
pub use folder::Folder;
pub use front_door::{CONTENT_SECURITY_POLICY, SECURITY_HEADERS, front_door};
pub use keys::generate_keys;
pub use mailbox::{Mailbox, SentMail, ses_client_config};
pub use media_store::MediaStore;
pub use origins::allow_origins;
pub use push_service::{BrowserSubscription, PushFault, PushMessage, PushService, SubscriptionKeys};
pub use secret::Secret;
pub use server::serve;
pub use service::{LocalService, document};
pub use stream::{StreamConsumer, TableStream};
