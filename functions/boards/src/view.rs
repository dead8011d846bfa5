//! Boards in responses.

use campus_core::domain::{Anonymity, Board, BoardId, BoardName, Caller, Category, Description, Posting, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// A board.
#[derive(Serialize, ToSchema)]
#[schema(as = Board)]
pub(crate) struct BoardView {
    pub(crate) id: BoardId,
    category: Category,
    name: BoardName,
    description: Description,
    /// Whether posts and comments are anonymous: `optional` lets each author choose, `always` requires it, `never`
    /// forbids it.
    anonymity: Anonymity,
    /// Who may post: `everyone`, or only the school's `admins`. Everybody may comment.
    posting: Posting,
    /// Whether posts can become hot or best posts.
    hot_enabled: bool,
    /// Whether the board is read-only.
    is_archived: bool,
    /// Whether you have pinned the board.
    is_pinned: bool,
    /// Whether you may change the board, and delete it if nobody else has written on it. Admins may always delete it.
    can_manage: bool,
    created_at: Time,
    updated_at: Time,
}

impl BoardView {
    pub(crate) fn new(board: Board, caller: &Caller, is_pinned: bool) -> Self {
        Self {
            can_manage: board.check_managed_by(caller).is_ok(),
            id: board.id,
            category: board.category,
            name: board.name,
            description: board.description,
            anonymity: board.anonymity,
            posting: board.posting,
            hot_enabled: board.hot_enabled,
            is_archived: board.is_archived,
            is_pinned,
            created_at: board.created_at,
            updated_at: board.updated_at,
        }
    }
}
