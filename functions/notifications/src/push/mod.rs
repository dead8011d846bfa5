//! Subscribing to Web Push (rule 23).

mod keys;
pub(crate) mod show_key;
pub(crate) mod subscribe;
pub(crate) mod unsubscribe;

pub use keys::generate_push_key;
