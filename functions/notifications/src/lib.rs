//! Notifications: the routes of the function notifications, and in [`stream`] the function that consumes the table's stream.

mod mute;
mod push;
mod state;
pub mod stream;

pub use push::generate_push_key;
pub use state::{NotificationsStartError, NotificationsState, PushConfigError, push_services_from_env};

campus_core::operations! {
    NotificationsState:
    mute::mute_post,
    mute::unmute_post,
    push::show_key::show_push_key,
    push::subscribe::subscribe_to_pushes,
    push::unsubscribe::unsubscribe_from_pushes,
}
