//! Entities and rules. Nothing here does I/O or knows AWS or HTTP.
//!
//! A value that was checked has a type that says so, made by one [`Parse::parse`]. The types also (de)serialise, which
//! is for the store: what is read back from the table is trusted and not parsed again.

mod author;
mod board;
mod caller;
mod catalogue;
mod catalogue_file;
mod comment;
mod common_password;
mod course;
mod error;
mod friendship;
mod hangul;
mod ids;
mod lecture;
mod media;
mod message;
mod network;
mod password;
mod post;
mod review;
mod school;
mod semester;
mod text;
mod time;
mod timetable;
mod user;
mod week;

pub use author::{Alias, Author, Byline};
pub use board::{Anonymity, Board, BoardChanges, BoardDraft, BoardName, BoardSearch, Category, Description};
pub use caller::Caller;
pub use catalogue::{Catalogue, LectureFilter, LectureSearch, Merge};
pub use catalogue_file::{Columns, Row, RowError};
pub use comment::{Comment, CommentDraft, CommentText, Deletion, Signature, Written};
pub use course::{Course, CourseId};
pub use error::{FieldError, Invalid, Parse, Refusal};
pub use friendship::{Direction, Friendship, Person, Tie};
pub use ids::{
    BoardId, CommentId, EntryId, FriendshipId, LectureId, MediaId, MessageId, PostId, ReviewId, SchoolId, SessionId,
    ThreadId, TimetableId, UserId,
};
pub use lecture::{
    AcademicYear, Classification, Credit, CreditText, Department, Lecture, LectureCode, LectureFacts, LectureTitle,
    Professor, Remark, Section,
};
pub use media::{ImageSize, ImageType, Media, MediaIds, Upload};
pub use message::{By, Message, MessageText, Party, Side, Source, Thread};
pub use network::Network;
pub use password::{Password, PasswordAttempt};
pub use post::{Content, Like, Milestone, Post, PostChanges, PostDraft, PostHead, Title};
pub use review::{Amount, Attendance, Choice, Choices, Exams, Grading, Rating, Review, ReviewDraft, ReviewText};
pub use school::{EmailDomain, School, SchoolName, SchoolSearch};
pub use semester::{Semester, Term};
pub use text::{IN_EMOJI, Line, Prose, REFUSED_IN_LINES, REFUSED_IN_PROSE, SPACES, fold};
pub use time::Time;
pub use timetable::{
    Clash, Color, Custom, CustomChanges, Entry, EntryChanges, EntryRefusal, Listed, ShareHash, Shelf, ShownEntry,
    Subject, Timetable, TimetableChanges, TimetableName, Visibility,
};
pub use user::{AdmissionYear, Email, LoginId, Name, Nickname, Role, User, UserChanges};
pub use week::{Day, Place, Slot, TimeOfDay, clash, clash_within};
