//! Friends: the operations on requests and on friendships, and how clients see them.

pub(crate) mod accept;
pub(crate) mod ask;
pub(crate) mod delete_request;
pub(crate) mod list;
pub(crate) mod list_requests;
pub(crate) mod timetable;
pub(crate) mod unfriend;

use campus_core::domain::{Direction, FriendshipId, Nickname, Time};
use campus_core::store::KnownTie;
use serde::Serialize;
use utoipa::ToSchema;

/// A request for friendship. It does not tell who the other one is but by the nickname.
#[derive(Serialize, ToSchema)]
#[schema(as = FriendRequest)]
pub(crate) struct RequestView {
    /// The friendship keeps it.
    #[schema(inline)]
    id: FriendshipId,
    /// Whether one has got it or sent it.
    #[schema(inline)]
    direction: Direction,
    /// The other one's.
    #[schema(inline)]
    nickname: Nickname,
    #[schema(inline)]
    created_at: Time,
    /// Since when the two are friends; null while it is a request.
    #[schema(inline)]
    since: Option<Time>,
}

/// A friend. It does not tell who that is but by the nickname.
#[derive(Serialize, ToSchema)]
#[schema(as = Friend)]
pub(crate) struct FriendView {
    /// The friendship's: the same for both.
    #[schema(inline)]
    id: FriendshipId,
    #[schema(inline)]
    nickname: Nickname,
    #[schema(inline)]
    since: Time,
}

impl From<KnownTie> for RequestView {
    fn from(KnownTie { tie, nickname }: KnownTie) -> Self {
        Self { id: tie.id, direction: tie.direction, nickname, created_at: tie.created_at, since: tie.since }
    }
}

impl FriendView {
    /// The friend; none while it is a request.
    fn of(KnownTie { tie, nickname }: KnownTie) -> Option<Self> {
        Some(Self { id: tie.id, nickname, since: tie.since? })
    }
}
