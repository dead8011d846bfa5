//! Posts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Board, BoardId, Caller, Invalid, Line, Nickname, PostId, Prose, Time, UserId};

/// 1 to 100 characters.
pub type Title = Line<1, 100>;
/// 1 to 10,000 characters.
pub type Content = Prose<1, 10_000>;

/// What a list shows of a post, and all that changes when it is liked, scrapped or commented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostHead {
    /// Its id.
    pub id: PostId,
    /// The board that it stands on.
    pub board_id: BoardId,
    /// Who wrote it. No answer ever holds this.
    pub author_id: UserId,
    /// Whether the author is hidden; fixed when the post is written.
    pub is_anonymous: bool,
    /// Whether it asks a question; fixed when the post is written.
    pub is_question: bool,
    /// Its title.
    pub title: Title,
    /// The first [`PREVIEW_CHARACTERS`](PostHead::PREVIEW_CHARACTERS) of its content.
    pub content_preview: String,
    /// How many like it.
    pub like_count: u32,
    /// How many have it among their scraps.
    pub scrap_count: u32,
    /// How many live comments it has.
    pub comment_count: u32,
    /// When it was written.
    pub created_at: Time,
    /// When its text last changed.
    pub updated_at: Time,
}

/// A post in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// All but the text.
    pub head: PostHead,
    /// The text.
    pub content: Content,
}

/// What a post is made from.
#[derive(Clone, Debug)]
pub struct PostDraft {
    /// Its title.
    pub title: Title,
    /// Its text.
    pub content: Content,
    /// Whether to hide the author.
    pub is_anonymous: bool,
    /// Whether it asks a question.
    pub is_question: bool,
}

/// Whose name stands over a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Byline {
    /// Nobody's.
    Anonymous,
    /// The author's nickname as it is now.
    Named(UserId),
}

/// Who is shown as the author of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody who hides.
    Anonymous,
    /// A student, by nickname.
    User(Nickname),
    /// Somebody who has left.
    Withdrawn,
}

impl Byline {
    /// What stands over a thing that this author wrote.
    pub fn of(author: UserId, is_anonymous: bool) -> Self {
        if is_anonymous { Self::Anonymous } else { Self::Named(author) }
    }

    /// The student whose nickname is needed to show it.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Anonymous => None,
            Self::Named(user) => Some(user),
        }
    }

    /// The author as shown, given the nicknames of those who are still there.
    pub fn shown(self, nicknames: &HashMap<UserId, Nickname>) -> Author {
        match self {
            Self::Anonymous => Author::Anonymous,
            Self::Named(user) => nicknames.get(&user).cloned().map_or(Author::Withdrawn, Author::User),
        }
    }
}

impl PostHead {
    /// How much of the content a list shows, in characters.
    pub const PREVIEW_CHARACTERS: usize = 200;

    /// Whose name stands over it.
    pub fn byline(&self) -> Byline {
        Byline::of(self.author_id, self.is_anonymous)
    }
}

impl Post {
    /// A new post on the board.
    ///
    /// # Errors
    /// What the board says about anonymity, at the field `is_anonymous`.
    pub fn write(board: &Board, author: &Caller, draft: PostDraft, now: Time) -> Result<Self, Invalid> {
        board.anonymity.check(draft.is_anonymous).map_err(|error| error.at("is_anonymous"))?;
        let head = PostHead {
            id: PostId::new(now),
            board_id: board.id,
            author_id: author.user,
            is_anonymous: draft.is_anonymous,
            is_question: draft.is_question,
            title: draft.title,
            content_preview: draft.content.cut_to(PostHead::PREVIEW_CHARACTERS),
            like_count: 0,
            scrap_count: 0,
            comment_count: 0,
            created_at: now,
            updated_at: now,
        };
        Ok(Self { head, content: draft.content })
    }
}
