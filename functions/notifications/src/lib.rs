//! Notifications: the routes of the function notifications, and in [`stream`] the function that consumes the table's stream.

mod list;
mod mute;
mod push;
mod read;
mod settings;
mod state;
pub mod stream;
mod unread_count;

pub use push::generate_push_key;
pub use state::{
    NotificationsStartError, NotificationsState, PollInterval, PollIntervalError, PushConfigError,
    push_services_from_env,
};

campus_core::operations! {
    NotificationsState:
    list::list_notifications,
    unread_count::show_unread_count,
    read::mark_notifications_read,
    settings::show_notification_settings,
    settings::update_notification_settings,
    mute::mute_post,
    mute::unmute_post,
    push::show_key::show_push_key,
    push::subscribe::subscribe_to_pushes,
    push::unsubscribe::unsubscribe_from_pushes,
}
