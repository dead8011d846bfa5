//! The boards that the caller has pinned.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
