//! Grades, which only their owner sees.

pub(crate) mod list;
pub(crate) mod replace;
pub(crate) mod show;
pub(crate) mod update;
pub(crate) mod view;
