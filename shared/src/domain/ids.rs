//! Ids, opaque to clients. Most ids are UUIDv7 (RFC 9562), so that sort keys are in time order. User ids are UUIDv4, so
//! that they do not reveal when the account was created.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use super::{FieldError, Parse, Semester, Time};

/// Defines an id type whose only valid text form is the lower-case, hyphenated UUID.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().or(Err(de::Error::custom("invalid id")))
            }
        }

        impl $name {
            /// Wraps a UUID.
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = FieldError;

            /// Accepts only the form that `Display` writes, so that each resource has one URL.
            fn from_str(text: &str) -> Result<Self, FieldError> {
                match Uuid::try_parse(text) {
                    Ok(uuid) if uuid.to_string() == text => Ok(Self(uuid)),
                    _ => Err(FieldError::InvalidFormat),
                }
            }
        }

        impl Parse for $name {
            type Raw = String;

            fn parse(raw: String) -> Result<Self, FieldError> {
                raw.parse()
            }
        }
    };
}

/// Adds a `new` that creates a time-ordered id.
macro_rules! time_ordered_ids {
    ($($name:ident),*) => {$(
        impl $name {
            /// Creates an id that sorts after all ids of earlier milliseconds.
            pub fn new(now: Time) -> Self {
                Self(Uuid::new_v7(now.as_uuid_timestamp()))
            }
        }
    )*};
}

id!(
    /// The id of a school, which is the tenant.
    SchoolId
);
id!(
    /// The id of a user. Responses never hold the id of another user.
    UserId
);
id!(
    /// The id of a session: a login and the refresh tokens that follow from it.
    SessionId
);
id!(
    /// The id of a board.
    BoardId
);
id!(
    /// The id of a post.
    PostId
);
id!(
    /// The id of a comment.
    CommentId
);
id!(
    /// The id of a picture.
    MediaId
);
id!(
    /// The id of a message thread.
    ThreadId
);
id!(
    /// The id of a message.
    MessageId
);
id!(
    /// The id of a lecture.
    LectureId
);
id!(
    /// The id of a timetable.
    TimetableId
);
id!(
    /// The id of a timetable entry.
    EntryId
);
id!(
    /// The id of a review.
    ReviewId
);
id!(
    /// The id of a friendship or a friend request.
    FriendshipId
);
time_ordered_ids!(
    SchoolId,
    SessionId,
    BoardId,
    PostId,
    CommentId,
    MediaId,
    ThreadId,
    MessageId,
    EntryId,
    ReviewId,
    FriendshipId
);

/// Adds a `new` that creates a time-ordered id with the semester in it, so that the key of a row follows from its id
/// without a lookup. The semester's number is in the 12 bits between version and variant of the UUIDv7 (`rand_a` in RFC
/// 9562, section 5.7).
macro_rules! ids_with_semester {
    ($($name:ident),*) => {$(
        impl $name {
            /// Creates an id of this semester that sorts after all ids of earlier milliseconds.
            pub fn new(now: Time, semester: Semester) -> Self {
                let bits = Uuid::new_v7(now.as_uuid_timestamp()).as_u128() & !(SEMESTER_MASK << SEMESTER_SHIFT);
                Self(Uuid::from_u128(bits | u128::from(semester.number()) << SEMESTER_SHIFT))
            }

            /// The semester in the id, or `None` if the id cannot exist.
            pub fn semester(&self) -> Option<Semester> {
                let number = self.0.as_u128() >> SEMESTER_SHIFT & SEMESTER_MASK;
                Semester::from_number(u16::try_from(number).ok()?)
            }
        }
    )*};
}

const SEMESTER_MASK: u128 = 0xFFF;
const SEMESTER_SHIFT: u32 = 64;

ids_with_semester!(LectureId, TimetableId);

impl UserId {
    /// Creates a random id (UUIDv4).
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = UserId::random();
        assert_eq!(id.to_string().parse(), Ok(id));
        for other in [id.to_string().to_uppercase(), id.as_uuid().simple().to_string(), format!("{{{id}}}")] {
            assert_eq!(other.parse::<UserId>(), Err(FieldError::InvalidFormat), "{other}");
        }
    }

    #[test]
    fn a_user_id_does_not_reveal_when_the_account_was_created() {
        assert_eq!(UserId::random().as_uuid().get_version_num(), 4);
    }

    #[test]
    fn ids_with_a_semester_hold_its_number_and_are_valid_uuid_v7() {
        let now = Time::now();
        for number in [0, 105, 399] {
            let semester = Semester::from_number(number).unwrap();
            let id = LectureId::new(now, semester);
            assert_eq!((id.semester(), id.as_uuid().get_version_num()), (Some(semester), 7));
            assert_eq!(id.as_uuid().get_variant(), uuid::Variant::RFC4122);
            assert!(id < LectureId::new(now.plus_millis(1), Semester::from_number(0).unwrap()));
        }
        let ids: std::collections::HashSet<_> =
            (0..10_000).map(|_| TimetableId::new(now, Semester::from_number(7).unwrap())).collect();
        assert_eq!(ids.len(), 10_000);
    }

    #[test]
    fn other_ids_sort_by_time() {
        let now = Time::now();
        for _ in 0..100 {
            assert!(PostId::new(now) < PostId::new(now.plus_millis(1)));
            assert!(PostId::new(now) > PostId::new(now.plus_millis(-1)));
        }
    }
}
