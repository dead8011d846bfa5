//! Answers to likes.

use serde::Serialize;
use utoipa::ToSchema;

/// What a like came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct LikeCount {
    /// How many like the thing: those who did when it was read, and the caller.
    pub like_count: u32,
}
