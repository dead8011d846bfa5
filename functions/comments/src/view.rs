//! A comment as clients see it.

use campus_core::domain::{CommentId, CommentText, PostId, Time};
use campus_core::http::AuthorView;
use campus_core::store::{CommentOnPost, CommentThread};
use serde::Serialize;
use utoipa::ToSchema;

/// A comment. Of a deleted one that has replies its place is left, which shows neither what it said nor whose it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub(crate) struct CommentView {
    #[schema(inline)]
    id: CommentId,
    #[schema(inline)]
    post_id: PostId,
    /// The comment that it replies to; null for a comment of the post.
    #[schema(inline)]
    parent_id: Option<CommentId>,
    /// Null when it was deleted.
    #[schema(inline)]
    content: Option<CommentText>,
    /// Null when it was deleted.
    author: Option<CommentAuthorView>,
    /// Whether one wrote it oneself.
    is_mine: bool,
    is_deleted: bool,
    like_count: u32,
    /// Whether one likes it.
    liked: bool,
    /// The replies to it, oldest first. A reply has none.
    #[schema(no_recursion)]
    replies: Vec<CommentView>,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
    updated_at: Time,
}

/// Whose name stands over a comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommentAuthor)]
struct CommentAuthorView {
    #[serde(flatten)]
    author: AuthorView,
    /// Whether it is the author of the post: true only where both hide or neither does.
    is_post_author: bool,
}

impl From<CommentOnPost> for CommentView {
    fn from(shown: CommentOnPost) -> Self {
        let CommentOnPost { comment, author, is_by_post_author, is_mine, is_liked } = shown;
        let author =
            author.map(|author| CommentAuthorView { author: author.into(), is_post_author: is_by_post_author });
        Self {
            id: comment.id,
            post_id: comment.post_id,
            parent_id: comment.parent_id,
            is_deleted: comment.written.is_none(),
            content: comment.written.map(|written| written.content),
            author,
            is_mine,
            like_count: comment.like_count,
            liked: is_liked,
            replies: Vec::new(),
            created_at: comment.created_at,
            updated_at: comment.updated_at,
        }
    }
}

impl From<CommentThread> for CommentView {
    fn from(thread: CommentThread) -> Self {
        Self { replies: thread.replies.into_iter().map(Self::from).collect(), ..thread.comment.into() }
    }
}
