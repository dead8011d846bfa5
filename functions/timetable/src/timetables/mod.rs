//! Timetables. Their entries are in [`entries`](crate::entries).

pub(crate) mod calendar;
pub(crate) mod copy;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod picture;
pub(crate) mod show;
pub(crate) mod update;
pub(crate) mod view;
