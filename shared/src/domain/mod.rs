//! Entities and rules, without I/O, AWS or HTTP. `docs/domain-rules.md` describes the rules; doc comments here cite
//! them by number.
//!
//! A value from a client becomes a validated type through [`Parse::parse`] and is never validated again. The types also
//! implement `Serialize` and `Deserialize`, for the store: values that are read from the table are not validated again
//! either.

mod author;
mod block;
mod board;
mod caller;
mod case;
mod catalogue;
mod catalogue_file;
mod comment;
mod common_password;
mod course;
mod credit;
mod email;
mod error;
mod exam_info;
mod friendship;
mod grade;
mod hangul;
mod ids;
mod language;
mod lecture;
mod lecture_change;
mod lecture_counts;
mod media;
mod message;
mod moderation;
mod network;
mod notification;
mod password;
mod policy;
mod post;
mod push;
mod report;
mod reserved_name;
mod review;
mod sanction;
mod school;
mod search;
mod semester;
mod takedown;
mod text;
mod time;
mod timetable;
mod user;
mod verification;
mod verification_code;
mod week;

pub use author::{Alias, Author, Byline};
pub use block::{Block, BlockList, BlockTarget};
pub use board::{Anonymity, Board, BoardChanges, BoardDraft, BoardName, BoardSearch, Category, Description, Posting};
pub use caller::{Caller, Permission};
pub use case::{
    Appeal, AppealText, Case, CaseEffect, CaseState, CaseSubject, Decision, DecisionNote, ReportOutcome, Sanction,
    Snapshot, Verdict,
};
pub use catalogue::{Catalogue, LectureFilter, LectureSearch, Merge};
pub use catalogue_file::{CatalogueRow, Columns, RowError};
pub use comment::{Comment, CommentBody, CommentByline, CommentDraft, CommentText, Deletion};
pub use course::{Course, CourseId};
pub use credit::{Credit, CreditText, Credits, GoalCredits};
pub use email::{Email, EmailDomain};
pub use error::{FieldError, Invalid, Parse, Refusal};
pub use exam_info::{Exam, ExamInfo, ExamInfoDraft, ExamStrategy, QuestionType, QuestionTypes};
pub use friendship::{Direction, FriendLink, Friendship, HIDDEN_AFTER_DECLINE_S, SentTo};
pub use grade::{Grade, GradeSettings, GradeTotals, Gradebook, GradedCourse, Mean, Scale};
pub use ids::{
    BlockId, BoardId, CaseId, CommentId, EntryId, ExamInfoId, FriendshipId, LectureId, MediaFolder, MediaId, MessageId,
    NotificationId, PostId, ReviewId, SchoolId, SessionId, TakedownId, ThreadId, TimetableId, UserId,
};
pub use language::Language;
pub use lecture::{
    AcademicYear, Classification, Department, Lecture, LectureCode, LectureFacts, LectureState, LectureTitle,
    Professor, Remark, Section,
};
pub use lecture_change::{ChangedLecture, LectureChange};
pub use lecture_counts::LectureCounts;
pub use media::{ImageSize, ImageType, Media, MediaIds, Upload};
pub use message::{Message, MessageSource, MessageText, Party, Sender, Side, Thread};
pub use moderation::{
    AppealStatus, Appearance, ContentState, Hiding, HidingNotice, Moderation, ReportReason, TakedownRestriction,
};
pub use network::Network;
pub use notification::{
    Cause, Notification, NotificationDraft, NotificationKind, NotificationPlace, NotificationSettings,
    NotificationSwitch, StudentKey, UnreadNotifications,
};
pub use password::{Password, PasswordAttempt};
pub use policy::{Consents, Policies, Policy, PolicyKind, PolicyText, PolicyVersion, PolicyVersions};
#[cfg(test)]
pub(crate) use post::COUNTED_LATER_FROM;
pub use post::{Content, LikeOutcome, Milestone, Post, PostChanges, PostDraft, PostHead, Title};
pub use push::{
    ApplicationServerKey, PushAuth, PushEndpoint, PushPublicKey, PushServices, PushServicesError, PushSubscription,
};
pub use report::{ReportDetail, ReportDraft, ReportThreshold, Reporter};
pub use review::{Amount, Attendance, Choice, Choices, Exams, Grading, Rating, Review, ReviewDraft, ReviewText};
pub use sanction::{CaseSanction, Restriction, RestrictionKind, Restrictions, Sanctions};
pub use school::{School, SchoolName, SchoolSearch, YoungDays};
pub use search::{FoldedText, Gram, IndexText, SearchQuery, TextRange};
pub use semester::{SchoolTerm, Semester, Term, WeeklyDates};
pub use takedown::{
    ApplicantName, ContentLink, RESTRICTED_FOR_S, Takedown, TakedownDecision, TakedownEffect, TakedownExplanation,
    TakedownRight, TakedownState, TakedownStep, TakedownVerdict,
};
pub use text::{Name, Prose, SingleLine, fold, fold_without_spaces};
pub use time::{Date, Time};
pub use timetable::{
    Clash, Color, CustomChanges, CustomEntry, Entry, EntryChanges, EntryRefusal, EntrySource, SemesterTimetables,
    ShareHash, ShownEntry, Timetable, TimetableChanges, TimetableName, TimetableSummary, Visibility,
};
pub use user::{AdmissionYear, LoginId, Nickname, RealName, Role, User, UserChanges};
pub use verification::{Verification, VerificationPolicy};
pub use verification_code::VerificationCode;
pub use week::{Day, Meeting, Room, Slot, TimeOfDay, clash, clash_within};
