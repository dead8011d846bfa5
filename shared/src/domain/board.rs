//! Boards.

use serde::{Deserialize, Serialize};

use super::{BoardId, Caller, FieldError, Line, Parse, Prose, Refusal, Role, Time, UserId};

/// What kind of board it is, in the school's own words: 1 to 20 characters.
pub type Category = Line<1, 20>;
/// 1 to 50 characters, unique within the school without regard to case and Unicode form.
pub type BoardName = Line<1, 50>;
/// A part of a board's name.
pub type BoardSearch = Line<0, 50>;
/// Up to 500 characters.
pub type Description = Prose<0, 500>;

/// A board of a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Its id.
    pub id: BoardId,
    /// Its kind.
    pub category: Category,
    /// Its name.
    pub name: BoardName,
    /// What it is for.
    pub description: Description,
    /// Whether its posts and comments are anonymous.
    pub anonymity: Anonymity,
    /// Whether its posts can become hot.
    pub hot_enabled: bool,
    /// Who made it and manages it.
    pub manager_id: UserId,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// Whether a board's posts and comments are anonymous (rule 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anonymity {
    /// As each author likes.
    #[default]
    Optional,
    /// All of them.
    Always,
    /// None of them.
    Never,
}

impl Anonymity {
    /// Whether an anonymous (or a named) thing may be written here.
    ///
    /// # Errors
    /// [`FieldError::AnonymityRequired`], [`FieldError::AnonymityForbidden`].
    pub fn check(self, is_anonymous: bool) -> Result<(), FieldError> {
        match (self, is_anonymous) {
            (Self::Always, false) => Err(FieldError::AnonymityRequired),
            (Self::Never, true) => Err(FieldError::AnonymityForbidden),
            _ => Ok(()),
        }
    }
}

impl Parse for Anonymity {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        match raw.as_str() {
            "optional" => Ok(Self::Optional),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(FieldError::UnknownChoice),
        }
    }
}

/// What a board is made from.
#[derive(Clone, Debug)]
pub struct BoardDraft {
    /// Its kind.
    pub category: Category,
    /// Its name.
    pub name: BoardName,
    /// What it is for.
    pub description: Description,
    /// Whether its posts and comments are anonymous.
    pub anonymity: Anonymity,
    /// Whether its posts can become hot.
    pub hot_enabled: bool,
}

/// What to change of a board; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct BoardChanges {
    /// A new kind.
    pub category: Option<Category>,
    /// A new name.
    pub name: Option<BoardName>,
    /// A new description.
    pub description: Option<Description>,
    /// Another rule for what is written from now on; what stands keeps its own.
    pub anonymity: Option<Anonymity>,
    /// Whether posts can become hot from now on.
    pub hot_enabled: Option<bool>,
}

impl Board {
    /// A new board, which its creator manages.
    pub fn open(creator: &Caller, draft: BoardDraft, now: Time) -> Self {
        let BoardDraft { category, name, description, anonymity, hot_enabled } = draft;
        Self {
            id: BoardId::new(now),
            category,
            name,
            description,
            anonymity,
            hot_enabled,
            manager_id: creator.user,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether the caller may change and delete the board: its manager, and the school's admins.
    pub fn is_managed_by(&self, caller: &Caller) -> bool {
        self.manager_id == caller.user || caller.role == Role::Admin
    }

    /// Asks for the right to change and delete the board.
    ///
    /// # Errors
    /// [`Refusal::NotBoardManager`].
    pub fn check_managed_by(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.is_managed_by(caller) { Ok(()) } else { Err(Refusal::NotBoardManager) }
    }

    /// The board with the changes made.
    ///
    /// # Errors
    /// [`Refusal::NotBoardManager`].
    pub fn edit(&self, caller: &Caller, changes: BoardChanges, now: Time) -> Result<Self, Refusal> {
        self.check_managed_by(caller)?;
        let current = self.clone();
        Ok(Self {
            category: changes.category.unwrap_or(current.category),
            name: changes.name.unwrap_or(current.name),
            description: changes.description.unwrap_or(current.description),
            anonymity: changes.anonymity.unwrap_or(current.anonymity),
            hot_enabled: changes.hot_enabled.unwrap_or(current.hot_enabled),
            // Always later than before, so that a writer who saw the old time notices the change.
            updated_at: now.max(current.updated_at.plus_millis(1)),
            ..current
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SchoolId, SessionId};

    fn student() -> Caller {
        let now = Time::now();
        Caller { school: SchoolId::new(now), user: UserId::random(), session: SessionId::new(now), role: Role::Student }
    }

    fn board(creator: &Caller) -> Board {
        let draft = BoardDraft {
            category: Category::parse("일반".to_owned()).unwrap(),
            name: BoardName::parse("자유게시판".to_owned()).unwrap(),
            description: Description::default(),
            anonymity: Anonymity::Optional,
            hot_enabled: true,
        };
        Board::open(creator, draft, Time::now())
    }

    #[test]
    fn the_creator_manages_the_board_and_so_do_admins() {
        let (creator, other) = (student(), student());
        let board = board(&creator);
        assert!(board.is_managed_by(&creator));
        assert_eq!(board.check_managed_by(&other), Err(Refusal::NotBoardManager));
        assert!(board.is_managed_by(&Caller { role: Role::Admin, ..other }));
    }

    #[test]
    fn an_edit_changes_what_it_names_and_the_time() {
        let creator = student();
        let before = board(&creator);
        let later = before.updated_at.plus_millis(5);
        let changes = BoardChanges { hot_enabled: Some(false), ..BoardChanges::default() };
        let after = before.edit(&creator, changes, later).unwrap();
        assert_eq!(after, Board { hot_enabled: false, updated_at: later, ..before });
    }

    #[test]
    fn nobody_else_edits_a_board() {
        assert_eq!(
            board(&student()).edit(&student(), BoardChanges::default(), Time::now()),
            Err(Refusal::NotBoardManager)
        );
    }

    #[test]
    fn a_board_may_force_or_forbid_anonymity() {
        assert_eq!(Anonymity::Always.check(false), Err(FieldError::AnonymityRequired));
        assert_eq!(Anonymity::Never.check(true), Err(FieldError::AnonymityForbidden));
        for (mode, anonymous) in [
            (Anonymity::Always, true),
            (Anonymity::Never, false),
            (Anonymity::Optional, true),
            (Anonymity::Optional, false),
        ] {
            assert_eq!(mode.check(anonymous), Ok(()));
        }
    }
}
