//! The DynamoDB table. Campus stores everything except pictures in this one table.
//!
//! - Each file owns the keys, rows and access patterns of one entity. Its header lists its rows; `docs/data-model.md`
//!   lists all of them, and the calls of each operation. No other part of Campus knows a key or an attribute name.
//! - Partition keys begin with the school, so a query cannot leave it. A function that needs a school takes a
//!   [`SchoolId`](crate::domain::SchoolId), so code that forgets the school does not compile. The exceptions are rows
//!   that are needed before the school is known, and rows about all schools: login ids, email addresses, resting names,
//!   the directory of schools, limits of logins, sign-ups and mails, share links, policies, password resets, mails,
//!   verification deadlines, pending purges and media deletions, and the keys of the service.
//! - `dynamo` is the access to DynamoDB below the entities, with locking, retries and the request's time budget.
//!   `audit` checks the whole table. It depends on all other modules, and none of them depends on it.

mod accounts;
mod audit;
mod blocks;
mod content;
mod dynamo;
mod export;
mod friends;
mod grades;
mod keys;
mod limits;
mod mails;
mod messages;
mod moderation;
mod notifications;
mod policies;
mod push;
mod schools;
mod timetables;
mod withdrawals;

pub use accounts::authorizer::Authorizer;
pub use accounts::credentials::{Credentials, Logins, NewPassword};
pub use accounts::directory::UserDirectory;
pub use accounts::password_resets::{PasswordReset, PasswordResets};
pub use accounts::resting::RestingNames;
pub use accounts::sanctions::{SanctionDecision, StudentSanctions};
pub use accounts::sessions::{Session, SessionOwner, Sessions};
pub use accounts::sign_up::NewUser;
pub use accounts::users::Users;
pub use accounts::verification_codes::{CodeHasher, ConfirmedCode, SentCode, VerificationCodes};
pub use accounts::verified_addresses::{AddressOwner, VerifiedAddresses};
pub use accounts::write_access::{IdempotencyKey, WriteAccess};
pub use audit::{Audit, Report};
pub use blocks::{BlockableAuthor, Blocks, NamedBlock};
pub use content::boards::{BoardFilter, Boards};
pub use content::comments::{CommentContext, CommentOnPost, CommentThread, Comments, FoundComment};
pub use content::feeds::{ListedPost, PostList};
pub use content::hidden_pictures::{HiddenPictures, HiddenPost, PictureMove, PictureTask, PostToHide};
pub use content::likes::LikeCounter;
pub use content::media_deletions::{MediaDeletion, MediaDeletionPage, MediaDeletions};
pub use content::pins::Pins;
pub use content::posts::{FoundPost, LiveOrDeletedPost, PostOnBoard, Posts, SeenPost};
pub use content::reactions::{Reaction, Reactions};
pub use content::search::{PostSearch, SearchIndex, SearchSizes};
pub use content::uploads::Uploads;
pub use dynamo::{Budget, Connection, CurrentItem, Error, Page, StreamRecord, Table, Usage, time_left};
pub use export::{EXPORTED, Export, Exports, NOT_EXPORTED};
pub use friends::{Friends, NamedFriendLink};
pub use grades::{Grades, StoredGrades};
pub use keys::{AccountKey, AuthKeys, KeyRing, Keys, MailKey, PublicKey, SigningKey, generate_secret};
pub use limits::{
    AddressAction, CountedAttempt, CountedGuess, FailedLogins, Limiter, Limits, LoginOrigin, MailRates, Mailbox,
    Mailboxes, Rate, UserAction,
};
pub use mails::{
    Attempt, AttemptStart, Mail, MailContent, MailFailure, MailSealer, Mails, QueuedMail, Recipient, Suppression,
    Suppressions,
};
pub use messages::{
    Inbox, MessageTarget, Messages, OpenedThread, SeenMessage, SeenSource, SeenThread, ThreadMessages, UnreadMessages,
};
pub use moderation::{
    AppealContext, Applicant, ApplicantSealer, Applicants, CaseDetails, CaseFile, Cases, ConfirmedRequest,
    DecisionContext, FoundTakedown, LogItem, LoggedDecision, NewTakedownRequest, OperatorCases, OperatorReason,
    OwnReport, ReportContext, ReportRow, SeenCase, SeenTakedown, Takedowns, Unmasked, UnmaskedCase,
};
pub use notifications::{NotificationList, Notifications, Notified, SeenNotification};
pub use policies::{ImportError, Policies};
pub use push::{
    PublicPushKeys, PushAttempt, PushKey, PushKeyRing, PushKeys, PushRecipients, PushResult, PushStart,
    PushSubscriptions, PushTarget, Pushes, QueuedPush, SubscriptionContext, SubscriptionsRow,
};
pub use schools::Schools;
pub use timetables::announcements::{Announcement, AnnouncementStep, Announcements, LectureNotice};
pub use timetables::catalogues::{Catalogues, ListedCatalogue, Snapshot};
pub use timetables::exam_infos::{ExamInfos, FoundExamInfo, SeenExamInfo};
pub use timetables::lecture_index::{LectureIndex, TimetableChange};
pub use timetables::reviews::{FoundReview, Reviews, SeenReview};
pub use timetables::share_links::SharedTimetable;
pub use timetables::terms::Terms;
pub use timetables::{ListedTimetable, OwnTimetable, TimetableInSemester, Timetables};
pub use withdrawals::{PurgeSummary, Withdrawals};
