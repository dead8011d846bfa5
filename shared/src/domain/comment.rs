//! Comments: two levels of them under a post.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::post::{check_not_written_by, check_written_by};
use super::{
    Alias, Author, Board, Caller, CommentId, Invalid, Nickname, PostHead, PostId, Prose, Refusal, Time, UserId,
};

/// 1 to 300 characters.
pub type CommentText = Prose<1, 300>;

/// A comment, or the place of a deleted one that has replies (rule 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The post that it stands under.
    pub post_id: PostId,
    /// The comment that it replies to.
    pub parent_id: Option<CommentId>,
    /// What somebody wrote; none when it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// How many like it.
    pub like_count: u32,
    /// How many live replies it has.
    pub reply_count: u32,
    /// When it was written.
    pub created_at: Time,
    /// When it was written or deleted.
    pub updated_at: Time,
}

/// What is gone when a comment is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Who wrote it. No answer ever holds this.
    pub author_id: UserId,
    /// How the author appears.
    pub signature: Signature,
    /// The text.
    pub content: CommentText,
}

/// How the author of a comment appears; fixed when it is written (rules 3 and 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// By nickname.
    Named,
    /// As the author of the anonymous post.
    PostAuthor,
    /// By a number that the author has on this post.
    Number(u32),
}

/// What a comment is made from.
#[derive(Clone, Debug)]
pub struct CommentDraft {
    /// Its text.
    pub content: CommentText,
    /// Whether to hide the author.
    pub is_anonymous: bool,
}

/// What a deletion leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The place of a comment, since it has replies.
    Placeholder,
    /// Nothing.
    Nothing,
}

impl Signature {
    /// How a student appears who comments on the post and may have a number there already.
    pub fn of(post: &PostHead, author: UserId, is_anonymous: bool, number: Option<u32>) -> Self {
        if !is_anonymous {
            Self::Named
        } else if post.is_anonymous && post.author_id == author {
            Self::PostAuthor
        } else {
            Self::Number(number.unwrap_or_else(|| post.number_count.saturating_add(1)))
        }
    }

    /// The number, if it is one.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(number),
            Self::Named | Self::PostAuthor => None,
        }
    }
}

impl Written {
    /// The student whose nickname is needed to show it.
    pub fn named_author(&self) -> Option<UserId> {
        (self.signature == Signature::Named).then_some(self.author_id)
    }

    /// The author as shown, given the nicknames of those who are still there.
    pub fn author(&self, nicknames: &HashMap<UserId, Nickname>) -> Author {
        match self.signature {
            Signature::Named => Author::named(self.author_id, nicknames),
            Signature::PostAuthor => Author::Anonymous(Alias::PostAuthor),
            Signature::Number(number) => Author::Anonymous(Alias::Number(number)),
        }
    }

    /// Whether to say that it is by the author of the post: only where both hide or neither does, or else it would
    /// tell who hides (rule 4).
    pub fn is_by_author_of(&self, post: &PostHead) -> bool {
        match self.signature {
            Signature::Named => !post.is_anonymous && self.author_id == post.author_id,
            Signature::PostAuthor => true,
            Signature::Number(_) => false,
        }
    }

    /// Asks for the right to like it (rule 6).
    ///
    /// # Errors
    /// [`Refusal::OwnContent`].
    pub fn check_not_by(&self, caller: &Caller) -> Result<(), Refusal> {
        check_not_written_by(self.author_id, caller)
    }

    /// Asks for the right to delete it: its author and the school's admins have it.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`].
    pub fn check_deletable_by(&self, caller: &Caller) -> Result<(), Refusal> {
        check_written_by(self.author_id, caller)
    }
}

impl Comment {
    /// The most live replies of a comment.
    pub const MOST_REPLIES: u32 = 200;

    /// A new comment under the post, or a reply to `parent`, by a student who may have a number on the post already.
    ///
    /// # Errors
    /// What the board says about anonymity, at the field `is_anonymous`.
    pub fn write(
        (post, board): (&PostHead, &Board),
        parent_id: Option<CommentId>,
        author: &Caller,
        number: Option<u32>,
        draft: CommentDraft,
        now: Time,
    ) -> Result<Self, Invalid> {
        board.anonymity.check(draft.is_anonymous).map_err(|error| error.at("is_anonymous"))?;
        let signature = Signature::of(post, author.user, draft.is_anonymous, number);
        Ok(Self {
            id: CommentId::new(now),
            post_id: post.id,
            parent_id,
            written: Some(Written { author_id: author.user, signature, content: draft.content }),
            like_count: 0,
            reply_count: 0,
            created_at: now,
            updated_at: now,
        })
    }

    /// Lets the author appear as is right on the post as it is now.
    pub fn sign(&mut self, post: &PostHead, number: Option<u32>) {
        if let Some(written) = &mut self.written {
            let is_anonymous = written.signature != Signature::Named;
            written.signature = Signature::of(post, written.author_id, is_anonymous, number);
        }
    }

    /// Asks whether there is room for another reply.
    ///
    /// # Errors
    /// [`Refusal::RepliesFull`].
    pub fn check_room(&self) -> Result<(), Refusal> {
        if self.reply_count < Self::MOST_REPLIES { Ok(()) } else { Err(Refusal::RepliesFull) }
    }

    /// What is left when it is deleted.
    pub fn deletion(&self) -> Deletion {
        if self.reply_count > 0 { Deletion::Placeholder } else { Deletion::Nothing }
    }

    /// Whether it vanishes with its last reply: when only its place is left, and one reply.
    pub fn vanishes_with_a_reply(&self) -> bool {
        self.written.is_none() && self.reply_count <= 1
    }
}
