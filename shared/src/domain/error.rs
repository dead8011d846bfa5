//! What a rule says when it refuses.

use serde::{Deserialize, Serialize};

/// A value made from what a client sent by one `parse`, never checked again.
pub trait Parse: Sized {
    /// What the client sends: a string, a number, a flag.
    type Raw;

    /// Checks and normalises.
    ///
    /// # Errors
    /// The one rule that the value breaks.
    fn parse(raw: Self::Raw) -> Result<Self, FieldError>;
}

macro_rules! as_it_comes {
    ($($type:ty),*) => {$(
        impl Parse for $type {
            type Raw = Self;

            fn parse(raw: Self) -> Result<Self, FieldError> {
                Ok(raw)
            }
        }
    )*};
}

as_it_comes!(bool, String);

/// The rule that one field of a request breaks. The serialised tag is the `code` that clients see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FieldError {
    /// It is missing.
    Required,
    /// The request has no such field.
    UnknownField,
    /// It has another JSON type.
    WrongType,
    /// Fewer than `min` characters.
    TooShort {
        /// The least number of characters.
        min: usize,
    },
    /// More than `max` characters.
    TooLong {
        /// The greatest number of characters.
        max: usize,
    },
    /// A number outside `min..=max`.
    OutOfRange {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// It has characters that are not allowed here: control, invisible or direction-changing ones, or spaces.
    InvalidCharacters,
    /// It does not have the form of such a value.
    InvalidFormat,
    /// It is none of the known choices.
    UnknownChoice,
    /// It names something that does not exist.
    NoSuchThing,
    /// A password that is among the first that anyone would try.
    CommonPassword,
    /// A password that is the login id.
    SameAsLoginId,
    /// The board takes only anonymous posts.
    AnonymityRequired,
    /// The board takes no anonymous posts.
    AnonymityForbidden,
    /// A reply to what is a reply itself.
    ReplyToReply,
    /// A message about what the sender wrote.
    OwnContent,
    /// Another field has said it already.
    OnlyOne,
    /// More than `max` things.
    TooMany {
        /// The greatest number of things.
        max: usize,
    },
    /// It stands in the list before.
    Duplicate,
    /// It names a picture that was not uploaded.
    NotUploaded,
    /// It is not later than the start.
    EndsBeforeStart,
    /// Slots of one entry that share a minute.
    Overlapping,
    /// The lecture is not of the timetable's semester.
    OtherSemester,
    /// The catalogue says this of a lecture; nobody else does.
    FromCatalogue,
    /// It names the caller.
    Oneself,
}

impl FieldError {
    /// Says which field it is about.
    pub fn at(self, field: impl Into<String>) -> Invalid {
        Invalid { field: field.into(), error: self }
    }
}

/// A field of a request and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field's path in the request, such as `slots[0].start`.
    pub field: String,
    /// The rule.
    pub error: FieldError,
}

/// A rule of the domain that a well-formed request runs into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody has this login id; login ids are unique over all schools.
    #[error("the login id is taken")]
    LoginIdTaken,
    /// Somebody has this e-mail address; addresses are unique over all schools.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Somebody in the school has this nickname.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// The nickname was changed less than 30 days ago.
    #[error("the nickname cannot be changed yet")]
    NicknameLocked,
    /// The school has a board of this name.
    #[error("the board name is taken")]
    BoardNameTaken,
    /// The student has pinned as many boards as there is room for.
    #[error("too many boards are pinned")]
    PinsFull,
    /// Only the board's manager and the school's admins may do this.
    #[error("not the manager of the board")]
    NotBoardManager,
    /// Only the author and the school's admins may do this.
    #[error("not the author")]
    NotAuthor,
    /// One may not like or scrap what one wrote.
    #[error("this is the caller's own")]
    OwnContent,
    /// A like is given once and for good.
    #[error("liked before")]
    AlreadyLiked,
    /// The same text was the student's last on this board, less than 5 minutes ago.
    #[error("the same post was written just now")]
    DuplicatePost,
    /// A question that has comments stays as it is.
    #[error("the question has comments")]
    QuestionLocked,
    /// The comment has as many replies as there is room for.
    #[error("the comment has too many replies")]
    RepliesFull,
    /// One of the two has blocked the thread, or the partner has left; which of them is not said.
    #[error("the message is refused")]
    MessageRefused,
    /// The student has a timetable of this name in the semester.
    #[error("the timetable name is taken")]
    TimetableNameTaken,
    /// The student has as many timetables in the semester as there is room for.
    #[error("too many timetables")]
    TimetablesFull,
    /// The timetable has as many entries as there is room for.
    #[error("too many entries")]
    EntriesFull,
    /// The timetable has the lecture already.
    #[error("the lecture is in the timetable already")]
    LectureAlreadyAdded,
    /// One timetable of a semester is the primary one: another one has to become it.
    #[error("one timetable has to be the primary one")]
    PrimaryNeeded,
    /// The timetable is another student's, who lets it be seen.
    #[error("another student's timetable")]
    NotTimetableOwner,
    /// In the semester none of the course's lectures was in a timetable of the student's.
    #[error("the course was not taken then")]
    NotTaken,
    /// The student has reviewed the course.
    #[error("reviewed before")]
    AlreadyReviewed,
    /// The two are friends.
    #[error("they are friends already")]
    AlreadyFriends,
    /// The student has asked before, and the other one has not answered.
    #[error("requested before")]
    AlreadyRequested,
    /// Nobody accepts one's own request for the other one.
    #[error("the request is the caller's own")]
    OwnRequest,
}
