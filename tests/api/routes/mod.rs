//! Tests of single operations, grouped by the function that serves them.

pub mod auth;
mod boards;
mod comments;
mod messages;
pub mod posts;
mod timetable;
