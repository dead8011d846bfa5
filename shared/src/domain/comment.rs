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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Parse, Role, SchoolId, SessionId, Title};

    fn caller() -> Caller {
        let now = Time::from_millis(0);
        Caller { school: SchoolId::new(now), user: UserId::random(), session: SessionId::new(now), role: Role::Student }
    }

    fn post(author: UserId, is_anonymous: bool, number_count: u32) -> PostHead {
        let now = Time::from_millis(0);
        let title: Title = Parse::parse("제목".to_owned()).unwrap();
        PostHead {
            id: PostId::new(now),
            board_id: crate::domain::BoardId::new(now),
            author_id: author,
            is_anonymous,
            is_question: false,
            title,
            content_preview: String::new(),
            like_count: 0,
            scrap_count: 0,
            comment_count: 0,
            number_count,
            hot_at: None,
            best_at: None,
            media: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    fn written(author: UserId, signature: Signature) -> Written {
        Written { author_id: author, signature, content: Parse::parse("댓글".to_owned()).unwrap() }
    }

    fn comment(author: UserId, reply_count: u32) -> Comment {
        let now = Time::from_millis(0);
        Comment {
            id: CommentId::new(now),
            post_id: PostId::new(now),
            parent_id: None,
            written: Some(written(author, Signature::Named)),
            like_count: 0,
            reply_count,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn only_who_hides_gets_a_number_and_keeps_it() {
        let (author, other) = (UserId::random(), UserId::random());
        for post in [post(author, true, 4), post(author, false, 4)] {
            assert_eq!(Signature::of(&post, other, false, None), Signature::Named);
            assert_eq!(Signature::of(&post, other, false, Some(2)), Signature::Named);
            assert_eq!(Signature::of(&post, other, true, None), Signature::Number(5));
            assert_eq!(Signature::of(&post, other, true, Some(2)), Signature::Number(2));
            assert_eq!(Signature::of(&post, author, false, None), Signature::Named);
        }
        assert_eq!(Signature::of(&post(author, true, 4), author, true, None), Signature::PostAuthor);
        assert_eq!(Signature::of(&post(author, false, 4), author, true, None), Signature::Number(5));
    }

    #[test]
    fn the_author_of_the_post_is_marked_where_both_hide_or_neither_does() {
        let (author, other) = (UserId::random(), UserId::random());
        let (hidden, named) = (post(author, true, 0), post(author, false, 0));
        for (by, signature, post, is_marked) in [
            (author, Signature::PostAuthor, &hidden, true),
            (author, Signature::Named, &hidden, false),
            (author, Signature::Named, &named, true),
            (author, Signature::Number(1), &named, false),
            (other, Signature::Named, &named, false),
            (other, Signature::Number(1), &hidden, false),
        ] {
            assert_eq!(written(by, signature).is_by_author_of(post), is_marked, "{signature:?}");
        }
    }

    #[test]
    fn a_comment_is_signed_anew_on_the_post_as_it_is_now() {
        let by = UserId::random();
        let mut comment = comment(by, 0);
        comment.written = Some(written(by, Signature::Number(1)));
        comment.sign(&post(UserId::random(), true, 7), None);
        assert_eq!(comment.written.as_ref().unwrap().signature, Signature::Number(8));
        comment.sign(&post(UserId::random(), true, 9), Some(3));
        assert_eq!(comment.written.as_ref().unwrap().signature, Signature::Number(3));
        comment.written = Some(written(by, Signature::Named));
        comment.sign(&post(UserId::random(), true, 9), None);
        assert_eq!(comment.written.unwrap().signature, Signature::Named);
    }

    #[test]
    fn a_deleted_comment_leaves_its_place_as_long_as_it_has_replies() {
        let mut comment = comment(UserId::random(), 0);
        assert_eq!(comment.deletion(), Deletion::Nothing);
        comment.reply_count = 2;
        assert_eq!(comment.deletion(), Deletion::Placeholder);
        assert!(!comment.vanishes_with_a_reply());
        comment.reply_count = 1;
        assert!(!comment.vanishes_with_a_reply(), "it is not deleted");
        comment.written = None;
        assert!(comment.vanishes_with_a_reply());
        comment.reply_count = 2;
        assert!(!comment.vanishes_with_a_reply());
    }

    #[test]
    fn there_is_room_for_200_replies() {
        assert_eq!(comment(UserId::random(), 199).check_room(), Ok(()));
        assert_eq!(comment(UserId::random(), 200).check_room(), Err(Refusal::RepliesFull));
    }

    #[test]
    fn one_likes_what_others_wrote_and_deletes_what_one_wrote_oneself() {
        let (author, other) = (caller(), caller());
        let admin = Caller { role: Role::Admin, ..caller() };
        let written = written(author.user, Signature::Number(1));
        assert_eq!(written.check_not_by(&author), Err(Refusal::OwnContent));
        assert_eq!((written.check_not_by(&other), written.check_not_by(&admin)), (Ok(()), Ok(())));
        assert_eq!(written.check_deletable_by(&other), Err(Refusal::NotAuthor));
        assert_eq!((written.check_deletable_by(&author), written.check_deletable_by(&admin)), (Ok(()), Ok(())));
    }
}
