//! Ids. Opaque to clients; UUIDv7 where time order is wanted in sort keys, UUIDv4 for users, whose id must not tell
//! when the account was made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use super::{FieldError, Parse, Semester, Time};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().or(Err(de::Error::custom("not the spelling of an id")))
            }
        }

        impl $name {
            /// The id with this value.
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The value.
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

            /// Takes the one spelling that `Display` writes, so that a thing has one URL.
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

macro_rules! time_ordered {
    ($($name:ident),*) => {$(
        impl $name {
            /// A new id that sorts after those made in earlier milliseconds.
            pub fn new(now: Time) -> Self {
                Self(Uuid::new_v7(now.as_uuid_timestamp()))
            }
        }
    )*};
}

id!(
    /// A school: the tenant.
    SchoolId
);
id!(
    /// A student.
    UserId
);
id!(
    /// A login and the line of refresh tokens that comes of it.
    SessionId
);
id!(
    /// A board.
    BoardId
);
id!(
    /// A post.
    PostId
);
id!(
    /// A comment.
    CommentId
);
id!(
    /// A picture.
    MediaId
);
id!(
    /// Messages between two students about one thing.
    ThreadId
);
id!(
    /// A message.
    MessageId
);
id!(
    /// A lecture.
    LectureId
);
id!(
    /// A timetable.
    TimetableId
);
id!(
    /// An entry of a timetable.
    EntryId
);
id!(
    /// A review of a course.
    ReviewId
);
id!(
    /// A friendship, or the request for one.
    FriendshipId
);
time_ordered!(
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

/// Ids of what belongs to a semester, which they tell, so that nobody has to look up where the thing stands: the twelve
/// bits between the version and the variant of a UUIDv7 (`rand_a` in RFC 9562, section 5.7) are the semester's number.
/// Sixty bits remain to chance.
macro_rules! of_a_semester {
    ($($name:ident),*) => {$(
        impl $name {
            /// A new id that sorts after those made in earlier milliseconds.
            pub fn new(now: Time, semester: Semester) -> Self {
                let bits = Uuid::new_v7(now.as_uuid_timestamp()).as_u128() & !(SEMESTER_BITS << SEMESTER_PLACE);
                Self(Uuid::from_u128(bits | u128::from(semester.number()) << SEMESTER_PLACE))
            }

            /// The semester of the thing, if there is such a thing.
            pub fn semester(&self) -> Option<Semester> {
                let number = self.0.as_u128() >> SEMESTER_PLACE & SEMESTER_BITS;
                Semester::from_number(u16::try_from(number).ok()?)
            }
        }
    )*};
}

const SEMESTER_BITS: u128 = 0xFFF;
const SEMESTER_PLACE: u32 = 64;

of_a_semester!(LectureId, TimetableId);

impl UserId {
    /// A new, random id.
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
    fn a_users_id_does_not_tell_when_the_account_was_made() {
        assert_eq!(UserId::random().as_uuid().get_version_num(), 4);
    }

    #[test]
    fn ids_of_a_semester_tell_it_and_are_uuids_of_version_7() {
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
