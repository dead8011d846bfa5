//! Blocks: whose posts and comments a student does not see, and with whom the student exchanges no messages (rule 22).

use std::collections::HashMap;

use super::{Alias, BlockId, Comment, CommentByline, PostHead, PostId, Refusal, Time, UserId};

/// Whom a block covers. A block of an alias covers one post only: a wider one would tell which things share an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockTarget {
    /// A user by name: what they write under their nickname.
    User(UserId),
    /// An alias on a post, such as 익명3 or 익명(글쓴이): what it writes on that post.
    Alias(PostId, Alias),
}

/// A user's block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub id: BlockId,
    pub target: BlockTarget,
    pub created_at: Time,
}

/// All blocks of a user.
#[derive(Clone, Debug, Default)]
pub struct BlockList(HashMap<BlockTarget, Block>);

impl BlockTarget {
    /// The author of something on the post, who appears under it with this byline.
    pub fn of(post: PostId, author: UserId, byline: CommentByline) -> Self {
        match byline {
            CommentByline::Named => Self::User(author),
            CommentByline::PostAuthor => Self::Alias(post, Alias::PostAuthor),
            CommentByline::Number(number) => Self::Alias(post, Alias::Number(number)),
        }
    }

    /// The author of the post.
    pub fn of_post(post: &PostHead) -> Self {
        Self::of(post.id, post.author_id, CommentByline::of(post, post.author_id, post.is_anonymous, None))
    }

    /// The author of the comment; `None` if it is deleted, or hidden by moderation.
    fn of_comment(comment: &Comment) -> Option<Self> {
        let body = comment.body.as_ref().filter(|body| body.check_not_hidden().is_ok())?;
        Some(Self::of(comment.id.post(), body.author_id, body.byline))
    }

    /// The user whose nickname the response needs, or `None` for an alias.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Alias(..) => None,
        }
    }
}

impl BlockList {
    /// The maximum number of blocks of a user, because every list of posts and comments reads all of them. Concurrent
    /// requests of a user may exceed it by a few.
    pub const MAX: usize = 200;

    pub fn new(blocks: impl IntoIterator<Item = Block>) -> Self {
        Self(blocks.into_iter().map(|block| (block.target, block)).collect())
    }

    /// The user's block of the target, or a new one.
    ///
    /// # Errors
    /// [`Refusal::BlocksFull`].
    pub fn find_or_new(&self, target: BlockTarget, now: Time) -> Result<Block, Refusal> {
        match self.0.get(&target) {
            Some(block) => Ok(*block),
            None if self.0.len() >= Self::MAX => Err(Refusal::BlocksFull),
            None => Ok(Block { id: BlockId::new(now), target, created_at: now }),
        }
    }

    /// Whether the list has this block.
    pub fn has(&self, block: &Block) -> bool {
        self.0.get(&block.target) == Some(block)
    }

    pub fn find(&self, id: BlockId) -> Option<Block> {
        self.0.values().find(|block| block.id == id).copied()
    }

    /// The blocks, newest first.
    pub fn newest_first(self) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.0.into_values().collect();
        blocks.sort_unstable_by_key(|block| std::cmp::Reverse(block.id));
        blocks
    }

    /// Whether a block covers the target.
    pub fn covers(&self, target: BlockTarget) -> bool {
        self.0.contains_key(&target)
    }

    /// Whether lists leave the post out. They show the place of a post that moderation hides to everybody alike, since
    /// nobody may learn its author.
    pub fn hides_post(&self, post: &PostHead) -> bool {
        post.check_not_hidden().is_ok() && self.0.contains_key(&BlockTarget::of_post(post))
    }

    /// Whether lists leave the comment out, unless moderation hides it.
    pub fn hides_comment(&self, comment: &Comment) -> bool {
        BlockTarget::of_comment(comment).is_some_and(|target| self.0.contains_key(&target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BoardId, CommentBody, CommentId, Parse};

    fn post_id() -> PostId {
        let now = Time::from_millis(0);
        PostId::new(BoardId::new(now), now)
    }

    fn comment(post: PostId, author: UserId, byline: CommentByline) -> Comment {
        let now = Time::from_millis(0);
        let content = Parse::parse("댓글".to_owned()).unwrap();
        Comment {
            id: CommentId::new(post, None, now),
            body: Some(CommentBody { author_id: author, byline, content, moderation: None }),
            like_count: 0,
            reply_count: 0,
            created_at: now,
            updated_at: now,
        }
    }

    fn list(target: BlockTarget) -> BlockList {
        BlockList::new([BlockList::default().find_or_new(target, Time::from_millis(0)).unwrap()])
    }

    #[test]
    fn a_block_of_a_user_hides_only_what_is_named() {
        let (post, author) = (post_id(), UserId::random());
        let blocks = list(BlockTarget::User(author));
        assert!(blocks.hides_comment(&comment(post, author, CommentByline::Named)));
        for byline in [CommentByline::PostAuthor, CommentByline::Number(1)] {
            assert!(!blocks.hides_comment(&comment(post, author, byline)), "{byline:?}");
        }
        assert!(!blocks.hides_comment(&comment(post, UserId::random(), CommentByline::Named)));
    }

    #[test]
    fn a_block_of_an_alias_hides_only_what_that_alias_wrote_on_that_post() {
        let (post, author) = (post_id(), UserId::random());
        let blocks = list(BlockTarget::Alias(post, Alias::Number(3)));
        assert!(blocks.hides_comment(&comment(post, author, CommentByline::Number(3))));
        for byline in [CommentByline::Number(4), CommentByline::PostAuthor, CommentByline::Named] {
            assert!(!blocks.hides_comment(&comment(post, author, byline)), "{byline:?}");
        }
        assert!(!blocks.hides_comment(&comment(post_id(), author, CommentByline::Number(3))));
        let deleted = Comment { body: None, ..comment(post, author, CommentByline::Number(3)) };
        assert!(!blocks.hides_comment(&deleted));
    }

    #[test]
    fn a_user_has_at_most_200_blocks_and_one_for_each_target() {
        let now = Time::from_millis(0);
        let blocks: Vec<Block> = (0..BlockList::MAX)
            .map(|_| BlockList::default().find_or_new(BlockTarget::User(UserId::random()), now).unwrap())
            .collect();
        let known = blocks[0];
        let full = BlockList::new(blocks);
        assert_eq!(full.find_or_new(known.target, now), Ok(known));
        assert_eq!(full.find(known.id), Some(known));
        let another = BlockTarget::User(UserId::random());
        assert_eq!(full.find_or_new(another, now), Err(Refusal::BlocksFull));
    }
}
