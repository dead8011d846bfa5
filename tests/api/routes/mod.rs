//! Tests of single operations, grouped by the function that serves them, and of the web client's files.

pub mod auth;
mod blocks;
mod boards;
mod comments;
mod front_door;
mod messages;
mod moderation;
mod notifications;
pub mod posts;
mod push_subscriptions;
mod timetable;
