//! Friend requests.

pub(crate) mod accept;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;

use campus_core::domain::{Direction, FriendshipId, Nickname, SentTo, Time};
use campus_core::store::NamedFriendLink;
use serde::Serialize;
use utoipa::ToSchema;

/// A friend request. One that you sent shows the login id or the address that you entered; one that you received shows
/// the nickname of its sender. Nothing else is known about the other student.
#[derive(Serialize, ToSchema)]
#[schema(as = FriendRequest)]
pub(crate) struct RequestView {
    /// Once the request is accepted, this is the id of the friendship.
    id: FriendshipId,
    /// `in` if you received the request, `out` if you sent it.
    direction: Direction,
    /// The login id or the email address that you entered. Null if you received the request, or if it is accepted.
    sent_to: Option<SentTo>,
    /// The nickname of the other student. Null if you sent the request and it is open.
    nickname: Option<Nickname>,
    created_at: Time,
    /// When the request was accepted. Null if it is open.
    since: Option<Time>,
}

impl From<NamedFriendLink> for RequestView {
    fn from(NamedFriendLink { link, nickname }: NamedFriendLink) -> Self {
        let shows_nickname = link.direction == Direction::In || link.since.is_some();
        Self {
            id: link.id,
            direction: link.direction,
            sent_to: link.sent_to,
            nickname: shows_nickname.then_some(nickname),
            created_at: link.created_at,
            since: link.since,
        }
    }
}
