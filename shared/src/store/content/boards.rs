//! Boards. A board is one row in the school's partition of boards; a second row makes its name unique in the school.
//! Deleting a board deletes both and writes a deleted-board row, which explains the posts that remain.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | board | `SCHOOL#<school>#BOARDS` | `BOARD#<board>` |
//! | board name | `SCHOOL#<school>#BOARDNAME#<folded name>` | `BOARDNAME` |
//! | deleted board | `SCHOOL#<school>#BOARD#<board>` | `DELETED` |

use serde::{Deserialize, Serialize};

use crate::domain::{
    Board, BoardChanges, BoardDraft, BoardId, BoardName, BoardSearch, Caller, Category, Invalid, Permission, Refusal,
    SchoolId, Time, UserId, fold,
};
use crate::store::accounts::write_access::WriteAccess;
use crate::store::content::media_deletions::MediaDeletion;
use crate::store::dynamo::{Backoff, Error, Key, Page, Range, Read, RowUpdate, ServiceAuthority, Table, Transaction};
use crate::store::schools;

pub(crate) const BOARD: &str = "BOARD#";

const HAS_CONTENT_OF_OTHERS: &str = "has_content_of_others";

/// Access to boards.
#[derive(Clone, Debug)]
pub struct Boards {
    table: Table,
}

/// A filter for lists of boards.
#[derive(Clone, Debug, Default)]
pub struct BoardFilter {
    category: Option<Category>,
    folded_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BoardNameRow {
    pub(crate) board_id: BoardId,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DeletedBoard {
    pub(crate) deleted_at: Time,
    /// The sort key of the last post head whose post was taken out of the search index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) removed_to: Option<String>,
    /// When `removed_to` was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) removed_at: Option<Time>,
}

fn list_partition(school: SchoolId) -> String {
    format!("{}#BOARDS", schools::partition(school))
}

pub(crate) fn key(school: SchoolId, board: BoardId) -> Key {
    Key::new(list_partition(school), format!("{BOARD}{board}"))
}

/// The partition that holds the post heads of the board.
pub(crate) fn partition(school: SchoolId, board: BoardId) -> String {
    format!("{}#{BOARD}{board}", schools::partition(school))
}

/// The inverse of [`partition`].
pub(crate) fn parse_partition(pk: &str) -> Option<(SchoolId, BoardId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix('#')?.strip_prefix(BOARD)?.parse().ok()?))
}

pub(crate) fn deleted_key(school: SchoolId, board: BoardId) -> Key {
    Key::new(partition(school, board), "DELETED")
}

/// The keys of the board and of the deleted board. If the board was ever created, exactly one of the two rows exists.
pub(crate) fn live_or_deleted_keys(school: SchoolId, board: BoardId) -> [Key; 2] {
    [key(school, board), deleted_key(school, board)]
}

fn name_key(school: SchoolId, name: &BoardName) -> Key {
    Key::new(format!("{}#BOARDNAME#{}", schools::partition(school), fold(name.as_str())), "BOARDNAME")
}

impl BoardFilter {
    /// Selects the boards of the category whose names contain the text, compared in folded form.
    pub fn new(category: Option<Category>, name: Option<&BoardSearch>) -> Self {
        Self { category, folded_name: name.map(|name| fold(name.as_str())) }
    }

    fn matches(&self, board: &Board) -> bool {
        let in_category = self.category.as_ref().is_none_or(|category| *category == board.category);
        in_category && self.folded_name.as_ref().is_none_or(|name| fold(board.name.as_str()).contains(name))
    }

    fn matches_all(&self) -> bool {
        self.category.is_none() && self.folded_name.is_none()
    }
}

impl Boards {
    /// Boards in this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Returns the board with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, school: SchoolId, id: BoardId) -> Result<Board, Error> {
        self.table.get(key(school, id), Read::Consistent).await?.ok_or(Error::NotFound)
    }

    /// Lists the school's boards after the cursor position, newest first.
    pub async fn list(
        &self,
        school: SchoolId,
        filter: &BoardFilter,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<Board, String>, Error> {
        let range = Range::newest_first(list_partition(school), BOARD).after(after);
        let page = if filter.matches_all() {
            self.table.query(range, Some(limit)).await?
        } else {
            self.table.query_where(range, limit, |board| filter.matches(board)).await?
        };
        Ok(Page { items: page.items.into_iter().map(|(_, board)| board).collect(), next: page.next })
    }

    /// All boards of the school, oldest first.
    pub async fn all(&self, school: SchoolId) -> Result<Vec<Board>, Error> {
        let rows = self.table.query_all(Range::oldest_first(list_partition(school), BOARD)).await?;
        Ok(rows.into_iter().map(|(_, board)| board).collect())
    }

    /// Returns the boards with these ids, in this order, without deleted ones.
    pub async fn get_all(&self, school: SchoolId, ids: &[BoardId]) -> Result<Vec<Board>, Error> {
        let mut rows = self.table.batch_get(ids.iter().map(|id| key(school, *id)), Read::Consistent).await?;
        ids.iter().filter_map(|id| rows.take(&key(school, *id)).transpose()).collect()
    }

    /// Adds a board, to which the caller may give its names: [`Board::check_named_by`].
    ///
    /// # Errors
    /// [`FieldError::ReservedName`](crate::domain::FieldError::ReservedName), [`Refusal::BoardNameTaken`],
    /// [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn add(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        named: Permission<Invalid>,
        board: &Board,
    ) -> Result<(), Error> {
        let transaction = self
            .table
            .transaction(access)
            .record_idempotency(access, board.id.as_uuid())?
            .check_permission(caller, named)?;
        transaction.create_board(caller.school, board)?.commit().await
    }

    /// Adds a board for an operator, with any name.
    ///
    /// # Errors
    /// [`Refusal::BoardNameTaken`].
    pub async fn add_imported(&self, school: SchoolId, draft: BoardDraft) -> Result<Board, Error> {
        let board = Board::new(None, draft, self.table.clock().now());
        self.table.transaction(ServiceAuthority).create_board(school, &board)?.commit().await?;
        Ok(board)
    }

    /// Changes a board for an operator. If the board was modified since it was read, applies the changes to the current
    /// board.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Refusal::BoardNameTaken`].
    pub async fn edit_imported(
        &self,
        school: SchoolId,
        mut board: Board,
        changes: &BoardChanges,
    ) -> Result<Board, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let edited = board.edit(changes.clone(), self.table.clock().now());
            match self.table.transaction(ServiceAuthority).edit_board(school, &board, &edited)?.commit().await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    board = current.read()?;
                }
                result => return result.map(|()| edited),
            }
        }
    }

    /// Changes a board. If the board was modified since it was read, the rules are checked again on the current board.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotBoardManager`], [`Refusal::BoardNameTaken`],
    /// [`FieldError::ReservedName`](crate::domain::FieldError::ReservedName).
    pub async fn edit(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut board: Board,
        changes: &BoardChanges,
    ) -> Result<Board, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let permission = board.check_managed_by(caller)?;
            let edited = board.edit(changes.clone(), self.table.clock().now());
            let named = edited.check_named_by(caller, Some(&board))?;
            match self.try_edit(access, (caller, permission, named), &board, &edited).await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    board = current.read()?;
                }
                result => return result.map(|()| edited),
            }
        }
    }

    async fn try_edit(
        &self,
        access: &WriteAccess,
        (caller, permission, named): (&Caller, Permission, Permission<Invalid>),
        old: &Board,
        new: &Board,
    ) -> Result<(), Error> {
        let transaction = self.table.transaction(access);
        // A transaction can check a row only once.
        let permitted = match permission {
            Permission::Own => transaction.check_permission(caller, named)?,
            as_admin @ Permission::AsAdmin { .. } => transaction.check_permission(caller, as_admin)?,
        };
        permitted.edit_board(caller.school, old, new)?.commit().await
    }

    /// Deletes a board. Its posts disappear with it, because a post is shown only together with its board. A media
    /// deletion is left for the pictures of the posts.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotBoardManager`], [`Refusal::BoardHasPosts`].
    pub async fn delete(&self, access: &WriteAccess, caller: &Caller, mut board: Board) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let permission = board.check_deletable_by(caller)?;
            match self.try_delete(access, (caller, permission), &board).await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    board = current.read()?;
                }
                result => return result,
            }
        }
    }

    async fn try_delete(
        &self,
        access: &WriteAccess,
        (caller, permission): (&Caller, Permission),
        board: &Board,
    ) -> Result<(), Error> {
        let (school, now) = (caller.school, self.table.clock().now());
        let unchanged = RowUpdate::default()
            .if_equal(&["updated_at"], board.updated_at)?
            .if_equal(&[HAS_CONTENT_OF_OTHERS], board.has_content_of_others)?;
        self.table
            .transaction(access)
            .check_permission(caller, permission)?
            .delete_if(key(school, board.id), unchanged)?
            .on_modified()
            .delete(name_key(school, &board.name))?
            .create(
                &deleted_key(school, board.id),
                &DeletedBoard { deleted_at: now, removed_to: None, removed_at: None },
            )?
            .create_media_deletion(&MediaDeletion::of_board(school, board.id, now))?
            .commit()
            .await
    }
}

impl Transaction {
    fn create_board(self, school: SchoolId, board: &Board) -> Result<Self, Error> {
        self.create(&name_key(school, &board.name), &BoardNameRow { board_id: board.id })?
            .on_condition_failed(Refusal::BoardNameTaken)
            .create(&key(school, board.id), board)
    }

    /// Writes only what an edit can change, because a post may set `has_content_of_others` at the same time.
    fn edit_board(self, school: SchoolId, old: &Board, new: &Board) -> Result<Self, Error> {
        let (old_name, new_name) = (name_key(school, &old.name), name_key(school, &new.name));
        let edit = RowUpdate::default()
            .if_equal(&["updated_at"], old.updated_at)?
            .set(&["category"], &new.category)?
            .set(&["name"], &new.name)?
            .set(&["description"], &new.description)?
            .set(&["anonymity"], new.anonymity)?
            .set(&["posting"], new.posting)?
            .set(&["hot_enabled"], new.hot_enabled)?
            .set(&["is_archived"], new.is_archived)?
            .set(&["updated_at"], new.updated_at)?;
        let edited = self.update(key(school, new.id), edit)?.on_modified();
        if old_name == new_name {
            return Ok(edited);
        }
        let renamed = edited.delete(old_name)?.create(&new_name, &BoardNameRow { board_id: new.id })?;
        Ok(renamed.on_condition_failed(Refusal::BoardNameTaken))
    }

    /// Notes on the board that somebody other than its manager has written on it, if `author` is the first. Later posts
    /// do not write to the board, which would make them conflict with each other.
    pub(crate) fn note_content_of_others(self, school: SchoolId, board: &Board, author: UserId) -> Result<Self, Error> {
        if !board.is_first_content_of_others(author) {
            return Ok(self);
        }
        let noted = RowUpdate::of_existing().set(&[HAS_CONTENT_OF_OTHERS], true)?;
        Ok(self.update(key(school, board.id), noted)?.on_condition_failed(Error::NotFound))
    }
}
