//! Blocks: whose posts and comments a student does not see.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;

use campus_core::domain::{BlockId, BlockTarget, PostId, Time};
use campus_core::http::AuthorView;
use campus_core::store::NamedBlock;
use serde::Serialize;
use utoipa::ToSchema;

/// A block.
#[derive(Serialize, ToSchema)]
#[schema(as = Block)]
pub(crate) struct BlockView {
    id: BlockId,
    kind: BlockKind,
    /// The post on which you block an anonymous author. Null for a block of a user.
    post_id: Option<PostId>,
    /// The current nickname of the user, or (알수없음) if they have withdrawn; the name of the anonymous author on the
    /// post, such as 익명3.
    name: String,
    created_at: Time,
}

/// Whom a block covers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum BlockKind {
    /// Everything that a user writes under their nickname, on all posts.
    User,
    /// What an anonymous author writes on one post.
    AnonymousOnPost,
}

impl From<NamedBlock> for BlockView {
    fn from(NamedBlock { block, author }: NamedBlock) -> Self {
        let (kind, post_id) = match block.target {
            BlockTarget::User(_) => (BlockKind::User, None),
            BlockTarget::Alias(post, _) => (BlockKind::AnonymousOnPost, Some(post)),
        };
        Self { id: block.id, kind, post_id, name: AuthorView::from(author).name, created_at: block.created_at }
    }
}
