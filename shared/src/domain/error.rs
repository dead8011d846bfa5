//! Validation of input, and the errors of rules: [`FieldError`] for a field of a request, [`Refusal`] for a valid
//! request that a rule refuses.

use serde::Serialize;

use super::Time;

/// A type that validates a value from a client. A value of the type is always valid.
pub trait Parse: Sized {
    /// The JSON type of the field, such as `String`, `i64` or `bool`.
    type Raw;

    /// Validates and normalizes the value.
    ///
    /// # Errors
    /// The first rule that the value breaks.
    fn parse(raw: Self::Raw) -> Result<Self, FieldError>;
}

/// Implements [`Parse`] for types that accept every value.
macro_rules! parse_unchanged {
    ($($type:ty),*) => {$(
        impl Parse for $type {
            type Raw = Self;

            fn parse(raw: Self) -> Result<Self, FieldError> {
                Ok(raw)
            }
        }
    )*};
}

parse_unchanged!(bool, String);

/// The rule that a field of a request breaks. The serialized tag is the `code` in the response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FieldError {
    /// The field is missing.
    Required,
    /// The request does not define this field.
    UnknownField,
    /// The value has the wrong JSON type.
    WrongType,
    /// The text has fewer than `min` characters.
    TooShort { min: usize },
    /// The text has more than `max` characters.
    TooLong { max: usize },
    /// The number is not in `min..=max`.
    OutOfRange { min: i64, max: i64 },
    /// The credits are not a multiple of 0.5.
    NotHalfCredits,
    /// The text has characters that are not allowed in it: control characters, characters that change the text direction,
    /// or spaces, or more than 4 combining marks without a width of their own on a character, or no visible character at
    /// all.
    InvalidCharacters,
    /// The value does not have the required format, such as that of an email address or an id.
    InvalidFormat,
    /// The address is in none of the school's email domains.
    EmailDomain,
    /// The value is not one of the allowed choices.
    UnknownChoice,
    /// The value is the id of something that does not exist, or exists only in another school.
    NoSuchThing,
    /// The password is common and easy to guess.
    CommonPassword,
    /// The password is the login id.
    SameAsLoginId,
    /// The nickname passes for a name that the service shows, or for its staff.
    ReservedNickname,
    /// The name mixes scripts that have letters of the same look, such as Latin and Cyrillic.
    MixedScripts,
    /// The name or the category of the board passes for one of the school's staff, and the caller is a student.
    ReservedName,
    /// The board allows only anonymous posts and comments.
    AnonymityRequired,
    /// The board does not allow anonymous posts and comments.
    AnonymityForbidden,
    /// The parent comment is itself a reply.
    ReplyToReply,
    /// The message is about the sender's own post or comment.
    OwnContent,
    /// The request has two fields that exclude each other.
    OnlyOne,
    /// The list has more than `max` items.
    TooMany { max: usize },
    /// The same value occurs earlier in the list.
    Duplicate,
    /// The picture with this id has not been uploaded.
    NotUploaded,
    /// The pictures have more than `max` bytes together.
    TooLarge { max: u32 },
    /// The end of a slot is not later than its start.
    EndsBeforeStart,
    /// Slots of the entry overlap.
    Overlapping,
    /// The scale does not have the grade.
    NotOnScale,
    /// The lecture is in another semester than the timetable.
    OtherSemester,
    /// The field of a lecture comes from the catalogue and cannot be changed in a timetable.
    FromCatalogue,
    /// The value identifies the caller, but must identify another user.
    Oneself,
    /// The value is not the version that applies.
    NotCurrent,
    /// The URL does not belong to a push service to which messages are sent.
    UnknownPushService,
    /// The user must confirm this with `true`.
    NotConfirmed,
}

impl FieldError {
    /// Attaches the path of the field, such as `slots[0].start`.
    pub fn at(self, field: impl Into<String>) -> Invalid {
        Invalid { field: field.into(), error: self }
    }
}

/// A field of a request and the rule that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field's path in the request, such as `slots[0].start`.
    pub field: String,
    pub error: FieldError,
}

/// Why a rule refuses a valid request. Each variant becomes its own problem code in the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The account is not verified, so it is not known whether it belongs to a student of the school.
    #[error("the account is not verified")]
    SchoolUnverified,
    /// Another user has this login id. Login ids are unique across all schools.
    #[error("the login id is taken")]
    LoginIdTaken,
    /// Another user has verified this email address. Verified addresses are unique across all schools.
    #[error("the email address is taken")]
    EmailTaken,
    /// A user who withdrew less than 30 days ago had verified this email address.
    #[error("the email address rests")]
    AddressResting,
    /// The verification code is wrong, expired or replaced, or was tried too often.
    #[error("the verification code is not valid")]
    CodeInvalid,
    /// The user has already verified this email address.
    #[error("the email address is already verified")]
    AlreadyVerified,
    /// The school has no email domains, so an operator verifies its students.
    #[error("an operator verifies the students of the school")]
    ManualVerification,
    /// Another user of the school has this nickname.
    #[error("the nickname is taken")]
    NicknameTaken,
    /// The nickname was changed less than 30 days ago.
    #[error("the nickname cannot be changed yet")]
    NicknameLocked,
    /// The school has another board with this name.
    #[error("the board name is taken")]
    BoardNameTaken,
    /// The user has pinned the maximum number of boards.
    #[error("too many pinned boards")]
    PinsFull,
    /// The user has the maximum number of blocks.
    #[error("too many blocks")]
    BlocksFull,
    /// The named author has withdrawn, so nobody can tell whom a block would cover.
    #[error("the author has withdrawn")]
    AuthorWithdrawn,
    /// Only the board's manager and the school's admins may do this.
    #[error("the caller does not manage the board")]
    NotBoardManager,
    /// Somebody else has written on the board, so only admins may delete it.
    #[error("the board has content of others")]
    BoardHasPosts,
    /// The board is archived, so nothing on it changes.
    #[error("the board is archived")]
    BoardArchived,
    /// Only the school's admins may post on the board.
    #[error("only admins may post on the board")]
    BoardAdminsOnly,
    /// Moderation has hidden the content, so nobody likes, scraps, edits, comments on or writes about it.
    #[error("the content is hidden")]
    ContentBlinded,
    /// Only admins of the school may do this.
    #[error("the caller is not an admin")]
    NotAdmin,
    /// The caller has already reported this.
    #[error("already reported")]
    AlreadyReported,
    /// The author has already appealed.
    #[error("already appealed")]
    AlreadyAppealed,
    /// The content is not hidden by reports or a decision, or the time for an appeal is over.
    #[error("an appeal is not possible")]
    AppealClosed,
    /// Somebody has decided the case.
    #[error("the case is decided")]
    CaseDecided,
    /// Only the author may do this. The school's admins may delete, but not edit.
    #[error("the caller is not the author")]
    NotAuthor,
    /// Users cannot like, scrap, report, block or hide what they wrote themselves.
    #[error("the caller is the author")]
    OwnContent,
    /// The caller already likes this. A like cannot be repeated or taken back.
    #[error("already liked")]
    AlreadyLiked,
    /// The author's last post on the board has the same title and text and is less than 5 minutes old.
    #[error("duplicate of the author's last post")]
    DuplicatePost,
    /// A question with comments cannot be edited or deleted.
    #[error("the question has comments")]
    QuestionLocked,
    /// The comment has the maximum number of replies.
    #[error("the comment has too many replies")]
    RepliesFull,
    /// One of the two users has blocked the other, or the partner has withdrawn. Responses do not reveal which.
    #[error("the partner cannot be messaged")]
    MessageRefused,
    /// The user has another timetable with this name in the semester.
    #[error("the timetable name is taken")]
    TimetableNameTaken,
    /// The user has the maximum number of timetables in the semester.
    #[error("too many timetables")]
    TimetablesFull,
    /// The timetable has the maximum number of entries.
    #[error("too many entries")]
    EntriesFull,
    /// The timetable already has an entry for the lecture.
    #[error("the lecture is already in the timetable")]
    LectureAlreadyAdded,
    /// The lecture is cancelled or withdrawn.
    #[error("the lecture does not take place")]
    LectureNotListed,
    /// A semester always has a primary timetable, so this one stays primary until another becomes primary.
    #[error("a semester needs a primary timetable")]
    PrimaryNeeded,
    /// The caller may see the timetable but does not own it.
    #[error("the caller does not own the timetable")]
    NotTimetableOwner,
    /// The user never had a lecture of the course in a timetable of that semester.
    #[error("the course was not taken in that semester")]
    NotTaken,
    /// The user has already reviewed the course.
    #[error("already reviewed")]
    AlreadyReviewed,
    /// The user has already written about this exam of the course.
    #[error("the exam info exists")]
    AlreadyWritten,
    /// The user has the maximum number of semesters with grades.
    #[error("too many semesters with grades")]
    GradesFull,
    /// A course has a minus grade, which the new scale does not have.
    #[error("minus grades are not on the scale")]
    MinusGrades,
    /// The two users are already friends.
    #[error("already friends")]
    AlreadyFriends,
    /// The user has already sent the other user a friend request.
    #[error("friendship already requested")]
    AlreadyRequested,
    /// Only the recipient of a friend request can accept it.
    #[error("the caller sent the request")]
    OwnRequest,
    /// The user has not accepted the current terms or privacy policy.
    #[error("the current policies are not accepted")]
    ConsentNeeded,
    /// A sanction bars the user from writing until this time; `None` if it has no end.
    #[error("a sanction bars the caller from writing")]
    WriteSuspended { until: Option<Time> },
    /// The token of a password reset is wrong, has expired or was used.
    #[error("the reset token is invalid")]
    ResetTokenInvalid,
    /// The token that confirms a takedown request is wrong or has expired.
    #[error("the takedown token is invalid")]
    TakedownTokenInvalid,
}
