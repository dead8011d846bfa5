//! Audit of the rows of [`store::content::boards`](crate::store::content::boards).

use crate::domain::{Board, BoardId, SchoolId, UserId, fold};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::boards;
use crate::store::dynamo::Key;
use crate::store::{schools, withdrawals};

/// A board requires its school and its manager, if it has one, and has one name row. A deleted board excludes a board
/// with the same id. Posts require that the board knows of posts by others than its manager.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, id)) = boards::parse_partition(pk) {
        if *entry.key != boards::deleted_key(school, id) {
            return None;
        }
        entry.provides();
        entry.requires(schools::key(school));
        entry.excludes(boards::key(school, id));
        if let Some(deleted) = entry.read::<boards::DeletedBoard>() {
            let progress = deleted.removed_at.unwrap_or(deleted.deleted_at);
            super::search::audit_deleted_board(entry, school, id, progress.as_secs());
        }
        return Some("deleted board");
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let named = |board, folded: &str| Fact::That(format!("board {board} of school {school} is named {folded:?}"));
    if let Some(name) = rest.strip_prefix("#BOARDNAME#") {
        if sk != "BOARDNAME" {
            return None;
        }
        if let Some(owner) = entry.read::<boards::BoardNameRow>() {
            entry.record(-1, named(owner.board_id, name));
        }
        return Some("board name");
    }
    let id = sk.strip_prefix(boards::BOARD).filter(|_| rest == "#BOARDS")?.parse::<BoardId>().ok()?;
    entry.provides();
    entry.requires(schools::key(school));
    if let Some(board) = entry.read::<Board>()
        && entry.belongs_at(&boards::key(school, board.id))
    {
        if let Some(manager) = board.manager_id {
            entry.requires_any(withdrawals::author_keys(school, manager));
            entry.provides_key(manager_marker(school, id, manager));
        }
        entry.record(1, named(id, &fold(board.name.as_str())));
        if board.has_content_of_others {
            entry.provides_key(others_marker(school, id));
        }
    }
    Some("board")
}

/// What a post of this author on the board requires: that the board is deleted, or that the author manages it, or that it
/// has content of others.
pub(crate) fn board_of_post(school: SchoolId, board: BoardId, author: UserId) -> [Key; 3] {
    [boards::deleted_key(school, board), manager_marker(school, board, author), others_marker(school, board)]
}

/// A key that is not in the table. The board of this manager provides it.
fn manager_marker(school: SchoolId, board: BoardId, manager: UserId) -> Key {
    Key::new(boards::partition(school, board), format!("MANAGER#{manager}"))
}

/// A key that is not in the table. A board with content of others provides it.
fn others_marker(school: SchoolId, board: BoardId) -> Key {
    Key::new(boards::partition(school, board), "CONTENT-OF-OTHERS")
}
