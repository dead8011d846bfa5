//! Friends and friend requests.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod requests;
pub(crate) mod timetable;

use campus_core::domain::{FriendshipId, Nickname, Time};
use campus_core::store::NamedFriendLink;
use serde::Serialize;
use utoipa::ToSchema;

/// A friend. The nickname is the only information about the other student.
#[derive(Serialize, ToSchema)]
#[schema(as = Friend)]
pub(crate) struct FriendView {
    /// The id of the friendship, the same for both sides.
    id: FriendshipId,
    nickname: Nickname,
    /// When the request was accepted.
    since: Time,
}

impl FriendView {
    /// `None` if the link is a request that was not accepted.
    fn of(NamedFriendLink { link, nickname }: NamedFriendLink) -> Option<Self> {
        Some(Self { id: link.id, nickname, since: link.since? })
    }
}
