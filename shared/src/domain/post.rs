//! Posts: writing, editing, deleting and liking them (rules 6 to 9).

use serde::{Deserialize, Serialize};

use super::{
    Appearance, Board, Byline, Caller, Invalid, Media, MediaFolder, Moderation, Permission, PostId, Prose, Refusal,
    SingleLine, Time, UserId,
};

/// The title of a post: 1 to 100 characters.
pub type Title = SingleLine<1, 100>;
/// The text of a post: 1 to 10,000 characters.
pub type Content = Prose<1, 10_000>;

/// A post without its full text: what lists show, and all counters. It has a row of its own, so that likes, scraps and
/// comments do not rewrite the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostHead {
    pub id: PostId,
    /// Responses never hold this id.
    pub author_id: UserId,
    /// Never changes after the post is written.
    pub is_anonymous: bool,
    /// Whether the post is a question (rule 9). Never changes after the post is written.
    pub is_question: bool,
    pub title: Title,
    /// The first [`PREVIEW_CHARACTERS`](PostHead::PREVIEW_CHARACTERS) characters of the text.
    pub content_preview: String,
    pub like_count: u32,
    /// The number of likes that count towards hot and best: those of accounts that were not young (rule 32).
    pub hot_like_count: u32,
    pub scrap_count: u32,
    /// The number of comments and replies that are not deleted.
    pub comment_count: u32,
    /// The last anonymous number that was assigned on this post (rule 3).
    pub number_count: u32,
    /// When the post became hot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hot_at: Option<Time>,
    /// When the post became a best post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_at: Option<Time>,
    pub media: Vec<Media>,
    /// The folder of the pictures; `None` if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_folder: Option<MediaFolder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// When moderation last hid the post, showed it again or decided that it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderated_at: Option<Time>,
    /// The moderation for which the pictures were moved to their folder or deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_hidden_for: Option<Moderation>,
    pub created_at: Time,
    /// When the title or the text last changed.
    pub updated_at: Time,
}

/// A post with its full text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    pub head: PostHead,
    pub content: Content,
}

/// The fields that a user sets for a new post.
#[derive(Clone, Debug)]
pub struct PostDraft {
    pub title: Title,
    pub content: Content,
    pub is_anonymous: bool,
    pub is_question: bool,
    pub media: Vec<Media>,
}

/// Changes to a post. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct PostChanges {
    pub title: Option<Title>,
    pub content: Option<Content>,
}

/// A status that a post reaches by its number of likes, without those of young accounts, and then keeps (rules 8 and 32).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    Hot,
    Best,
}

impl Milestone {
    pub const ALL: [Self; 2] = [Self::Hot, Self::Best];

    /// The number of likes that a post needs.
    pub fn likes(self) -> u32 {
        match self {
            Self::Hot => 10,
            Self::Best => 100,
        }
    }
}

/// From this number of likes on, a like of a post or a comment is counted later (rule 6). A post counts the likes that
/// count towards hot and best here, so that it reaches its milestones with the like itself.
pub(crate) const COUNTED_LATER_FROM: u32 = 100;

/// The effect of one more like on a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LikeOutcome {
    /// The number of likes with the new one.
    pub like_count: u32,
    /// Whether the like counts towards hot and best.
    pub counts_for_hot: bool,
    /// Whether the counters of the post get the like later, because many students may like the post now (rule 6).
    pub is_counted_later: bool,
    /// The milestones that the post reaches with this like.
    pub reached: Vec<Milestone>,
    /// The milestones that the post can still reach by likes that count, but not with this one.
    pub unreached: Vec<Milestone>,
}

impl PostHead {
    /// The length of [`content_preview`](PostHead::content_preview), in characters.
    pub const PREVIEW_CHARACTERS: usize = 200;

    pub fn byline(&self) -> Byline {
        Byline::of(self.author_id, self.is_anonymous)
    }

    /// When the post reached the milestone, or `None` if it has not.
    pub fn reached_at(&self, milestone: Milestone) -> Option<Time> {
        match milestone {
            Milestone::Hot => self.hot_at,
            Milestone::Best => self.best_at,
        }
    }

    /// When the author last edited the post; `None` if they never did.
    pub fn edited_at(&self) -> Option<Time> {
        (self.updated_at > self.created_at).then_some(self.updated_at)
    }

    /// Computes the effect of a like by the caller (rules 6, 8 and 32). `board` is that of the post.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`], [`Refusal::BoardArchived`].
    pub fn like_by(&self, caller: &Caller, board: &Board, now: Time) -> Result<LikeOutcome, Refusal> {
        self.check_open_to(caller)?;
        board.check_not_archived()?;
        let counts_for_hot = now >= caller.young_until;
        let is_possible =
            |milestone: &Milestone| board.hot_enabled && counts_for_hot && self.reached_at(*milestone).is_none();
        let hot_like_count = self.hot_like_count.saturating_add(1);
        let (reached, unreached): (Vec<_>, _) =
            Milestone::ALL.into_iter().filter(is_possible).partition(|milestone| hot_like_count >= milestone.likes());
        let is_counted_later = self.hot_like_count >= COUNTED_LATER_FROM && reached.is_empty();
        let like_count = self.like_count.saturating_add(1);
        Ok(LikeOutcome { like_count, counts_for_hot, is_counted_later, reached, unreached })
    }

    /// How the caller sees the post.
    pub fn appearance_to(&self, caller: &Caller, now: Time) -> Appearance {
        Appearance::new(self.moderation, self.author_id == caller.user, now)
    }

    /// Checks that the post is not hidden (rule 20).
    ///
    /// # Errors
    /// [`Refusal::ContentBlinded`].
    pub fn check_not_hidden(&self) -> Result<(), Refusal> {
        Moderation::check_not_hidden(self.moderation.as_ref())
    }

    /// Checks that the caller may like or scrap the post: everybody but its author may, unless it is hidden.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`], [`Refusal::ContentBlinded`].
    pub fn check_open_to(&self, caller: &Caller) -> Result<(), Refusal> {
        check_not_written_by(self.author_id, caller)?;
        self.check_not_hidden()
    }

    /// Checks that the caller may edit the post on its board: only its author may, unless it is hidden (rule 20), and
    /// nobody may edit a question that has comments (rule 9).
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::ContentBlinded`], [`Refusal::BoardArchived`], [`Refusal::QuestionLocked`].
    pub fn check_editable_by(&self, caller: &Caller, board: &Board) -> Result<(), Refusal> {
        if self.author_id != caller.user {
            return Err(Refusal::NotAuthor);
        }
        self.check_not_hidden()?;
        board.check_not_archived()?;
        if self.is_locked() { Err(Refusal::QuestionLocked) } else { Ok(()) }
    }

    /// Checks that the caller may delete the post: its author and admins may. The author may not delete a question that
    /// has comments (rule 9); admins may, because they must be able to take down anything.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`].
    pub fn check_deletable_by(&self, caller: &Caller) -> Result<Permission, Refusal> {
        match caller.permission(self.author_id == caller.user, Refusal::NotAuthor)? {
            Permission::Own if self.is_locked() => Err(Refusal::QuestionLocked),
            permission => Ok(permission),
        }
    }

    fn is_locked(&self) -> bool {
        self.is_question && self.comment_count > 0
    }
}

/// Checks that the caller may like, scrap or hide what `author` wrote: everybody but the author may (rules 6, 7 and 25).
pub(super) fn check_not_written_by(author: UserId, caller: &Caller) -> Result<(), Refusal> {
    if author == caller.user { Err(Refusal::OwnContent) } else { Ok(()) }
}

impl Post {
    /// Creates a post on the board.
    ///
    /// # Errors
    /// Those of [`Anonymity::check`](super::Anonymity::check), at the field `is_anonymous`.
    pub fn write(board: &Board, author: &Caller, draft: PostDraft, now: Time) -> Result<Self, Invalid> {
        board.anonymity.check(draft.is_anonymous).map_err(|error| error.at("is_anonymous"))?;
        let head = PostHead {
            id: PostId::new(board.id, now),
            author_id: author.user,
            is_anonymous: draft.is_anonymous,
            is_question: draft.is_question,
            title: draft.title,
            content_preview: draft.content.cut_to(PostHead::PREVIEW_CHARACTERS),
            like_count: 0,
            hot_like_count: 0,
            scrap_count: 0,
            comment_count: 0,
            number_count: 0,
            hot_at: None,
            best_at: None,
            media_folder: (!draft.media.is_empty()).then(MediaFolder::random),
            media: draft.media,
            moderation: None,
            moderated_at: None,
            media_hidden_for: None,
            created_at: now,
            updated_at: now,
        };
        Ok(Self { head, content: draft.content })
    }

    /// Returns the post with the changes applied, or `None` if they change nothing: then the post is not edited. `board`
    /// is that of the post.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::ContentBlinded`], [`Refusal::BoardArchived`], [`Refusal::QuestionLocked`].
    pub fn edit(
        &self,
        caller: &Caller,
        board: &Board,
        changes: PostChanges,
        now: Time,
    ) -> Result<Option<Self>, Refusal> {
        self.head.check_editable_by(caller, board)?;
        let content = changes.content.unwrap_or_else(|| self.content.clone());
        let title = changes.title.unwrap_or_else(|| self.head.title.clone());
        if title == self.head.title && content == self.content {
            return Ok(None);
        }
        let head = PostHead {
            title,
            content_preview: content.cut_to(PostHead::PREVIEW_CHARACTERS),
            moderation: Moderation::after_edit(self.head.moderation),
            updated_at: now.max(self.head.updated_at.plus_millis(1)),
            ..self.head.clone()
        };
        Ok(Some(Self { head, content }))
    }
}

#[cfg(test)]
mod tests;
