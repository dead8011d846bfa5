//! Posts.

use serde::{Deserialize, Serialize};

use super::{Board, BoardId, Byline, Caller, Invalid, Line, Media, PostId, Prose, Refusal, Role, Time, UserId};

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
    /// How many students have a number on it (rule 3): the last number that was given.
    pub number_count: u32,
    /// When it became hot, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hot_at: Option<Time>,
    /// When it became one of the best, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_at: Option<Time>,
    /// The pictures in it.
    pub media: Vec<Media>,
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
    /// The pictures in it.
    pub media: Vec<Media>,
}

/// What to change of a post; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct PostChanges {
    /// A new title.
    pub title: Option<Title>,
    /// A new text.
    pub content: Option<Content>,
}

/// What a post can come to by being liked, once and for good (rule 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// It is hot.
    Hot,
    /// It is one of the best.
    Best,
}

impl Milestone {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hot, Self::Best];

    /// How many likes it takes.
    pub fn likes(self) -> u32 {
        match self {
            Self::Hot => 10,
            Self::Best => 100,
        }
    }
}

/// What one more like does to a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    /// How many like it then.
    pub like_count: u32,
    /// What it comes to.
    pub reached: Vec<Milestone>,
    /// What it might come to, but not yet.
    pub ahead: Vec<Milestone>,
}

impl PostHead {
    /// How much of the content a list shows, in characters.
    pub const PREVIEW_CHARACTERS: usize = 200;

    /// Whose name stands over it.
    pub fn byline(&self) -> Byline {
        Byline::of(self.author_id, self.is_anonymous)
    }

    /// When it reached the milestone, if it did.
    pub fn reached_at(&self, milestone: Milestone) -> Option<Time> {
        match milestone {
            Milestone::Hot => self.hot_at,
            Milestone::Best => self.best_at,
        }
    }

    /// One more like, on a board that may keep its posts from becoming hot (rules 6 and 8).
    ///
    /// # Errors
    /// [`Refusal::OwnContent`].
    pub fn like_by(&self, caller: &Caller, hot_enabled: bool) -> Result<Like, Refusal> {
        self.check_not_by(caller)?;
        let like_count = self.like_count.saturating_add(1);
        let open = Milestone::ALL.into_iter().filter(|milestone| self.reached_at(*milestone).is_none() && hot_enabled);
        let (reached, ahead) = open.partition(|milestone| like_count >= milestone.likes());
        Ok(Like { like_count, reached, ahead })
    }

    /// Asks for the right to like or scrap it.
    ///
    /// # Errors
    /// [`Refusal::OwnContent`].
    pub fn check_not_by(&self, caller: &Caller) -> Result<(), Refusal> {
        check_not_written_by(self.author_id, caller)
    }

    /// Asks for the right to change it: its author and the school's admins have it, but nobody once a question has
    /// comments (rule 9).
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`].
    pub fn check_editable_by(&self, caller: &Caller) -> Result<(), Refusal> {
        check_written_by(self.author_id, caller)?;
        if self.is_locked() { Err(Refusal::QuestionLocked) } else { Ok(()) }
    }

    /// Asks for the right to delete it: its author, unless it is a question that has comments (rule 9), and the
    /// school's admins, who must be able to take down anything.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`].
    pub fn check_deletable_by(&self, caller: &Caller) -> Result<(), Refusal> {
        check_written_by(self.author_id, caller)?;
        let is_own = self.author_id == caller.user;
        if self.is_locked() && is_own { Err(Refusal::QuestionLocked) } else { Ok(()) }
    }

    fn is_locked(&self) -> bool {
        self.is_question && self.comment_count > 0
    }
}

/// Asks for the right to change or delete what this author wrote: the author and the school's admins have it.
pub(super) fn check_written_by(author: UserId, caller: &Caller) -> Result<(), Refusal> {
    if author == caller.user || caller.role == Role::Admin { Ok(()) } else { Err(Refusal::NotAuthor) }
}

/// Asks for the right to like or scrap what this author wrote: everybody else has it.
pub(super) fn check_not_written_by(author: UserId, caller: &Caller) -> Result<(), Refusal> {
    if author == caller.user { Err(Refusal::OwnContent) } else { Ok(()) }
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
            number_count: 0,
            hot_at: None,
            best_at: None,
            media: draft.media,
            created_at: now,
            updated_at: now,
        };
        Ok(Self { head, content: draft.content })
    }

    /// The post with the changes made.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`].
    pub fn edit(&self, caller: &Caller, changes: PostChanges, now: Time) -> Result<Self, Refusal> {
        self.head.check_editable_by(caller)?;
        let content = changes.content.unwrap_or_else(|| self.content.clone());
        let head = PostHead {
            title: changes.title.unwrap_or_else(|| self.head.title.clone()),
            content_preview: content.cut_to(PostHead::PREVIEW_CHARACTERS),
            updated_at: now.max(self.head.updated_at.plus_millis(1)),
            ..self.head.clone()
        };
        Ok(Self { head, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Anonymity, BoardDraft, Parse, SchoolId, SessionId};

    fn caller(role: Role) -> Caller {
        let now = Time::from_millis(0);
        Caller { school: SchoolId::new(now), user: UserId::random(), session: SessionId::new(now), role }
    }

    fn board(anonymity: Anonymity) -> Board {
        let draft = BoardDraft {
            category: Parse::parse("일반".to_owned()).unwrap(),
            name: Parse::parse("자유".to_owned()).unwrap(),
            description: Parse::parse(String::new()).unwrap(),
            anonymity,
            hot_enabled: true,
        };
        Board::open(&caller(Role::Student), draft, Time::from_millis(0))
    }

    fn draft(is_anonymous: bool, is_question: bool) -> PostDraft {
        PostDraft {
            title: Parse::parse("제목".to_owned()).unwrap(),
            content: Parse::parse("가나다라마".repeat(50)).unwrap(),
            is_anonymous,
            is_question,
            media: Vec::new(),
        }
    }

    fn post(author: &Caller, is_question: bool) -> Post {
        Post::write(&board(Anonymity::Optional), author, draft(true, is_question), Time::from_millis(1000)).unwrap()
    }

    #[test]
    fn a_board_says_who_may_hide() {
        let author = caller(Role::Student);
        for (anonymity, is_anonymous, good) in [
            (Anonymity::Optional, true, true),
            (Anonymity::Optional, false, true),
            (Anonymity::Always, true, true),
            (Anonymity::Always, false, false),
            (Anonymity::Never, true, false),
            (Anonymity::Never, false, true),
        ] {
            let written = Post::write(&board(anonymity), &author, draft(is_anonymous, false), Time::from_millis(0));
            assert_eq!(written.is_ok(), good, "{anonymity:?} {is_anonymous}");
        }
    }

    #[test]
    fn the_10th_like_makes_it_hot_and_the_100th_one_of_the_best() {
        use Milestone::{Best, Hot};
        let (author, other) = (caller(Role::Student), caller(Role::Student));
        let mut head = post(&author, false).head;
        let now = Some(Time::from_millis(0));
        for (likes, hot_at, best_at, reached, ahead) in [
            (0, None, None, vec![], vec![Hot, Best]),
            (8, None, None, vec![], vec![Hot, Best]),
            (9, None, None, vec![Hot], vec![Best]),
            (10, now, None, vec![], vec![Best]),
            (98, now, None, vec![], vec![Best]),
            (99, now, None, vec![Best], vec![]),
            (100, now, now, vec![], vec![]),
            // On a board that was left out of hot until now.
            (500, None, None, vec![Hot, Best], vec![]),
        ] {
            (head.like_count, head.hot_at, head.best_at) = (likes, hot_at, best_at);
            let like = head.like_by(&other, true).unwrap();
            assert_eq!(like, Like { like_count: likes + 1, reached, ahead }, "{likes}");
            let left_out = head.like_by(&other, false).unwrap();
            assert_eq!(left_out, Like { like_count: likes + 1, reached: vec![], ahead: vec![] }, "{likes}");
        }
        assert_eq!(head.like_by(&author, true), Err(Refusal::OwnContent));
    }

    #[test]
    fn a_question_with_comments_is_locked_but_admins_can_take_it_down() {
        let (author, other, admin) = (caller(Role::Student), caller(Role::Student), caller(Role::Admin));
        let (locked, not_author) = (Err(Refusal::QuestionLocked), Err(Refusal::NotAuthor));
        for (is_question, comments, edit, delete) in [
            (true, 1, [locked, not_author, locked], [locked, not_author, Ok(())]),
            (true, 0, [Ok(()), not_author, Ok(())], [Ok(()), not_author, Ok(())]),
            (false, 1, [Ok(()), not_author, Ok(())], [Ok(()), not_author, Ok(())]),
        ] {
            let mut head = post(&author, is_question).head;
            head.comment_count = comments;
            let callers = [&author, &other, &admin];
            assert_eq!(callers.map(|caller| head.check_editable_by(caller)), edit, "{is_question} {comments}");
            assert_eq!(callers.map(|caller| head.check_deletable_by(caller)), delete, "{is_question} {comments}");
        }
    }

    #[test]
    fn an_admins_own_question_is_locked_like_anybodys() {
        let admin = caller(Role::Admin);
        let mut head = post(&admin, true).head;
        head.comment_count = 1;
        assert_eq!(head.check_deletable_by(&admin), Err(Refusal::QuestionLocked));
    }

    #[test]
    fn an_edit_changes_what_it_names_and_is_always_later() {
        let author = caller(Role::Student);
        let before = post(&author, false);
        let title: Title = Parse::parse("새 제목".to_owned()).unwrap();
        let content: Content = Parse::parse("😀".repeat(201)).unwrap();
        // A clock that is behind makes no difference.
        let now = Time::from_millis(0);
        let titled = PostChanges { title: Some(title.clone()), content: None };
        let edited = before.edit(&author, titled, now).unwrap();
        assert_eq!((&edited.head.title, &edited.content), (&title, &before.content));
        assert!(edited.head.updated_at > before.head.updated_at);
        let rewritten = PostChanges { title: None, content: Some(content) };
        let edited = before.edit(&author, rewritten, now).unwrap();
        assert_eq!((&edited.head.title, edited.head.content_preview), (&before.head.title, "😀".repeat(200)));
    }
}
