//! Pictures: uploads, the S3 bucket, and media deletions.

pub(crate) mod bucket;
pub(crate) mod cleanup;
pub(crate) mod create;
mod metadata;
mod s3_client;
