//! Comments in responses.

use campus_core::domain::{CommentId, CommentText, ContentState, PostId, Time};
use campus_core::http::{AuthorView, ModerationView};
use campus_core::store::{CommentOnPost, CommentThread};
use serde::Serialize;
use utoipa::ToSchema;

/// A comment or reply. A deleted comment that has replies is a placeholder, without text and author.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment)]
pub(crate) struct CommentView {
    id: CommentId,
    post_id: PostId,
    /// The comment that this is a reply to. Null for a comment on the post itself.
    parent_id: Option<CommentId>,
    /// Null if the comment is deleted, hidden from you, or by somebody whom you block.
    content: Option<CommentText>,
    /// Null if the comment is deleted, hidden from you, or by somebody whom you block.
    author: Option<CommentAuthorView>,
    /// Whether you wrote the comment. False if it is deleted.
    is_mine: bool,
    is_deleted: bool,
    /// Whether you block the author. Such a comment is shown only if it has replies of others.
    is_blocked: bool,
    /// A comment that is `blinded`, `removed` or `restricted` is hidden from everybody but its author. Only the author
    /// sees that a comment is `restored`.
    state: ContentState,
    /// Why your comment is hidden. Null if it is not hidden, or not yours.
    moderation: Option<ModerationView>,
    like_count: u32,
    /// Whether you like the comment.
    liked: bool,
    /// The replies, oldest first. Always empty for a reply.
    #[schema(no_recursion)]
    replies: Vec<CommentView>,
    created_at: Time,
    updated_at: Time,
}

/// The author of a comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommentAuthor)]
struct CommentAuthorView {
    #[serde(flatten)]
    author: AuthorView,
    /// Whether the author of the post wrote the comment. True only if post and comment are both anonymous or both
    /// named.
    is_post_author: bool,
}

impl From<CommentOnPost> for CommentView {
    fn from(shown: CommentOnPost) -> Self {
        let CommentOnPost { comment, author, is_by_post_author, is_mine, is_liked, appearance, is_blocked } = shown;
        let author =
            author.map(|author| CommentAuthorView { author: author.into(), is_post_author: is_by_post_author });
        Self {
            id: comment.id,
            post_id: comment.id.post(),
            parent_id: comment.id.parent(),
            is_deleted: comment.body.is_none(),
            content: comment.body.filter(|_| !is_blocked).and_then(|body| appearance.show(body.content)),
            is_blocked,
            state: appearance.state,
            moderation: appearance.notice.map(ModerationView::from),
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
