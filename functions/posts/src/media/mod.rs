//! Pictures: uploads, their copies in posts, and media deletions.

pub(crate) mod cleanup;
pub(crate) mod copy;
pub(crate) mod create;
mod metadata;
