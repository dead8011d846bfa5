//! Notifications: the routes of the function notifications, and in [`stream`] the function that consumes the table's stream.

mod mute;
pub mod stream;

use campus_core::app::App;

campus_core::operations! {
    App:
    mute::mute_post,
    mute::unmute_post,
}
