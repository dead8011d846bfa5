//! Comments and replies on a post: how their authors appear, and what remains after a deletion (rules 3 to 6).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::post::{COUNTED_LATER_FROM, check_not_written_by};
use super::{
    Alias, Author, Board, Caller, CommentId, Invalid, Moderation, Nickname, Permission, PostHead, Prose, Refusal, Time,
    UserId,
};

/// The text of a comment: 1 to 300 characters.
pub type CommentText = Prose<1, 300>;

/// A comment, a reply, or the placeholder of a deleted comment that has replies (rule 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub id: CommentId,
    /// `None` if the comment is deleted.
    pub body: Option<CommentBody>,
    pub like_count: u32,
    /// The number of replies that are not deleted.
    pub reply_count: u32,
    pub created_at: Time,
    /// When the comment was written or deleted.
    pub updated_at: Time,
}

/// The part of a comment that a deletion removes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentBody {
    /// Responses never hold this id.
    pub author_id: UserId,
    /// The stored attribute is named `signature`.
    #[serde(rename = "signature")]
    pub byline: CommentByline,
    pub content: CommentText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
}

/// How an author appears under a post (rules 3 and 4). Never changes after the comment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentByline {
    /// With the nickname.
    Named,
    /// As the anonymous author of the post: 익명(글쓴이).
    PostAuthor,
    /// With the author's anonymous number on the post: 익명1, 익명2 and so on.
    Number(u32),
}

/// The fields that a user sets for a new comment.
#[derive(Clone, Debug)]
pub struct CommentDraft {
    pub content: CommentText,
    pub is_anonymous: bool,
}

/// What remains of a deleted comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The comment has replies, so its row stays, without the body.
    Placeholder,
    /// The comment has no replies, so its row is deleted.
    Nothing,
}

impl CommentByline {
    /// Decides how `author` appears in a comment on the post. `number` is the author's anonymous number on the post, if
    /// they have one; otherwise an anonymous author gets the next number.
    pub fn of(post: &PostHead, author: UserId, is_anonymous: bool, number: Option<u32>) -> Self {
        if !is_anonymous {
            Self::Named
        } else if post.is_anonymous && post.author_id == author {
            Self::PostAuthor
        } else {
            Self::Number(number.unwrap_or_else(|| post.number_count.saturating_add(1)))
        }
    }

    pub fn is_anonymous(self) -> bool {
        self != Self::Named
    }

    /// The anonymous number, if the author appears with one.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(number),
            Self::Named | Self::PostAuthor => None,
        }
    }
}

impl CommentBody {
    /// The user whose nickname the response needs, or `None` if the comment is anonymous.
    pub fn named_author(&self) -> Option<UserId> {
        (self.byline == CommentByline::Named).then_some(self.author_id)
    }

    /// The author to show. `nicknames` holds the nicknames of users who have not withdrawn.
    pub fn author(&self, nicknames: &HashMap<UserId, Nickname>) -> Author {
        match self.byline {
            CommentByline::Named => Author::named(self.author_id, nicknames),
            CommentByline::PostAuthor => Author::Anonymous(Alias::PostAuthor),
            CommentByline::Number(number) => Author::Anonymous(Alias::Number(number)),
        }
    }

    /// Whether to mark the comment as written by the author of the post. Only if both are anonymous or both are named;
    /// otherwise the mark would reveal an anonymous author (rule 4).
    pub fn is_by_author_of(&self, post: &PostHead) -> bool {
        match self.byline {
            CommentByline::Named => !post.is_anonymous && self.author_id == post.author_id,
            CommentByline::PostAuthor => true,
            CommentByline::Number(_) => false,
        }
    }

    /// Checks that the comment is not hidden (rule 20).
    ///
    /// # Errors
    /// [`Refusal::ContentBlinded`].
    pub fn check_not_hidden(&self) -> Result<(), Refusal> {
        Moderation::check_not_hidden(self.moderation.as_ref())
    }

    /// Checks that the caller may like the comment: everybody but its author may (rule 6), unless the comment or its
    /// post is hidden.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`].
    pub fn check_open_to(&self, caller: &Caller, post: &PostHead) -> Result<(), Refusal> {
        check_not_written_by(self.author_id, caller)?;
        post.check_not_hidden()?;
        self.check_not_hidden()
    }

    /// Checks that the caller may delete the comment: its author and admins may (rule 2).
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`].
    pub fn check_deletable_by(&self, caller: &Caller) -> Result<Permission, Refusal> {
        caller.permission(self.author_id == caller.user, Refusal::NotAuthor)
    }
}

impl Comment {
    /// The maximum number of replies that are not deleted.
    pub const MAX_REPLIES: u32 = 200;

    /// Whether the counter gets a new like later, because many students may like the comment now (rule 6).
    pub fn counts_likes_later(&self) -> bool {
        self.like_count >= COUNTED_LATER_FROM
    }

    /// Creates a comment on the post, or a reply to `parent`, a comment on the post. `number` is the author's anonymous
    /// number on the post, if they have one.
    ///
    /// # Errors
    /// Those of [`Anonymity::check`](super::Anonymity::check), at the field `is_anonymous`.
    pub fn write(
        (post, board): (&PostHead, &Board),
        parent: Option<CommentId>,
        author: &Caller,
        number: Option<u32>,
        draft: CommentDraft,
        now: Time,
    ) -> Result<Self, Invalid> {
        board.anonymity.check(draft.is_anonymous).map_err(|error| error.at("is_anonymous"))?;
        let byline = CommentByline::of(post, author.user, draft.is_anonymous, number);
        Ok(Self {
            id: CommentId::new(post.id, parent, now),
            body: Some(CommentBody { author_id: author.user, byline, content: draft.content, moderation: None }),
            like_count: 0,
            reply_count: 0,
            created_at: now,
            updated_at: now,
        })
    }

    /// Decides again how the author appears, after another request changed the post or the author's number.
    pub fn update_byline(&mut self, post: &PostHead, number: Option<u32>) {
        if let Some(body) = &mut self.body {
            let is_anonymous = body.byline.is_anonymous();
            body.byline = CommentByline::of(post, body.author_id, is_anonymous, number);
        }
    }

    /// Checks that the comment can have another reply.
    ///
    /// # Errors
    /// [`Refusal::RepliesFull`].
    pub fn check_can_add_reply(&self) -> Result<(), Refusal> {
        if self.reply_count < Self::MAX_REPLIES { Ok(()) } else { Err(Refusal::RepliesFull) }
    }

    /// What remains if the comment is deleted.
    pub fn deletion(&self) -> Deletion {
        if self.reply_count > 0 { Deletion::Placeholder } else { Deletion::Nothing }
    }

    /// Whether deleting one reply also deletes this comment: it is a placeholder, and the reply is its last one.
    pub fn disappears_with_last_reply(&self) -> bool {
        self.body.is_none() && self.reply_count <= 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BoardId, Hiding, Parse, PostId, Role, Title};

    fn caller() -> Caller {
        Caller::for_test(Role::Student)
    }

    fn post(author: UserId, is_anonymous: bool, number_count: u32) -> PostHead {
        let now = Time::from_millis(0);
        let title: Title = Parse::parse("제목".to_owned()).unwrap();
        PostHead {
            id: PostId::new(BoardId::new(now), now),
            author_id: author,
            is_anonymous,
            is_question: false,
            title,
            content_preview: String::new(),
            like_count: 0,
            hot_like_count: 0,
            scrap_count: 0,
            comment_count: 0,
            number_count,
            hot_at: None,
            best_at: None,
            media: Vec::new(),
            media_folder: None,
            media_hidden_for: None,
            moderation: None,
            moderated_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    fn body(author: UserId, byline: CommentByline) -> CommentBody {
        CommentBody { author_id: author, byline, content: Parse::parse("댓글".to_owned()).unwrap(), moderation: None }
    }

    fn comment(author: UserId, reply_count: u32) -> Comment {
        let now = Time::from_millis(0);
        Comment {
            id: CommentId::new(PostId::new(BoardId::new(now), now), None, now),
            body: Some(body(author, CommentByline::Named)),
            like_count: 0,
            reply_count,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn only_anonymous_authors_get_a_number_and_they_keep_it() {
        let (author, other) = (UserId::random(), UserId::random());
        for post in [post(author, true, 4), post(author, false, 4)] {
            assert_eq!(CommentByline::of(&post, other, false, None), CommentByline::Named);
            assert_eq!(CommentByline::of(&post, other, false, Some(2)), CommentByline::Named);
            assert_eq!(CommentByline::of(&post, other, true, None), CommentByline::Number(5));
            assert_eq!(CommentByline::of(&post, other, true, Some(2)), CommentByline::Number(2));
            assert_eq!(CommentByline::of(&post, author, false, None), CommentByline::Named);
        }
        assert_eq!(CommentByline::of(&post(author, true, 4), author, true, None), CommentByline::PostAuthor);
        assert_eq!(CommentByline::of(&post(author, false, 4), author, true, None), CommentByline::Number(5));
    }

    #[test]
    fn the_post_author_is_marked_if_both_are_anonymous_or_both_are_named() {
        let (author, other) = (UserId::random(), UserId::random());
        let (anonymous, named) = (post(author, true, 0), post(author, false, 0));
        for (by, byline, post, is_marked) in [
            (author, CommentByline::PostAuthor, &anonymous, true),
            (author, CommentByline::Named, &anonymous, false),
            (author, CommentByline::Named, &named, true),
            (author, CommentByline::Number(1), &named, false),
            (other, CommentByline::Named, &named, false),
            (other, CommentByline::Number(1), &anonymous, false),
        ] {
            assert_eq!(body(by, byline).is_by_author_of(post), is_marked, "{byline:?}");
        }
    }

    #[test]
    fn the_byline_follows_the_current_post_and_number() {
        let by = UserId::random();
        let mut comment = comment(by, 0);
        comment.body = Some(body(by, CommentByline::Number(1)));
        comment.update_byline(&post(UserId::random(), true, 7), None);
        assert_eq!(comment.body.as_ref().unwrap().byline, CommentByline::Number(8));
        comment.update_byline(&post(UserId::random(), true, 9), Some(3));
        assert_eq!(comment.body.as_ref().unwrap().byline, CommentByline::Number(3));
        comment.body = Some(body(by, CommentByline::Named));
        comment.update_byline(&post(UserId::random(), true, 9), None);
        assert_eq!(comment.body.unwrap().byline, CommentByline::Named);
    }

    #[test]
    fn a_deleted_comment_stays_as_a_placeholder_until_its_last_reply_is_deleted() {
        let mut comment = comment(UserId::random(), 0);
        assert_eq!(comment.deletion(), Deletion::Nothing);
        comment.reply_count = 2;
        assert_eq!(comment.deletion(), Deletion::Placeholder);
        assert!(!comment.disappears_with_last_reply());
        comment.reply_count = 1;
        assert!(!comment.disappears_with_last_reply(), "the comment is not deleted");
        comment.body = None;
        assert!(comment.disappears_with_last_reply());
        comment.reply_count = 2;
        assert!(!comment.disappears_with_last_reply());
    }

    #[test]
    fn a_comment_has_at_most_200_replies() {
        assert_eq!(comment(UserId::random(), 199).check_can_add_reply(), Ok(()));
        assert_eq!(comment(UserId::random(), 200).check_can_add_reply(), Err(Refusal::RepliesFull));
    }

    #[test]
    fn users_like_the_comments_of_others_and_delete_their_own() {
        let (author, other) = (caller(), caller());
        let admin = Caller::for_test(Role::Admin);
        let mut post = post(other.user, true, 1);
        let body = body(author.user, CommentByline::Number(1));
        let likes =
            |post: &PostHead, body: &CommentBody| [&author, &other, &admin].map(|by| body.check_open_to(by, post));
        assert_eq!(likes(&post, &body), [Err(Refusal::OwnContent), Ok(()), Ok(())]);
        let hidden = Some(Moderation::Blinded(Hiding::for_test()));
        let blinded = [Err(Refusal::OwnContent), Err(Refusal::ContentBlinded), Err(Refusal::ContentBlinded)];
        assert_eq!(likes(&post, &CommentBody { moderation: hidden, ..body.clone() }), blinded);
        post.moderation = hidden;
        assert_eq!(likes(&post, &body), blinded);
        assert_eq!(body.check_deletable_by(&other), Err(Refusal::NotAuthor));
        assert_eq!(body.check_deletable_by(&author), Ok(Permission::Own));
        let as_admin = Permission::AsAdmin { otherwise: Refusal::NotAuthor };
        assert_eq!(body.check_deletable_by(&admin), Ok(as_admin));
    }
}
