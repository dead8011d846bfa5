//! Boards: one row each, in the school's partition of boards, and a row that makes the name unique. A deleted board
//! leaves both and is remembered by a tombstone, which explains the posts that it leaves behind.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | board | `SCHOOL#<school>#BOARDS` | `BOARD#<id>` |
//! | name | `SCHOOL#<school>#BOARDNAME#<folded name>` | `BOARDNAME` |
//! | tombstone | `SCHOOL#<school>#BOARD#<id>` | `DELETED` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::table::Backoff;
use super::{Error, Key, Page, Range, Read, Sweep, Table, Writer, schools, withdrawals};
use crate::domain::{
    Board, BoardChanges, BoardId, BoardName, BoardSearch, Caller, Category, Refusal, SchoolId, Time, fold,
};

const BOARD: &str = "BOARD#";

/// Access to boards.
#[derive(Clone, Debug)]
pub struct Boards {
    table: Table,
}

/// Which boards of the school to list.
#[derive(Clone, Debug, Default)]
pub struct BoardFilter {
    category: Option<Category>,
    folded_name: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct NameOwner {
    board_id: BoardId,
}

#[derive(Serialize, Deserialize)]
struct Tombstone {
    deleted_at: Time,
}

fn directory(school: SchoolId) -> String {
    format!("{}#BOARDS", schools::partition(school))
}

pub(super) fn key(school: SchoolId, board: BoardId) -> Key {
    Key::new(directory(school), format!("{BOARD}{board}"))
}

/// The partition of what stands on the board.
pub(super) fn partition(school: SchoolId, board: BoardId) -> String {
    format!("{}#{BOARD}{board}", schools::partition(school))
}

/// The board of which a key's partition is.
pub(super) fn of_partition(pk: &str) -> Option<(SchoolId, BoardId)> {
    let (school, rest) = schools::of_partition(pk)?;
    Some((school, rest.strip_prefix('#')?.strip_prefix(BOARD)?.parse().ok()?))
}

pub(super) fn tombstone_key(school: SchoolId, board: BoardId) -> Key {
    Key::new(partition(school, board), "DELETED")
}

/// The rows of which one is there for every board that ever was.
pub(super) fn traces(school: SchoolId, board: BoardId) -> [Key; 2] {
    [key(school, board), tombstone_key(school, board)]
}

fn name_key(school: SchoolId, name: &BoardName) -> Key {
    Key::new(format!("{}#BOARDNAME#{}", schools::partition(school), fold(name.as_str())), "BOARDNAME")
}

impl BoardFilter {
    /// Boards of this kind, with this text in their names.
    pub fn new(category: Option<Category>, name: Option<&BoardSearch>) -> Self {
        Self { category, folded_name: name.map(|name| fold(name.as_str())) }
    }

    fn admits(&self, board: &Board) -> bool {
        let kind = self.category.as_ref().is_none_or(|kind| *kind == board.category);
        kind && self.folded_name.as_ref().is_none_or(|name| fold(board.name.as_str()).contains(name))
    }

    fn admits_all(&self) -> bool {
        self.category.is_none() && self.folded_name.is_none()
    }
}

impl Boards {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// The board with this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, school: SchoolId, id: BoardId) -> Result<Board, Error> {
        self.table.get(key(school, id), Read::Latest).await?.ok_or(Error::NotFound)
    }

    /// A page of the school's boards, newest first, behind the given board.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        school: SchoolId,
        filter: &BoardFilter,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<Board, String>, Error> {
        let range = Range::newest_first(directory(school), BOARD).after(after);
        let page = if filter.admits_all() {
            self.table.query(range, Some(limit)).await?
        } else {
            self.table.query_where(range, limit, |board| filter.admits(board)).await?
        };
        Ok(Page { items: page.items.into_iter().map(|(_, board)| board).collect(), next: page.next })
    }

    /// Those of the boards that are still there, in the order asked for.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn get_all(&self, school: SchoolId, ids: &[BoardId]) -> Result<Vec<Board>, Error> {
        let mut rows = self.table.batch_get(ids.iter().map(|id| key(school, *id)), Read::Latest).await?;
        ids.iter().filter_map(|id| rows.take(&key(school, *id)).transpose()).collect()
    }

    /// Adds a board.
    ///
    /// # Errors
    /// [`Refusal::BoardNameTaken`]; those of a claim.
    pub async fn add(&self, writer: &Writer, school: SchoolId, board: &Board) -> Result<(), Error> {
        self.table
            .transaction(writer)
            .claim(writer, board.id.as_uuid())?
            .create(&name_key(school, &board.name), &NameOwner { board_id: board.id })?
            .on_condition_failed(Refusal::BoardNameTaken)
            .create(&key(school, board.id), board)?
            .commit()
            .await
    }

    /// Changes a board, as its rules let the caller; if it is no longer as it was read, from the start.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotBoardManager`], [`Refusal::BoardNameTaken`].
    pub async fn edit(
        &self,
        writer: &Writer,
        caller: &Caller,
        mut board: Board,
        changes: &BoardChanges,
    ) -> Result<Board, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let edited = board.edit(caller, changes.clone(), self.table.clock().now())?;
            match self.replace(writer, caller.school, &board, &edited).await {
                Err(Error::Changed(image)) if backoff.pause().await => board = image.read()?,
                result => return result.map(|()| edited),
            }
        }
    }

    async fn replace(&self, writer: &Writer, school: SchoolId, old: &Board, new: &Board) -> Result<(), Error> {
        let (old_name, new_name) = (name_key(school, &old.name), name_key(school, &new.name));
        let mut transaction =
            self.table.transaction(writer).replace(&key(school, new.id), new, old.updated_at)?.on_change();
        if old_name != new_name {
            transaction = transaction
                .delete(old_name)?
                .create(&new_name, &NameOwner { board_id: new.id })?
                .on_condition_failed(Refusal::BoardNameTaken);
        }
        transaction.commit().await
    }

    /// Deletes a board. It and its posts are gone from every answer at once, for no post is shown without its board; the
    /// pictures in them are left to a sweep.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotBoardManager`].
    pub async fn delete(&self, writer: &Writer, caller: &Caller, mut board: Board) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            board.check_managed_by(caller)?;
            match self.remove(writer, caller.school, &board).await {
                Err(Error::Changed(image)) if backoff.pause().await => board = image.read()?,
                result => return result,
            }
        }
    }

    async fn remove(&self, writer: &Writer, school: SchoolId, board: &Board) -> Result<(), Error> {
        let now = self.table.clock().now();
        self.table
            .transaction(writer)
            .delete_unchanged(key(school, board.id), board.updated_at)?
            .on_change()
            .delete(name_key(school, &board.name))?
            .create(&tombstone_key(school, board.id), &Tombstone { deleted_at: now })?
            .create_sweep(&Sweep::of_board(school, board.id, now))?
            .commit()
            .await
    }
}

/// A board has a row for its name, is of a school and was made by a student; a deleted one is gone.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, id)) = of_partition(pk) {
        if *entry.key != tombstone_key(school, id) {
            return None;
        }
        entry.gives();
        entry.needs(schools::key(school));
        entry.excludes(key(school, id));
        entry.read::<Tombstone>();
        return Some("deleted board");
    }
    let (school, rest) = schools::of_partition(pk)?;
    let named = |board, folded: &str| Fact::That(format!("board {board} of school {school} is named {folded:?}"));
    if let Some(name) = rest.strip_prefix("#BOARDNAME#") {
        if sk != "BOARDNAME" {
            return None;
        }
        if let Some(owner) = entry.read::<NameOwner>() {
            entry.post(-1, named(owner.board_id, name));
        }
        return Some("board name");
    }
    let id = sk.strip_prefix(BOARD).filter(|_| rest == "#BOARDS")?.parse::<BoardId>().ok()?;
    entry.gives();
    entry.needs(schools::key(school));
    if let Some(board) = entry.read::<Board>()
        && entry.belongs_at(&key(school, board.id))
    {
        entry.needs_any(withdrawals::author_keys(school, board.manager_id));
        entry.post(1, named(id, &fold(board.name.as_str())));
    }
    Some("board")
}
