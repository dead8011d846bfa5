//! Audit of the rows of [`store::content::boards`](crate::store::content::boards).

use crate::domain::{Board, BoardId, fold};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::boards;
use crate::store::dynamo::Key;
use crate::store::{schools, withdrawals};

/// A board requires its school and its manager, and has one name row. A deleted board excludes a board with the same
/// id.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, id)) = boards::parse_partition(pk) {
        if *entry.key != boards::deleted_key(school, id) {
            return None;
        }
        entry.provides();
        entry.requires(schools::key(school));
        entry.excludes(boards::key(school, id));
        entry.read::<boards::DeletedBoard>();
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
        entry.requires_any(withdrawals::author_keys(school, board.manager_id));
        entry.record(1, named(id, &fold(board.name.as_str())));
    }
    Some("board")
}
