//! The lectures of a school's catalogue.

pub(crate) mod search;
pub(crate) mod show;
