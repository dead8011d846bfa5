//! Information about the exams of courses.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod like;
pub(crate) mod list;
pub(crate) mod view;
