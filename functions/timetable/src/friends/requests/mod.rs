//! Friend requests.

pub(crate) mod accept;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;

use campus_core::domain::{Direction, FriendshipId, Nickname, Time};
use campus_core::store::NamedFriendLink;
use serde::Serialize;
use utoipa::ToSchema;

/// A friend request. The nickname is the only information about the other student.
#[derive(Serialize, ToSchema)]
#[schema(as = FriendRequest)]
pub(crate) struct RequestView {
    /// Once the request is accepted, this is the id of the friendship.
    id: FriendshipId,
    /// `in` if you received the request, `out` if you sent it.
    direction: Direction,
    /// The nickname of the other student.
    nickname: Nickname,
    created_at: Time,
    /// When the request was accepted. Null if it is open.
    since: Option<Time>,
}

impl From<NamedFriendLink> for RequestView {
    fn from(NamedFriendLink { link, nickname }: NamedFriendLink) -> Self {
        Self { id: link.id, direction: link.direction, nickname, created_at: link.created_at, since: link.since }
    }
}
