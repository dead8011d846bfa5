//! Notifications (rule 23). The consumer of the table's stream writes them, so no request reads or writes anything for them.
//!
//! A record of the stream may come late, twice, or before one that was written earlier. The transaction that writes a
//! notification therefore also writes a row whose key follows from the cause, and fails if there is one.
//!
//! A notification holds ids only. Texts and names are read when it is shown, so what was deleted or hidden since is not shown.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | notification state | `SCHOOL#<school>#USER#<user>` | `NOTIFICATIONS` |
//! | notification | `SCHOOL#<school>#USER#<user>` | `NOTIFICATION#<number>` |
//! | notified cause | `SCHOOL#<school>#USER#<user>` | `NOTIFIED#<cause>` |

mod read;
mod records;
mod write;

pub use read::{NotificationList, SeenNotification};
pub use write::{Notifications, Notified};

use serde::{Deserialize, Serialize};

use crate::domain::{
    Cause, Notification, NotificationId, NotificationSettings, SchoolId, StudentKey, UnreadNotifications, UserId,
};
use crate::hash::sha256;
use crate::store::accounts::users;
use crate::store::dynamo::Key;

pub(crate) const STATE: &str = "NOTIFICATIONS";
/// Whether notifications are to be pushed. The transactions that change the subscriptions set it.
pub(crate) const SUBSCRIBED: &str = "subscribed";
pub(crate) const NOTIFICATION: &str = "NOTIFICATION#";
pub(crate) const NOTIFIED: &str = "NOTIFIED#";

/// How many characters of the hash of a group are kept. 60 bits do not collide among 100 groups of a student.
const GROUP_HASH_CHARACTERS: usize = 10;

/// What a student has not read, and wants to be notified of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct NotificationState {
    #[serde(flatten)]
    pub(crate) unread: UnreadNotifications,
    #[serde(flatten)]
    pub(crate) settings: NotificationSettings,
    #[serde(default)]
    pub(crate) subscribed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NotificationRow {
    #[serde(flatten)]
    pub(crate) notification: Notification,
    expires_at: i64,
}

/// A cause that has made a notification.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NotifiedCause {
    expires_at: i64,
}

impl NotificationRow {
    pub(crate) fn lives_at(&self, now_s: i64) -> bool {
        now_s < self.expires_at
    }
}

pub(crate) fn state_key(student: StudentKey) -> Key {
    Key::new(partition(student), STATE)
}

pub(crate) fn key(student: StudentKey, id: NotificationId) -> Key {
    Key::new(partition(student), format!("{NOTIFICATION}{:010}", id.number()))
}

/// The inverse of [`key`].
pub(crate) fn id_from_sk(sk: &str) -> Option<NotificationId> {
    Some(NotificationId::from_number(sk.strip_prefix(NOTIFICATION)?.parse().ok()?))
}

fn notified_key(student: StudentKey, cause: &Cause) -> Key {
    Key::new(partition(student), format!("{NOTIFIED}{}", cause.dedupe_key()))
}

fn partition(student: StudentKey) -> String {
    users::partition(student.school, student.user)
}

/// The name of the cause's group in the state.
fn group_hash(cause: &Cause) -> String {
    let mut hash = sha256(cause.group().as_bytes());
    hash.truncate(GROUP_HASH_CHARACTERS);
    hash
}

impl From<(SchoolId, UserId)> for StudentKey {
    fn from((school, user): (SchoolId, UserId)) -> Self {
        Self { school, user }
    }
}
