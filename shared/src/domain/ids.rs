//! Ids, opaque to clients. Most ids are UUIDv7 (RFC 9562), so that sort keys are in time order. The ids of users and
//! reviews are UUIDv4, so that they do not reveal when the account was created or the review was written. The id of a
//! post contains its board and the id of a comment its post, so that the keys of their rows follow from the id without
//! a lookup.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use super::{FieldError, Parse, Semester, Time};

/// Implements `Parse`, `Serialize` and `Deserialize` with `FromStr` and `Display`.
macro_rules! text_form {
    ($name:ident) => {
        impl Parse for $name {
            type Raw = String;

            fn parse(raw: String) -> Result<Self, FieldError> {
                raw.parse()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().or(Err(de::Error::custom("invalid id")))
            }
        }
    };
}

/// Defines an id type whose only valid text form is the lower-case, hyphenated UUID.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        text_form!($name);

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
    /// The id of a block.
    BlockId
);
id!(
    /// The id of a picture.
    MediaId
);
id!(
    /// The folder in the bucket that holds the pictures of a post. It is random, so it says nothing about the post.
    MediaFolder
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
    /// The id of an exam info.
    ExamInfoId
);
id!(
    /// The id of a friendship or a friend request.
    FriendshipId
);
id!(
    /// The id of a takedown request. The author of what it restricts learns it, so it does not tell when somebody asked.
    TakedownId
);
time_ordered_ids!(SchoolId, SessionId, BlockId, BoardId, MediaId, ThreadId, EntryId, FriendshipId);

impl MessageId {
    /// Creates an id that sorts after all ids of earlier milliseconds. It contains the number of the message in its
    /// thread, so that the key of the message follows from its id without a lookup.
    pub fn new(now: Time, number: u32) -> Self {
        let bits = Uuid::new_v7(now.as_uuid_timestamp()).as_u128() & !u128::from(u32::MAX);
        Self(Uuid::from_u128(bits | u128::from(number)))
    }

    /// The number of the message in its thread.
    pub fn number(&self) -> u32 {
        u32::try_from(self.0.as_u128() & u128::from(u32::MAX)).unwrap_or_default()
    }
}

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

/// Adds a `random` that creates an id without a time in it (UUIDv4).
macro_rules! random_ids {
    ($($name:ident),*) => {$(
        impl $name {
            /// Creates a random id (UUIDv4).
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }
    )*};
}

random_ids!(UserId, ReviewId, ExamInfoId, MediaFolder, TakedownId);

/// The id of a post, which contains the id of its board.
///
/// The text form is 64 hexadecimal digits: the UUID of the post, then that of the board. So the ids of posts sort by
/// time, on one board and across boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PostId {
    uuid: Uuid,
    board: BoardId,
}

text_form!(PostId);

impl PostId {
    /// Creates an id that sorts after all ids of earlier milliseconds.
    pub fn new(board: BoardId, now: Time) -> Self {
        Self::from_uuid(board, Uuid::new_v7(now.as_uuid_timestamp()))
    }

    /// The id of the post that has this UUID on the board.
    pub fn from_uuid(board: BoardId, uuid: Uuid) -> Self {
        Self { uuid, board }
    }

    /// The board of the post.
    pub fn board(&self) -> BoardId {
        self.board
    }

    /// The UUID of the post on its board.
    pub fn as_uuid(&self) -> Uuid {
        self.uuid
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.uuid.simple(), self.board.0.simple())
    }
}

impl FromStr for PostId {
    type Err = FieldError;

    /// Accepts only the form that `Display` writes.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        match uuids(text)?.as_slice() {
            [uuid, board] => Ok(Self { uuid: *uuid, board: BoardId(*board) }),
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

/// The id of a comment, which contains the id of its post, and so its board. The id of a reply also contains its parent.
///
/// The text form is the id of the post and the UUID of the comment, 96 hexadecimal digits. For a reply, these are the
/// post and the parent, and the UUID of the reply follows: 128 digits. So the ids of the comments of a post sort by
/// time, and the replies to a comment directly follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommentId {
    post: PostId,
    /// The UUID of the comment, or of a reply's parent.
    comment: Uuid,
    reply: Option<Uuid>,
}

text_form!(CommentId);

impl CommentId {
    /// Creates an id that sorts after all ids of earlier milliseconds, among the comments of the post or the replies to
    /// `parent`.
    pub fn new(post: PostId, parent: Option<Self>, now: Time) -> Self {
        Self::from_uuid(post, parent, Uuid::new_v7(now.as_uuid_timestamp()))
    }

    /// The id of the comment that has this UUID on the post, or among the replies to `parent`. `parent` must be a comment
    /// on the post.
    pub fn from_uuid(post: PostId, parent: Option<Self>, uuid: Uuid) -> Self {
        match parent {
            Some(parent) => Self { post, comment: parent.comment, reply: Some(uuid) },
            None => Self { post, comment: uuid, reply: None },
        }
    }

    /// The post of the comment.
    pub fn post(&self) -> PostId {
        self.post
    }

    /// The comment to which this is a reply.
    pub fn parent(&self) -> Option<Self> {
        self.reply.map(|_| Self { reply: None, ..*self })
    }

    /// The UUID of the comment on its post, or of the reply among those to its parent.
    pub fn as_uuid(&self) -> Uuid {
        self.reply.unwrap_or(self.comment)
    }
}

impl fmt::Display for CommentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.post, self.comment.simple())?;
        self.reply.map_or(Ok(()), |reply| write!(f, "{}", reply.simple()))
    }
}

impl FromStr for CommentId {
    type Err = FieldError;

    /// Accepts only the form that `Display` writes.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let (post, comment, reply) = match uuids(text)?.as_slice() {
            [post, board, comment] => (PostId { uuid: *post, board: BoardId(*board) }, *comment, None),
            [post, board, comment, reply] => (PostId { uuid: *post, board: BoardId(*board) }, *comment, Some(*reply)),
            _ => return Err(FieldError::InvalidFormat),
        };
        Ok(Self { post, comment, reply })
    }
}

/// The UUIDs that are written one after the other, with 32 lower-case hexadecimal digits each.
fn uuids(text: &str) -> Result<Vec<Uuid>, FieldError> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() > MAX_TEXT_BYTES || !text.as_bytes().iter().all(is_digit) {
        return Err(FieldError::InvalidFormat);
    }
    text.as_bytes().chunks(32).map(|digits| Uuid::try_parse_ascii(digits).or(Err(FieldError::InvalidFormat))).collect()
}

mod case;
mod notification;

pub use case::CaseId;
pub use notification::NotificationId;

/// The length of the longest id, that of a reply.
const MAX_TEXT_BYTES: usize = 4 * 32;

#[cfg(test)]
mod tests;
