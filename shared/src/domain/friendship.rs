//! Friendships and friend requests (rule 13).

use serde::{Deserialize, Serialize};

use super::{Email, FieldError, FriendshipId, LoginId, Parse, Refusal, Time, UserId};

/// A friendship between two users, or a friend request that is not accepted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Friendship {
    /// Does not change when the request is accepted.
    pub id: FriendshipId,
    /// The user who sent the request.
    pub requested_by: UserId,
    /// When the request was sent.
    pub created_at: Time,
    /// When the request was accepted; `None` until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// Whether the request is hidden from its recipient, who has declined it or does not want it (rule 13). Its sender
    /// cannot tell. A friendship is never hidden.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_hidden: bool,
}

/// A friendship or friend request from the side of one of the two users. Each user has such a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FriendLink {
    /// The same id on both sides.
    pub id: FriendshipId,
    /// The other user. Responses never hold this id.
    pub partner: UserId,
    pub direction: Direction,
    /// When the request was sent.
    pub created_at: Time,
    /// When the request was accepted; `None` until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// Whether the request is hidden from this user, its recipient.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_hidden: bool,
    /// For a request that this user has sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_to: Option<SentTo>,
}

/// The login id or the email address that a user has entered to send a friend request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SentTo(String);

impl From<LoginId> for SentTo {
    fn from(login_id: LoginId) -> Self {
        Self(login_id.as_str().to_owned())
    }
}

impl From<Email> for SentTo {
    fn from(address: Email) -> Self {
        Self(address.as_str().to_owned())
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde requires a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// How long requests are hidden after the recipient has declined one of the sender: 30 days, in seconds (rule 13).
pub const HIDDEN_AFTER_DECLINE_S: i64 = 30 * 24 * 3600;

/// The direction of a friend request, from the side of one of the two users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The other user sent the request.
    In,
    /// This user sent the request.
    Out,
}

impl Direction {
    /// The name in requests, responses and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    fn reversed(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}

impl Parse for Direction {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        match raw.as_str() {
            "in" => Ok(Self::In),
            "out" => Ok(Self::Out),
            _ => Err(FieldError::UnknownChoice),
        }
    }
}

impl Friendship {
    /// Creates a friend request by a user.
    pub fn request(by: UserId, is_hidden: bool, now: Time) -> Self {
        Self { id: FriendshipId::new(now), requested_by: by, created_at: now, since: None, is_hidden }
    }

    /// Checks that `user` may send a request although this friendship or request exists. They may if the other user
    /// sent the existing request; the new request then accepts it.
    ///
    /// # Errors
    /// [`Refusal::AlreadyFriends`], [`Refusal::AlreadyRequested`].
    pub fn check_can_request(&self, user: UserId) -> Result<(), Refusal> {
        match self.since {
            Some(_) => Err(Refusal::AlreadyFriends),
            None if self.requested_by == user => Err(Refusal::AlreadyRequested),
            None => Ok(()),
        }
    }

    /// The friendship from the side of `own`.
    pub fn link(&self, own: UserId, partner: UserId) -> FriendLink {
        let direction = if self.requested_by == own { Direction::Out } else { Direction::In };
        let is_hidden = self.is_hidden && direction == Direction::In;
        FriendLink {
            id: self.id,
            partner,
            direction,
            created_at: self.created_at,
            since: self.since,
            is_hidden,
            sent_to: None,
        }
    }
}

impl FriendLink {
    /// The friendship from the side of the partner. `own` is the user of this side.
    #[must_use]
    pub fn for_partner(&self, own: UserId) -> Self {
        Self { partner: own, direction: self.direction.reversed(), ..self.clone() }
    }

    /// The request, accepted at `now`.
    #[must_use]
    pub fn accepted(&self, now: Time) -> Self {
        Self { since: Some(now.max(self.created_at)), is_hidden: false, sent_to: None, ..self.clone() }
    }

    /// Checks that the user of this side may accept the request: only the recipient may.
    ///
    /// # Errors
    /// [`Refusal::OwnRequest`].
    pub fn check_acceptable(&self) -> Result<(), Refusal> {
        match self.direction {
            Direction::In => Ok(()),
            Direction::Out => Err(Refusal::OwnRequest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_the_mirror_of_the_other() {
        let (first, second, now) = (UserId::random(), UserId::random(), Time::now());
        let request = Friendship::request(first, false, now);
        let (out, into) = (request.link(first, second), request.link(second, first));
        assert_eq!((out.direction, into.direction), (Direction::Out, Direction::In));
        assert_eq!((out.for_partner(first), into.for_partner(second)), (into.clone(), out.clone()));
        assert_eq!((out.check_acceptable(), into.check_acceptable()), (Err(Refusal::OwnRequest), Ok(())));
        // The accepting server's clock is behind.
        assert_eq!(into.accepted(now.plus_millis(-5)).since, Some(now));
    }

    #[test]
    fn a_hidden_request_is_hidden_only_from_its_recipient_and_until_it_is_accepted() {
        let (first, second, now) = (UserId::random(), UserId::random(), Time::now());
        let request = Friendship::request(first, true, now);
        let (out, into) = (request.link(first, second), request.link(second, first));
        assert_eq!((out.is_hidden, into.is_hidden, into.accepted(now).is_hidden), (false, true, false));
    }

    #[test]
    fn a_second_request_is_allowed_only_for_the_recipient_of_the_first() {
        let (first, second, now) = (UserId::random(), UserId::random(), Time::now());
        let request = Friendship::request(first, true, now);
        assert_eq!(request.check_can_request(first), Err(Refusal::AlreadyRequested));
        assert_eq!(request.check_can_request(second), Ok(()));
        let accepted = Friendship { since: Some(now), ..request };
        for user in [first, second] {
            assert_eq!(accepted.check_can_request(user), Err(Refusal::AlreadyFriends));
        }
    }
}
