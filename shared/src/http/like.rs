//! Responses to likes.

use serde::Serialize;
use utoipa::ToSchema;

/// The number of likes after the caller's like.
#[derive(Debug, Serialize, ToSchema)]
pub struct LikeCount {
    /// The likes that were counted when the request was handled, including the caller's.
    pub like_count: u32,
}
