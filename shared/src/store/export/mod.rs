//! The export of a student's own data, which an operator hands over on request.
//!
//! It has what the student wrote and chose, and of others only what the service shows the student. It reads the
//! student's rows page by page, and the rows to which they lead; it never scans the table.

mod content;
mod planning;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::{
    Alias, Author, BlockTarget, Caller, LoginId, Nickname, Notification, NotificationSettings, PostId, Sanctions,
    School, SchoolId, SessionId, Time, User, UserId,
};
use crate::store::accounts::credentials::{self, Credentials};
use crate::store::accounts::password_resets::{self, OperatorReset};
use crate::store::accounts::sanctions::{self, SanctionsRow};
use crate::store::accounts::users::Users;
use crate::store::accounts::{sessions, users};
use crate::store::blocks::{Blocks, NamedBlock};
use crate::store::content::{boards, pins};
use crate::store::dynamo::{Error, Key, Range, Read, Table};
use crate::store::moderation::{self, OwnReport};
use crate::store::notifications::{self, NotificationRow, NotificationState};

/// Which rows of a student the export has: the kind of row, as the audit names it, and the section that shows it.
pub const EXPORTED: &[(&str, &str)] = &[
    ("profile", "account"),
    ("login", "account"),
    ("email address", "account"),
    ("nickname", "account"),
    ("user handle", "account"),
    ("sessions", "sessions"),
    ("sanctions", "sanctions"),
    ("operator's reset", "operator_resets"),
    ("pin", "pins"),
    ("own post", "posts"),
    ("post head", "posts"),
    ("post body", "posts"),
    ("commenter", "comments"),
    ("comment", "comments"),
    ("reaction", "post_reactions"),
    ("scrap", "post_reactions"),
    ("hidden post", "post_reactions"),
    ("block", "blocks"),
    ("own report", "reports"),
    ("like of a comment", "comment_likes"),
    ("like of a review", "review_likes"),
    ("listed thread", "threads"),
    ("thread", "threads"),
    ("message", "threads"),
    ("timetable", "timetables"),
    ("semester timetables", "timetables"),
    ("taken lecture", "taken_lectures"),
    ("own review", "reviews"),
    ("review", "reviews"),
    ("review location", "reviews"),
    ("own exam info", "exam_infos"),
    ("exam info", "exam_infos"),
    ("exam info location", "exam_infos"),
    ("like of an exam info", "exam_info_likes"),
    ("grade settings", "grades"),
    ("grades of a semester", "grades"),
    ("friend", "friends"),
    ("friendship", "friends"),
    ("request", "friend_requests"),
    ("upload", "uploads"),
    ("notification state", "notifications"),
    ("notification", "notifications"),
];

/// Which rows of a student the export does not have: the kind of row, and why.
pub const NOT_EXPORTED: &[(&str, &str)] = &[
    ("anonymous block", "it refuses messages; the section blocks has those that the student sees"),
    ("declined student", "it names another student by an id that the service never shows"),
    ("notified cause", "it keeps a notification from being written twice, for eight days"),
    ("started thread", "it only leads to a thread; the section threads has those that the student sees"),
    ("deleted post", "the student deleted it, and nothing leads from the student to it"),
    ("gram", "two characters of a post; the section posts has the post"),
    ("indexed text", "a copy of the text of a post; the section posts has the post"),
    ("last post", "a hash that stops the same text from being posted twice, valid for five minutes"),
    ("verification code", "a hash of a code, and the address to which it was sent, valid for ten minutes"),
    ("verification deadline", "it only repeats the time of the sign-up"),
    ("idempotency key", "a hash that makes a repeated request harmless, valid for a day"),
    ("student's counter", "numbers for rate limits, valid for at most a day"),
    ("failed logins", "a count of wrong passwords under a hash, valid for a day"),
    ("indexed lecture", "it repeats which lectures a timetable has; the section timetables has them"),
    ("share link", "only the hash of its token is stored; the section timetables says which timetables have a link"),
    ("report", "it is kept with the case; the section reports has the student's own"),
    ("reporter", "numbers that weigh the student's next report"),
    ("case", "a decision of the school's admins about something; the section with the thing shows its state"),
    ("snapshot", "a copy of something that was reported, for the admins"),
    ("listed case", "a place in the list of the admins"),
    ("moderation log entry", "a decision, for the admins"),
    ("takedown", "a request about something, for the admins; the section with the thing shows its state"),
    ("listed takedown", "a place in the list of the admins"),
    ("restriction", "the end of a restriction, for the service; the section with the thing shows it"),
    ("takedown request", "somebody without an account has sent it"),
    ("applicant", "somebody without an account; sealed"),
    ("password reset", "the hash of a token, valid for half an hour"),
    ("mail", "a mail on its way to the student, deleted when it is sent"),
    ("push subscriptions", "how to reach the browsers of the student, with secrets that they share with the service"),
    ("push endpoint", "a hash that says which session uses a browser"),
    ("push", "a message on its way to the browsers of the student, deleted when it is sent"),
    ("suppressed address", "a keyed hash of an address that accepts no mail"),
    ("address's counter", "numbers for rate limits under a hash, valid for at most a day"),
    (
        "surviving sanction",
        "the end of a sanction under a keyed hash of the address of a student who has left or has replaced it",
    ),
    ("operator log entry", "what operators did, and why; operators answer questions about it"),
    ("resting name", "a keyed hash of a name of a student who has left"),
    ("withdrawn student", "the student has left, and no login id leads to the account"),
    ("purge", "the student has left, and no login id leads to the account"),
];

/// Access to exports.
#[derive(Clone, Debug)]
pub struct Exports {
    table: Table,
}

/// Everything that the service knows of a student, apart from [`NOT_EXPORTED`].
#[derive(Debug, Serialize)]
pub struct Export {
    exported_at: Time,
    school: ExportedSchool,
    account: Account,
    sessions: Vec<ExportedSession>,
    /// The decisions that led to sanctions, also those that were taken back.
    sanctions: Option<Sanctions>,
    /// When an operator created a link with which to set a new password.
    operator_resets: Vec<OperatorReset>,
    pins: Vec<ExportedPin>,
    posts: Vec<content::ExportedPost>,
    comments: Vec<content::ExportedComment>,
    post_reactions: Vec<content::PostReaction>,
    comment_likes: Vec<content::CommentLiked>,
    review_likes: Vec<content::ReviewLiked>,
    threads: Vec<content::ExportedThread>,
    uploads: Vec<content::ExportedUpload>,
    blocks: Vec<ExportedBlock>,
    reports: Vec<ExportedReport>,
    timetables: Vec<planning::ExportedTimetable>,
    taken_lectures: Vec<planning::ExportedLecture>,
    reviews: Vec<planning::ExportedReview>,
    exam_infos: Vec<planning::ExportedExamInfo>,
    exam_info_likes: Vec<planning::ExamInfoLiked>,
    grades: planning::ExportedGrades,
    friends: Vec<planning::ExportedFriend>,
    friend_requests: Vec<planning::ExportedRequest>,
    notifications: ExportedNotifications,
    not_included: Vec<NotIncluded>,
}

#[derive(Debug, Serialize)]
struct ExportedSchool {
    id: SchoolId,
    name: crate::domain::SchoolName,
}

/// The profile, and the part of the login that is no secret.
#[derive(Debug, Serialize)]
struct Account {
    #[serde(flatten)]
    user: User,
    suspended_at: Option<Time>,
}

#[derive(Debug, Serialize)]
struct ExportedSession {
    last_refreshed_at: Option<Time>,
    expires_at: Time,
}

#[derive(Debug, Serialize)]
struct ExportedPin {
    board_id: String,
    board_name: Option<crate::domain::BoardName>,
    pinned_at: Time,
}

/// A block, and whom it covers as the student sees them.
#[derive(Debug, Serialize)]
struct ExportedBlock {
    /// `None` for an alias, or if the other student has left.
    nickname: Option<Nickname>,
    /// The post on which the student blocks an alias.
    post_id: Option<PostId>,
    /// The number of the alias; `None` for the author of the post.
    anonymous_number: Option<u32>,
    created_at: Time,
}

#[derive(Debug, Serialize)]
struct ExportedReport {
    /// What was reported.
    case_id: String,
    #[serde(flatten)]
    report: OwnReport,
}

/// What the student has been notified of in the last 90 days, oldest first. The texts and names are not stored with it.
#[derive(Debug, Serialize)]
struct ExportedNotifications {
    settings: NotificationSettings,
    /// The number up to which the student has read.
    read: u32,
    items: Vec<ExportedNotification>,
}

#[derive(Debug, Serialize)]
struct ExportedNotification {
    number: u32,
    #[serde(flatten)]
    notification: Notification,
}

#[derive(Debug, Serialize)]
struct NotIncluded {
    what: &'static str,
    why: &'static str,
}

/// The student whose data is exported.
struct Exporter {
    table: Table,
    /// The student as a caller, so that the export reads like a request of the student.
    student: Caller,
}

impl Exports {
    /// Exports of this table.
    pub fn new(table: Table) -> Self {
        Self { table }
    }

    /// Exports the data of the student with this login id. The reads are not a snapshot.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no student has the login id.
    pub async fn of(&self, login_id: &LoginId) -> Result<Export, Error> {
        let credentials: Option<Credentials> = self.table.get(credentials::key(login_id), Read::Consistent).await?;
        let Credentials { school_id, user_id, suspended_at, .. } = credentials.ok_or(Error::NotFound)?;
        let (user, school) = Users::new(self.table.clone()).with_school(school_id, user_id).await?;
        let exporter =
            Exporter { table: self.table.clone(), student: as_caller(&user, &school, self.table.clock().now()) };
        exporter.export(Account { user, suspended_at }, school).await
    }
}

fn as_caller(user: &User, school: &School, now: Time) -> Caller {
    Caller {
        school: school.id,
        user: user.id,
        session: SessionId::new(now),
        role: user.role,
        is_verified: true,
        young_until: now,
    }
}

impl Exporter {
    async fn export(&self, account: Account, school: School) -> Result<Export, Error> {
        let not_included = NOT_EXPORTED.iter().map(|(what, why)| NotIncluded { what, why }).collect();
        Ok(Export {
            exported_at: self.table.clock().now(),
            school: ExportedSchool { id: school.id, name: school.name },
            account,
            sessions: self.sessions().await?,
            sanctions: self.sanctions().await?,
            operator_resets: self.operator_resets().await?,
            pins: self.pins().await?,
            posts: self.posts().await?,
            comments: self.comments().await?,
            post_reactions: self.post_reactions().await?,
            comment_likes: self.comment_likes().await?,
            review_likes: self.review_likes().await?,
            threads: self.threads().await?,
            uploads: self.uploads().await?,
            blocks: self.blocks().await?,
            reports: self.reports().await?,
            timetables: self.timetables().await?,
            taken_lectures: self.taken_lectures().await?,
            reviews: self.reviews().await?,
            exam_infos: self.exam_infos().await?,
            exam_info_likes: self.exam_info_likes().await?,
            grades: self.grades().await?,
            friends: self.friends().await?,
            friend_requests: self.friend_requests().await?,
            notifications: self.notifications().await?,
            not_included,
        })
    }

    fn school(&self) -> SchoolId {
        self.student.school
    }

    fn user(&self) -> UserId {
        self.student.user
    }

    /// All rows of the student's partition whose sort keys begin with the prefix, with the rest of their sort keys.
    async fn own<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<(String, T)>, Error> {
        let rows =
            self.table.query_all(Range::oldest_first(users::partition(self.school(), self.user()), prefix)).await?;
        let without_prefix = |(sk, row): (String, T)| (sk.strip_prefix(prefix).unwrap_or_default().to_owned(), row);
        Ok(rows.into_iter().map(without_prefix).collect())
    }

    async fn sessions(&self) -> Result<Vec<ExportedSession>, Error> {
        let key: Key = sessions::key(self.school(), self.user());
        let row: Option<sessions::SessionsRow> = self.table.get(key, Read::Consistent).await?;
        let session = |session: &sessions::Session| ExportedSession {
            last_refreshed_at: (session.refreshed_at_ms > 0).then(|| Time::from_millis(session.refreshed_at_ms)),
            expires_at: Time::from_secs(session.expires_at),
        };
        Ok(row.iter().flat_map(|row| row.all().map(session)).collect())
    }

    async fn sanctions(&self) -> Result<Option<Sanctions>, Error> {
        let row: Option<SanctionsRow> =
            self.table.get(sanctions::key(self.school(), self.user()), Read::Consistent).await?;
        Ok(row.map(|row| row.sanctions))
    }

    async fn operator_resets(&self) -> Result<Vec<OperatorReset>, Error> {
        let rows = self.own(password_resets::OPERATOR_RESET).await?;
        Ok(rows.into_iter().map(|(_, reset)| reset).collect())
    }

    async fn blocks(&self) -> Result<Vec<ExportedBlock>, Error> {
        let blocks = Blocks::new(self.table.clone()).page(&self.student, None, usize::MAX).await?;
        let block = |NamedBlock { block, author }: NamedBlock| {
            let (post_id, anonymous_number) = match block.target {
                BlockTarget::Alias(post, Alias::Number(number)) => (Some(post), Some(number)),
                BlockTarget::Alias(post, _) => (Some(post), None),
                BlockTarget::User(_) => (None, None),
            };
            let nickname = if let Author::User(nickname) = author { Some(nickname) } else { None };
            ExportedBlock { nickname, post_id, anonymous_number, created_at: block.created_at }
        };
        Ok(blocks.items.into_iter().map(block).collect())
    }

    async fn reports(&self) -> Result<Vec<ExportedReport>, Error> {
        let rows = self.own::<OwnReport>(moderation::REPORTED).await?;
        Ok(rows.into_iter().map(|(case_id, report)| ExportedReport { case_id, report }).collect())
    }

    async fn notifications(&self) -> Result<ExportedNotifications, Error> {
        let key = notifications::state_key((self.school(), self.user()).into());
        let state: Option<NotificationState> = self.table.get(key, Read::Consistent).await?;
        let NotificationState { unread, settings, .. } = state.unwrap_or_default();
        let rows = self.own::<NotificationRow>(notifications::NOTIFICATION).await?;
        let item = |(number, row): (String, NotificationRow)| {
            Some(ExportedNotification { number: number.parse().ok()?, notification: row.notification })
        };
        let items = rows.into_iter().filter_map(item).collect();
        Ok(ExportedNotifications { settings, read: unread.read, items })
    }

    async fn pins(&self) -> Result<Vec<ExportedPin>, Error> {
        let pins = self.own::<pins::Pin>(pins::PIN).await?;
        let ids: Vec<_> = pins.iter().filter_map(|(board, _)| board.parse().ok()).collect();
        let boards = boards::Boards::new(self.table.clone()).get_all(self.school(), &ids).await?;
        let pin = |(board_id, pin): (String, pins::Pin)| {
            let board = boards.iter().find(|board| board.id.to_string() == board_id);
            ExportedPin { board_name: board.map(|board| board.name.clone()), board_id, pinned_at: pin.pinned_at }
        };
        Ok(pins.into_iter().map(pin).collect())
    }
}
