//! Messages. A thread is a row with its messages in the same partition. A listed thread puts it into the list of each
//! side, sorted by the time of the last message. The started thread leads from a post or comment to the thread that a
//! student has started about it, so there is only one.
//!
//! No row counts several threads of a student, and no write checks the partner's profile (rule 31). Two messages about
//! different anonymous things therefore never write the same row, and their times do not tell whether the things have
//! the same author.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | thread | `SCHOOL#<school>#THREAD#<thread>` | `THREAD` |
//! | message | `SCHOOL#<school>#THREAD#<thread>` | `MESSAGE#<number>` |
//! | started thread | `SCHOOL#<school>#USER#<user>` | `TALK#<post or comment>` |
//! | listed thread | `SCHOOL#<school>#USER#<user>` | `INBOX#<when>#<thread>` |
//! | block | `SCHOOL#<school>#USER#<user>` | `BLOCK#<other user>` |
//! | anonymous block | `SCHOOL#<school>#POST#<post>` | `BLOCK#<starter>#<number or AUTHOR>#<side>` |

mod read;
mod write;

pub use read::{Inbox, SeenMessage, SeenSource, SeenThread, ThreadMessages};
pub use write::MessageTarget;
pub(crate) use write::side_attribute;

use serde::{Deserialize, Serialize};

use crate::domain::{Byline, CommentByline, MessageSource, SchoolId, Side, Thread, ThreadId, Time, UserId};
use crate::store::accounts::users;
use crate::store::content::{boards, comments, posts};
use crate::store::dynamo::{Key, Table};
use crate::store::schools;

pub(crate) const THREAD: &str = "THREAD#";
pub(crate) const MESSAGE: &str = "MESSAGE#";
pub(crate) const STARTED_THREAD: &str = "TALK#";
pub(crate) const LISTED_THREAD: &str = "INBOX#";
pub(crate) const BLOCK: &str = "BLOCK#";

/// Access to messages.
#[derive(Clone, Debug)]
pub struct Messages {
    table: Table,
}

impl Messages {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }
}

/// A thread in a student's list: the data that the list needs before it reads the thread, and the unread messages, so
/// that one query adds up those of many threads.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ListedThreadRow {
    pub(crate) source: MessageSource,
    pub(crate) partner: Byline,
    /// The number of messages that the student has not read.
    pub(crate) unread: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct StartedThreadRow {
    pub(crate) thread_id: ThreadId,
}

#[derive(Deserialize)]
pub(crate) struct BlockRow {
    #[serde(rename = "blocked_at")]
    _blocked_at: Time,
}

fn thread_partition(school: SchoolId, thread: ThreadId) -> String {
    format!("{}#{THREAD}{thread}", schools::partition(school))
}

pub(crate) fn thread_key(school: SchoolId, thread: ThreadId) -> Key {
    Key::new(thread_partition(school, thread), "THREAD")
}

pub(crate) fn message_key(school: SchoolId, thread: ThreadId, number: u32) -> Key {
    Key::new(thread_partition(school, thread), format!("{MESSAGE}{number:010}"))
}

fn started_thread_key(school: SchoolId, starter: UserId, source: &MessageSource) -> Key {
    let sk = match source {
        MessageSource::Post(post) => format!("{STARTED_THREAD}{post}"),
        MessageSource::Comment(comment) => format!("{STARTED_THREAD}{comment}"),
    };
    Key::new(users::partition(school, starter), sk)
}

pub(crate) fn listed_thread_key(school: SchoolId, user: UserId, updated_at: Time, thread: ThreadId) -> Key {
    Key::new(users::partition(school, user), format!("{LISTED_THREAD}{updated_at}#{thread}"))
}

/// The thread id at the end of the sort key of a listed thread.
pub(crate) fn thread_id_from_sk(sk: &str) -> Option<ThreadId> {
    sk.rsplit('#').next()?.parse().ok()
}

/// The key of the row with which one side of a thread blocks the other. It is the same for all threads that the block
/// covers: between named users all of their named threads, otherwise the threads of the same starter about the same
/// alias on the post.
///
/// The row of an anonymous block is in the partition of the post, where a purge of either user leaves it.
fn block_key(school: SchoolId, thread: &Thread, by: Side) -> Key {
    let alias = match thread.byline {
        CommentByline::Named => {
            return named_block_key(school, thread.party(by).user_id, thread.party(by.other()).user_id);
        }
        CommentByline::PostAuthor => "AUTHOR".to_owned(),
        CommentByline::Number(number) => number.to_string(),
    };
    let side = match by {
        Side::Starter => "STARTER",
        Side::Author => "AUTHOR",
    };
    let starter = thread.starter.user_id;
    Key::new(posts::partition(school, thread.source.post()), format!("{BLOCK}{starter}#{alias}#{side}"))
}

/// The key of the row with which a student blocks the named threads and the friend requests of another.
pub(crate) fn named_block_key(school: SchoolId, user: UserId, blocked: UserId) -> Key {
    Key::new(users::partition(school, user), format!("{BLOCK}{blocked}"))
}

/// The starter in the sort key of an anonymous block.
pub(crate) fn starter_from_sk(sk: &str) -> Option<UserId> {
    sk.strip_prefix(BLOCK)?.split('#').next()?.parse().ok()
}

/// The keys of the rows that say what a user sees of a thread's source.
fn source_keys(school: SchoolId, source: &MessageSource) -> Vec<Key> {
    let post = source.post();
    let comment_key = source.comment().map(|comment| comments::key(school, comment));
    let post_keys = [posts::head_key(school, post), boards::key(school, post.board())];
    post_keys.into_iter().chain(comment_key).collect()
}

impl Thread {
    fn listed_row(&self, side: Side) -> ListedThreadRow {
        ListedThreadRow { source: self.source, partner: self.partner_of(side), unread: self.unread_by(side) }
    }
}
