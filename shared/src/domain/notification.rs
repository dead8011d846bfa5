//! Notifications (rule 23): what they are about, and how those about the same thing become one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    BlockTarget, CaseId, CommentId, ContentState, FriendshipId, LectureChange, LectureId, LectureTitle, NotificationId,
    PostId, SchoolId, ThreadId, Time, UserId,
};

/// A student of a school, to whom a notification goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StudentKey {
    pub school: SchoolId,
    pub user: UserId,
}

/// What kind of thing has happened. Each kind has a switch in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A comment on the student's post.
    Comment,
    /// A reply to the student's comment.
    Reply,
    /// A message to the student.
    Message,
    /// The student's post has become hot.
    Hot,
    /// A friend request to the student.
    FriendRequest,
    /// The student's friend request was accepted.
    FriendAccepted,
    /// Moderation has changed the state of something of the student, or has restricted the student.
    Moderation,
    /// A lecture in a timetable of the student has changed, or does not take place.
    Lecture,
}

/// The event behind a notification. It holds no text and no name of a student: these are read when the notification is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// A comment or reply on the student's post.
    Comment {
        comment_id: CommentId,
    },
    /// A reply to the student's comment.
    Reply {
        comment_id: CommentId,
    },
    /// A message in the thread, with its number there.
    Message {
        thread_id: ThreadId,
        number: u32,
    },
    Hot {
        post_id: PostId,
    },
    FriendRequest {
        friendship_id: FriendshipId,
    },
    FriendAccepted {
        friendship_id: FriendshipId,
    },
    /// What the case would be about has this state since that time.
    State {
        thing: CaseId,
        state: ContentState,
        since: Time,
    },
    /// A decision about the case restricts the student, or takes a restriction back.
    Restriction {
        case_id: CaseId,
        decided_at: Time,
    },
    /// The edition of the catalogue changes the lecture.
    Lecture {
        lecture_id: LectureId,
        edition: Uuid,
        /// As in this edition. The school gives it, and no student can write it.
        title: LectureTitle,
        changes: Vec<LectureChange>,
    },
}

/// A notification that a student may get.
#[derive(Clone, Debug)]
pub struct NotificationDraft {
    pub cause: Cause,
    /// When it happened.
    pub at: Time,
    /// Who has caused it, as the student can block them. `None` if nobody whom the student can block by a user or an alias.
    pub actor: Option<BlockTarget>,
    /// Whether it is about something that the student wrote anonymously. A push then waits for a random time: otherwise
    /// somebody who writes a comment and sees whose telephone buzzes would know the author.
    pub is_about_anonymous: bool,
}

/// A notification of a student.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The newest of the causes that it stands for.
    #[serde(flatten)]
    pub cause: Cause,
    /// The number of causes.
    pub count: u32,
    /// When the first cause happened.
    pub created_at: Time,
    /// When the newest cause happened.
    pub updated_at: Time,
}

/// What a student wants to be notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationSettings {
    pub comment: bool,
    pub reply: bool,
    pub message: bool,
    pub hot: bool,
    pub friend_request: bool,
    pub friend_accepted: bool,
    pub moderation: bool,
    pub lecture: bool,
    /// Whether notifications are also sent by Web Push.
    pub push: bool,
}

/// A switch in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationSwitch {
    Kind(NotificationKind),
    Push,
}

/// Which notifications of a student are unread.
///
/// Notifications are numbered. One that stands for a further cause gets a new number, so it is unread if its number is
/// above the one up to which the student has read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadNotifications {
    /// The number of the newest notification; 0 if there was none.
    #[serde(default)]
    pub last: u32,
    /// The number up to which the student has read.
    #[serde(default)]
    pub read: u32,
    /// The numbers of the unread notifications, by the hash of their group. Entries of notifications that were read since
    /// stay until the next notification.
    #[serde(default)]
    pub groups: BTreeMap<String, u32>,
}

/// The place of a new notification among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationPlace {
    pub number: u32,
    /// The number of the unread notification of the same group, which the new one replaces.
    pub replaces: Option<u32>,
    /// The state afterwards.
    pub unread: UnreadNotifications,
}

impl NotificationKind {
    pub const ALL: [Self; 8] = [
        Self::Comment,
        Self::Reply,
        Self::Message,
        Self::Hot,
        Self::FriendRequest,
        Self::FriendAccepted,
        Self::Moderation,
        Self::Lecture,
    ];

    /// What a student is notified of who wrote both the post and the comment to which somebody replies.
    ///
    /// It must not tell that they are one student. So the push waits only if both are anonymous: the author of a named post
    /// gets a push of every comment at once, and the author of a named comment gets a push of every reply at once.
    pub fn of_reply_to_both(is_post_anonymous: bool, is_comment_anonymous: bool) -> Self {
        if is_comment_anonymous && !is_post_anonymous { Self::Comment } else { Self::Reply }
    }

    /// The name in requests, responses and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Reply => "reply",
            Self::Message => "message",
            Self::Hot => "hot",
            Self::FriendRequest => "friend_request",
            Self::FriendAccepted => "friend_accepted",
            Self::Moderation => "moderation",
            Self::Lecture => "lecture",
        }
    }
}

impl NotificationSwitch {
    /// The name in requests, responses and rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.as_str(),
            Self::Push => "push",
        }
    }
}

impl Cause {
    pub fn kind(&self) -> NotificationKind {
        match self {
            Self::Comment { .. } => NotificationKind::Comment,
            Self::Reply { .. } => NotificationKind::Reply,
            Self::Message { .. } => NotificationKind::Message,
            Self::Hot { .. } => NotificationKind::Hot,
            Self::FriendRequest { .. } => NotificationKind::FriendRequest,
            Self::FriendAccepted { .. } => NotificationKind::FriendAccepted,
            Self::State { .. } | Self::Restriction { .. } => NotificationKind::Moderation,
            Self::Lecture { .. } => NotificationKind::Lecture,
        }
    }

    /// The text that is the same whenever the same event is delivered, and for no other event of the student. A comment that
    /// is also a reply to the student has one, so the student gets one notification of it.
    pub fn dedupe_key(&self) -> String {
        match self {
            Self::Comment { comment_id } | Self::Reply { comment_id } => format!("COMMENT#{comment_id}"),
            Self::Message { thread_id, number } => format!("MESSAGE#{thread_id}#{number}"),
            Self::Hot { post_id } => format!("HOT#{post_id}"),
            Self::FriendRequest { friendship_id } => format!("REQUEST#{friendship_id}"),
            Self::FriendAccepted { friendship_id } => format!("FRIEND#{friendship_id}"),
            Self::State { thing, state, since } => format!("STATE#{thing}#{}#{since}", state.as_str()),
            Self::Restriction { case_id, decided_at } => format!("RESTRICTION#{case_id}#{decided_at}"),
            Self::Lecture { lecture_id, edition, .. } => format!("LECTURE#{lecture_id}#{edition}"),
        }
    }

    /// Unread notifications with the same group become one. Whether a push about it waits is the same for all causes of a
    /// group: a student may have written a comment on a post anonymously, and another by name, so replies to them are two
    /// groups.
    pub fn group(&self) -> String {
        let about = match self {
            Self::Comment { comment_id } => comment_id.post().to_string(),
            Self::Reply { comment_id } => comment_id.parent().unwrap_or(*comment_id).to_string(),
            Self::Message { thread_id, .. } => thread_id.to_string(),
            Self::Hot { post_id } => post_id.to_string(),
            Self::FriendRequest { friendship_id } | Self::FriendAccepted { friendship_id } => friendship_id.to_string(),
            Self::State { thing, .. } => thing.to_string(),
            Self::Restriction { .. } => "account".to_owned(),
            Self::Lecture { lecture_id, .. } => lecture_id.to_string(),
        };
        format!("{}#{about}", self.kind().as_str())
    }

    /// The post about which the student gets nothing while hiding or muting it. Moderation of the student's own things is
    /// never muted.
    pub fn mutable_post(&self) -> Option<PostId> {
        match self {
            Self::Comment { comment_id } | Self::Reply { comment_id } => Some(comment_id.post()),
            Self::Hot { post_id } => Some(*post_id),
            Self::Message { .. }
            | Self::FriendRequest { .. }
            | Self::FriendAccepted { .. }
            | Self::State { .. }
            | Self::Restriction { .. }
            | Self::Lecture { .. } => None,
        }
    }
}

impl NotificationDraft {
    /// How old an event may be that makes a notification, in seconds: 7 days.
    pub const MAX_AGE_S: i64 = 7 * 24 * 3600;

    /// Whether a push about it waits for a random time.
    pub fn push_waits(&self) -> bool {
        self.is_about_anonymous || self.cause.kind() == NotificationKind::Moderation
    }

    pub fn is_too_old(&self, now: Time) -> bool {
        self.at.plus_secs(Self::MAX_AGE_S) < now
    }
}

impl Notification {
    /// How long a notification is kept after its newest cause, in seconds: 90 days.
    pub const KEPT_FOR_S: i64 = 90 * 24 * 3600;

    /// The notification of the draft and of the causes that `before` stands for. If an older event arrives later, the newest
    /// one is shown.
    pub fn new(draft: &NotificationDraft, before: Option<&Self>) -> Self {
        let alone = Self { cause: draft.cause.clone(), count: 1, created_at: draft.at, updated_at: draft.at };
        match before {
            None => alone,
            Some(before) => Self {
                cause: if before.updated_at > draft.at { before.cause.clone() } else { draft.cause.clone() },
                count: before.count.saturating_add(1),
                created_at: before.created_at.min(draft.at),
                updated_at: before.updated_at.max(draft.at),
            },
        }
    }

    /// When the notification expires, in seconds since 1970.
    pub fn expires_at(&self) -> i64 {
        self.updated_at.as_secs().saturating_add(Self::KEPT_FOR_S)
    }
}

impl Default for NotificationSettings {
    /// Everything is on.
    fn default() -> Self {
        Self {
            comment: true,
            reply: true,
            message: true,
            hot: true,
            friend_request: true,
            friend_accepted: true,
            moderation: true,
            lecture: true,
            push: true,
        }
    }
}

impl NotificationSettings {
    /// The settings after these changes.
    #[must_use]
    pub fn changed(mut self, changes: &[(NotificationSwitch, bool)]) -> Self {
        for (switch, is_on) in changes {
            *self.switch_mut(*switch) = *is_on;
        }
        self
    }

    fn switch_mut(&mut self, switch: NotificationSwitch) -> &mut bool {
        match switch {
            NotificationSwitch::Kind(NotificationKind::Comment) => &mut self.comment,
            NotificationSwitch::Kind(NotificationKind::Reply) => &mut self.reply,
            NotificationSwitch::Kind(NotificationKind::Message) => &mut self.message,
            NotificationSwitch::Kind(NotificationKind::Hot) => &mut self.hot,
            NotificationSwitch::Kind(NotificationKind::FriendRequest) => &mut self.friend_request,
            NotificationSwitch::Kind(NotificationKind::FriendAccepted) => &mut self.friend_accepted,
            NotificationSwitch::Kind(NotificationKind::Moderation) => &mut self.moderation,
            NotificationSwitch::Kind(NotificationKind::Lecture) => &mut self.lecture,
            NotificationSwitch::Push => &mut self.push,
        }
    }

    /// Whether the student wants notifications of this kind.
    pub fn wants(mut self, kind: NotificationKind) -> bool {
        *self.switch_mut(NotificationSwitch::Kind(kind))
    }
}

impl UnreadNotifications {
    /// How many unread notifications are counted, and can still grow. One row holds their groups.
    pub const MAX: usize = 100;

    /// The number of unread notifications, at most [`MAX`](Self::MAX).
    pub fn count(&self) -> usize {
        self.groups.values().filter(|number| **number > self.read).count()
    }

    pub fn is_read(&self, id: NotificationId) -> bool {
        id.number() <= self.read
    }

    /// The place of a notification with this hash of its group.
    pub fn place(&self, group_hash: &str) -> NotificationPlace {
        let number = self.last.saturating_add(1);
        let replaces = self.groups.get(group_hash).copied().filter(|number| *number > self.read);
        let mut groups: BTreeMap<_, _> = self.groups.clone();
        groups.retain(|_, number| *number > self.read);
        groups.insert(group_hash.to_owned(), number);
        if groups.len() > Self::MAX {
            let oldest = groups.iter().min_by_key(|(_, number)| **number).map(|(group, _)| group.clone());
            groups.retain(|group, _| Some(group) != oldest.as_ref());
        }
        NotificationPlace { number, replaces, unread: Self { last: number, read: self.read, groups } }
    }
}

#[cfg(test)]
mod tests;
