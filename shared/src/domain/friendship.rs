//! Friendships: one student asks, the other one accepts, and from then on both are friends.

use serde::{Deserialize, Serialize};

use super::{Email, FieldError, FriendshipId, LoginId, Parse, Refusal, Time, UserId};

/// Somebody of the school, by something that only those know who were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// Whoever has this login id.
    LoginId(LoginId),
    /// Whoever has this e-mail address.
    Email(Email),
}

/// What two students are to each other: one has asked, or they are friends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Friendship {
    /// The id, which stays when the request is accepted.
    pub id: FriendshipId,
    /// Which of the two has asked.
    pub requested_by: UserId,
    /// When.
    pub created_at: Time,
    /// Since when they are friends, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
}

/// A friendship, or the request for one, as one of the two has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// The friendship's id, the same on both sides.
    pub id: FriendshipId,
    /// The other one. No answer ever holds this.
    pub partner: UserId,
    /// Who has asked.
    pub direction: Direction,
    /// When.
    pub created_at: Time,
    /// Since when they are friends, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
}

/// Which way a request went, from where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The other one has asked.
    In,
    /// One has asked oneself.
    Out,
}

impl Direction {
    /// The word for it.
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
    /// A request of the student's.
    pub fn request(by: UserId, now: Time) -> Self {
        Self { id: FriendshipId::new(now), requested_by: by, created_at: now, since: None }
    }

    /// Asks for the right to ask for what there is already: it is only to be had where the other one has asked.
    ///
    /// # Errors
    /// [`Refusal::AlreadyFriends`], [`Refusal::AlreadyRequested`].
    pub fn check_open_to(&self, asking: UserId) -> Result<(), Refusal> {
        match self.since {
            Some(_) => Err(Refusal::AlreadyFriends),
            None if self.requested_by == asking => Err(Refusal::AlreadyRequested),
            None => Ok(()),
        }
    }

    /// What one of the two has of it.
    pub fn tie(&self, own: UserId, partner: UserId) -> Tie {
        let direction = if self.requested_by == own { Direction::Out } else { Direction::In };
        Tie { id: self.id, partner, direction, created_at: self.created_at, since: self.since }
    }
}

impl Tie {
    /// What the other one has of it.
    #[must_use]
    pub fn of_partner(&self, own: UserId) -> Self {
        Self { partner: own, direction: self.direction.reversed(), ..self.clone() }
    }

    /// The request, accepted.
    #[must_use]
    pub fn accepted(&self, now: Time) -> Self {
        Self { since: Some(now.max(self.created_at)), ..self.clone() }
    }

    /// Asks for the right to accept it.
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
    fn the_two_sides_mirror_each_other() {
        let (one, other, now) = (UserId::random(), UserId::random(), Time::now());
        let request = Friendship::request(one, now);
        let (out, into) = (request.tie(one, other), request.tie(other, one));
        assert_eq!((out.direction, into.direction), (Direction::Out, Direction::In));
        assert_eq!((out.of_partner(one), into.of_partner(other)), (into.clone(), out.clone()));
        assert_eq!((out.check_acceptable(), into.check_acceptable()), (Err(Refusal::OwnRequest), Ok(())));
        // On a clock that is behind.
        assert_eq!(into.accepted(now.plus_millis(-5)).since, Some(now));
    }

    #[test]
    fn only_the_other_ones_request_is_open() {
        let (one, other, now) = (UserId::random(), UserId::random(), Time::now());
        let request = Friendship::request(one, now);
        assert_eq!(request.check_open_to(one), Err(Refusal::AlreadyRequested));
        assert_eq!(request.check_open_to(other), Ok(()));
        let accepted = Friendship { since: Some(now), ..request };
        for user in [one, other] {
            assert_eq!(accepted.check_open_to(user), Err(Refusal::AlreadyFriends));
        }
    }
}
