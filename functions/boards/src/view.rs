//! A board as clients see it.

use campus_core::domain::{Anonymity, Board, BoardId, BoardName, Caller, Category, Description, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// A board.
#[derive(Serialize, ToSchema)]
#[schema(as = Board)]
pub(crate) struct BoardView {
    #[schema(inline)]
    pub(crate) id: BoardId,
    #[schema(inline)]
    category: Category,
    #[schema(inline)]
    name: BoardName,
    #[schema(inline)]
    description: Description,
    /// Whether its posts and comments are anonymous: as each author likes, all of them, none of them.
    #[schema(inline)]
    anonymity: Anonymity,
    /// Whether its posts can become hot.
    hot_enabled: bool,
    /// Whether one has pinned it.
    is_pinned: bool,
    /// Whether one may change and delete it.
    can_manage: bool,
    #[schema(inline)]
    created_at: Time,
    #[schema(inline)]
    updated_at: Time,
}

impl BoardView {
    pub(crate) fn new(board: Board, caller: &Caller, is_pinned: bool) -> Self {
        Self {
            can_manage: board.is_managed_by(caller),
            id: board.id,
            category: board.category,
            name: board.name,
            description: board.description,
            anonymity: board.anonymity,
            hot_enabled: board.hot_enabled,
            is_pinned,
            created_at: board.created_at,
            updated_at: board.updated_at,
        }
    }
}
