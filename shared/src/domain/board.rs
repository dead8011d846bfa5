//! Boards: their fields, who manages them, who may post on them, and their rule on anonymity.

use serde::{Deserialize, Serialize};

use super::reserved_name::has_staff_name;
use super::{
    BoardId, Caller, FieldError, Invalid, Name, Parse, Permission, Prose, Refusal, Role, SingleLine, Time, UserId,
};

/// The category under which a board is listed, chosen freely by its creator: 1 to 20 characters.
pub type Category = SingleLine<1, 20>;
/// 1 to 50 characters, unique within the school without regard to case and Unicode form.
pub type BoardName = Name<1, 50>;
/// A search text for board names: up to 50 characters.
pub type BoardSearch = SingleLine<0, 50>;
/// The description of a board: up to 500 characters.
pub type Description = Prose<0, 500>;

/// A board of a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub id: BoardId,
    pub category: Category,
    pub name: BoardName,
    pub description: Description,
    pub anonymity: Anonymity,
    pub posting: Posting,
    /// Whether posts on the board can become hot and best (rule 8).
    pub hot_enabled: bool,
    /// The user who created the board. `None` if an operator imported it: then only admins manage it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager_id: Option<UserId>,
    /// An archived board is read-only (rule 2).
    pub is_archived: bool,
    /// Whether somebody other than the manager has written a post on the board, or a comment on a question. Stays true
    /// when these are deleted.
    pub has_content_of_others: bool,
    pub created_at: Time,
    /// When the manager or an admin last changed the board.
    pub updated_at: Time,
}

/// Whether posts and comments on a board are anonymous (rule 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anonymity {
    /// Each author chooses.
    #[default]
    Optional,
    /// All posts and comments are anonymous.
    Always,
    /// No post or comment is anonymous.
    Never,
}

impl Anonymity {
    /// Checks that the board allows an anonymous (or a named) post or comment.
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

/// Who may write posts on a board (rule 2). Everybody may comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    #[default]
    Everyone,
    /// Only the school's admins.
    Admins,
}

impl Parse for Posting {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        match raw.as_str() {
            "everyone" => Ok(Self::Everyone),
            "admins" => Ok(Self::Admins),
            _ => Err(FieldError::UnknownChoice),
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

/// The fields that its creator sets for a new board.
#[derive(Clone, Debug)]
pub struct BoardDraft {
    pub category: Category,
    pub name: BoardName,
    pub description: Description,
    pub anonymity: Anonymity,
    pub posting: Posting,
    pub hot_enabled: bool,
}

/// Changes to a board. `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct BoardChanges {
    pub category: Option<Category>,
    pub name: Option<BoardName>,
    pub description: Option<Description>,
    /// Applies to new posts and comments. Existing ones do not change.
    pub anonymity: Option<Anonymity>,
    /// Applies to new posts. Existing ones do not change.
    pub posting: Option<Posting>,
    /// Applies to later likes. Posts that are already hot or best stay so.
    pub hot_enabled: Option<bool>,
    pub is_archived: Option<bool>,
}

impl Board {
    /// Creates a board. `manager` is its creator, or `None` if an operator imports it.
    pub fn new(manager: Option<UserId>, draft: BoardDraft, now: Time) -> Self {
        let BoardDraft { category, name, description, anonymity, posting, hot_enabled } = draft;
        Self {
            id: BoardId::new(now),
            category,
            name,
            description,
            anonymity,
            posting,
            hot_enabled,
            manager_id: manager,
            is_archived: false,
            has_content_of_others: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// Checks that the caller may change the board: its manager and admins may (rule 2).
    ///
    /// # Errors
    /// [`Refusal::NotBoardManager`].
    pub fn check_managed_by(&self, caller: &Caller) -> Result<Permission, Refusal> {
        caller.permission(self.manager_id == Some(caller.user), Refusal::NotBoardManager)
    }

    /// Checks that the caller may give the board its category and its name, where they differ from those that it had
    /// `before`: only admins may give it names like those of staff (rule 1).
    ///
    /// # Errors
    /// [`FieldError::ReservedName`].
    pub fn check_named_by(&self, caller: &Caller, before: Option<&Self>) -> Result<Permission<Invalid>, Invalid> {
        let is_category_new = before.is_none_or(|before| before.category != self.category);
        let is_name_new = before.is_none_or(|before| before.name != self.name);
        if is_category_new && has_staff_name(self.category.as_str()) {
            return caller.permission(false, FieldError::ReservedName.at("category"));
        }
        let is_reserved = is_name_new && has_staff_name(self.name.as_str());
        caller.permission(!is_reserved, FieldError::ReservedName.at("name"))
    }

    /// Checks that the caller may delete the board: admins may, and its manager as long as nobody else has written on
    /// it (rule 2).
    ///
    /// # Errors
    /// [`Refusal::NotBoardManager`], [`Refusal::BoardHasPosts`].
    pub fn check_deletable_by(&self, caller: &Caller) -> Result<Permission, Refusal> {
        match (self.check_managed_by(caller)?, caller.role) {
            (Permission::Own, Role::Admin) if self.has_content_of_others => {
                Ok(Permission::AsAdmin { otherwise: Refusal::BoardHasPosts })
            }
            (Permission::Own, Role::Student) if self.has_content_of_others => Err(Refusal::BoardHasPosts),
            (permission, _) => Ok(permission),
        }
    }

    /// Checks that the caller may write posts on the board.
    ///
    /// # Errors
    /// [`Refusal::BoardArchived`], [`Refusal::BoardAdminsOnly`].
    pub fn check_can_post(&self, caller: &Caller) -> Result<Permission, Refusal> {
        self.check_not_archived()?;
        caller.permission(self.posting == Posting::Everyone, Refusal::BoardAdminsOnly)
    }

    /// Checks that posts, comments and likes can be added to the board, and posts edited.
    ///
    /// # Errors
    /// [`Refusal::BoardArchived`].
    pub fn check_not_archived(&self) -> Result<(), Refusal> {
        if self.is_archived { Err(Refusal::BoardArchived) } else { Ok(()) }
    }

    /// Whether something that `author` writes is the first content of somebody other than the manager.
    pub fn is_first_content_of_others(&self, author: UserId) -> bool {
        !self.has_content_of_others && self.manager_id != Some(author)
    }

    /// Returns the board with the changes applied. The caller must have passed [`Board::check_managed_by`].
    #[must_use]
    pub fn edit(&self, changes: BoardChanges, now: Time) -> Self {
        let current = self.clone();
        Self {
            category: changes.category.unwrap_or(current.category),
            name: changes.name.unwrap_or(current.name),
            description: changes.description.unwrap_or(current.description),
            anonymity: changes.anonymity.unwrap_or(current.anonymity),
            posting: changes.posting.unwrap_or(current.posting),
            hot_enabled: changes.hot_enabled.unwrap_or(current.hot_enabled),
            is_archived: changes.is_archived.unwrap_or(current.is_archived),
            // Always increases, because concurrent writers detect a change by this time.
            updated_at: now.max(current.updated_at.plus_millis(1)),
            ..current
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn student() -> Caller {
        Caller::for_test(Role::Student)
    }

    fn board(creator: &Caller) -> Board {
        let draft = BoardDraft {
            category: Category::parse("일반".to_owned()).unwrap(),
            name: BoardName::parse("자유게시판".to_owned()).unwrap(),
            description: Description::default(),
            anonymity: Anonymity::Optional,
            posting: Posting::Everyone,
            hot_enabled: true,
        };
        Board::new(Some(creator.user), draft, Time::now())
    }

    fn admin() -> Caller {
        Caller::for_test(Role::Admin)
    }

    #[test]
    fn the_creator_and_admins_manage_a_board() {
        let creator = student();
        let board = board(&creator);
        assert_eq!(board.check_managed_by(&creator), Ok(Permission::Own));
        assert_eq!(board.check_managed_by(&student()), Err(Refusal::NotBoardManager));
        let as_admin = Permission::AsAdmin { otherwise: Refusal::NotBoardManager };
        assert_eq!(board.check_managed_by(&admin()), Ok(as_admin));
    }

    #[test]
    fn only_admins_manage_an_imported_board_and_everybody_who_writes_on_it_is_somebody_else() {
        let creator = student();
        let board = Board { manager_id: None, ..board(&creator) };
        assert_eq!(board.check_managed_by(&creator), Err(Refusal::NotBoardManager));
        assert!(board.check_managed_by(&admin()).is_ok());
        assert!(board.is_first_content_of_others(creator.user));
    }

    #[test]
    fn only_admins_post_on_a_board_for_admins_and_nobody_on_an_archived_one() {
        let manager = student();
        let open = board(&manager);
        let for_admins = Board { posting: Posting::Admins, ..open.clone() };
        let archived = Board { is_archived: true, ..for_admins.clone() };
        let as_admin = Permission::AsAdmin { otherwise: Refusal::BoardAdminsOnly };
        assert_eq!(open.check_can_post(&student()), Ok(Permission::Own));
        assert_eq!(open.check_can_post(&admin()), Ok(Permission::Own));
        assert_eq!(for_admins.check_can_post(&manager), Err(Refusal::BoardAdminsOnly));
        assert_eq!(for_admins.check_can_post(&admin()), Ok(as_admin));
        assert_eq!(archived.check_can_post(&admin()), Err(Refusal::BoardArchived));
    }

    #[test]
    fn a_manager_can_delete_a_board_until_somebody_else_has_written_on_it() {
        let (manager, other) = (student(), student());
        let mut board = board(&manager);
        assert!(board.is_first_content_of_others(other.user));
        assert!(!board.is_first_content_of_others(manager.user));
        assert_eq!(board.check_deletable_by(&manager), Ok(Permission::Own));
        board.has_content_of_others = true;
        assert!(!board.is_first_content_of_others(other.user));
        let as_admin = |otherwise| Ok(Permission::AsAdmin { otherwise });
        for (caller, expected) in [
            (manager, Err(Refusal::BoardHasPosts)),
            (Caller { role: Role::Admin, ..manager }, as_admin(Refusal::BoardHasPosts)),
            (other, Err(Refusal::NotBoardManager)),
            (Caller { role: Role::Admin, ..other }, as_admin(Refusal::NotBoardManager)),
        ] {
            assert_eq!(board.check_deletable_by(&caller), expected);
        }
    }

    #[test]
    fn an_edit_changes_only_the_given_fields_and_the_time() {
        let creator = student();
        let before = board(&creator);
        let later = before.updated_at.plus_millis(5);
        let changes = BoardChanges { hot_enabled: Some(false), is_archived: Some(true), ..BoardChanges::default() };
        let after = before.edit(changes, later);
        assert_eq!(after.check_not_archived(), Err(Refusal::BoardArchived));
        assert_eq!(after, Board { hot_enabled: false, is_archived: true, updated_at: later, ..before });
    }

    #[test]
    fn only_an_admin_may_give_a_board_a_name_or_a_category_like_those_of_staff() {
        let (student, admin) = (student(), admin());
        let plain = board(&student);
        let name = BoardName::parse("운영진 공지".to_owned()).unwrap();
        let category = Category::parse("[ADMIN]".to_owned()).unwrap();
        let named = Board { name, ..plain.clone() };
        let categorized = Board { category, ..plain.clone() };
        for (board, field) in [(&named, "name"), (&categorized, "category")] {
            let otherwise = FieldError::ReservedName.at(field);
            for before in [None, Some(&plain)] {
                assert_eq!(board.check_named_by(&student, before), Err(otherwise.clone()));
                let as_admin = Permission::AsAdmin { otherwise: otherwise.clone() };
                assert_eq!(board.check_named_by(&admin, before), Ok(as_admin));
            }
            assert_eq!(board.check_named_by(&student, Some(board)), Ok(Permission::Own), "unchanged");
        }
        assert_eq!(plain.check_named_by(&student, None), Ok(Permission::Own));
    }

    #[test]
    fn a_board_can_require_or_forbid_anonymity() {
        assert_eq!(Anonymity::Always.check(false), Err(FieldError::AnonymityRequired));
        assert_eq!(Anonymity::Never.check(true), Err(FieldError::AnonymityForbidden));
        for (anonymity, is_anonymous) in [
            (Anonymity::Always, true),
            (Anonymity::Never, false),
            (Anonymity::Optional, true),
            (Anonymity::Optional, false),
        ] {
            assert_eq!(anonymity.check(is_anonymous), Ok(()));
        }
    }
}
