//! Messages. A thread is a row with its messages in the same partition. A listed thread puts it into the list of each
//! side, sorted by the time of the last message. The started thread leads from a post or comment to the thread that a
//! student has started about it, so there is only one.
//!
//! No row counts several threads of a student, and no write checks the partner's profile (rule 4). Two messages about
//! different anonymous things therefore never write the same row, and their times do not tell whether the things have
//! the same author.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | thread | `SCHOOL#<school>#THREAD#<thread>` | `THREAD` |
//! | message | `SCHOOL#<school>#THREAD#<thread>` | `MESSAGE#<number>` |
//! | started thread | `SCHOOL#<school>#USER#<user>` | `TALK#<post or comment>` |
//! | listed thread | `SCHOOL#<school>#USER#<user>` | `INBOX#<when>#<thread>` |

mod read;
mod write;

pub use read::{Inbox, OpenedThread, SeenMessage, SeenSource, SeenThread, ThreadMessages, UnreadMessages};
pub use write::MessageTarget;
pub(crate) use write::side_attribute;

use serde::{Deserialize, Serialize};

use crate::domain::{
    BlockTarget, Byline, CommentByline, MessageSource, SchoolId, Side, Thread, ThreadId, Time, UserId,
};
use crate::store::accounts::users;
use crate::store::content::{boards, comments, posts};
use crate::store::dynamo::{Error, Key, Read, Table};
use crate::store::{blocks, schools};

pub(crate) const THREAD: &str = "THREAD#";
pub(crate) const MESSAGE: &str = "MESSAGE#";
pub(crate) const STARTED_THREAD: &str = "TALK#";
pub(crate) const LISTED_THREAD: &str = "INBOX#";

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

fn thread_partition(school: SchoolId, thread: ThreadId) -> String {
    format!("{}#{THREAD}{thread}", schools::partition(school))
}

/// The inverse of [`thread_partition`].
pub(crate) fn parse_thread_partition(pk: &str) -> Option<(SchoolId, ThreadId)> {
    let (school, rest) = schools::parse_partition(pk)?;
    Some((school, rest.strip_prefix('#')?.strip_prefix(THREAD)?.parse().ok()?))
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
pub(crate) fn block_key(school: SchoolId, thread: &Thread, by: Side) -> Key {
    match thread.target() {
        BlockTarget::Alias(post, alias) => blocks::anonymous_key(school, post, thread.starter.user_id, alias, by),
        BlockTarget::User(_) => {
            let partner = BlockTarget::User(thread.party(by.other()).user_id);
            blocks::key(school, thread.party(by).user_id, partner)
        }
    }
}

/// The keys of the rows that say what a user sees of a thread's source.
fn source_keys(school: SchoolId, source: &MessageSource) -> Vec<Key> {
    let post = source.post();
    let comment_key = source.comment().map(|comment| comments::key(school, comment));
    let post_keys = [posts::head_key(school, post), boards::key(school, post.board())];
    post_keys.into_iter().chain(comment_key).collect()
}

/// The author of a post or comment, and how the author appears under the post.
///
/// # Errors
/// [`Error::NotFound`]; [`Refusal::ContentBlinded`](crate::domain::Refusal::ContentBlinded) if it is hidden.
pub(crate) async fn author_of(
    table: &Table,
    school: SchoolId,
    source: &MessageSource,
) -> Result<(UserId, CommentByline), Error> {
    let rows = table.batch_get(source_keys(school, source), Read::Consistent).await?;
    let live = read::live_source(school, source, &rows)?.ok_or(Error::NotFound)?;
    live.check_not_hidden()?;
    Ok(live.author())
}

impl Thread {
    /// The author of the post or comment, as somebody to block.
    fn target(&self) -> BlockTarget {
        BlockTarget::of(self.source.post(), self.author.user_id, self.byline)
    }

    /// Whom this side can block: the partner by name, or the alias of the author. `None` for an anonymous starter, who has
    /// no alias: such a block covers only threads.
    fn partner_to_block(&self, side: Side) -> Option<BlockTarget> {
        match (self.target(), side) {
            (BlockTarget::User(_), _) => Some(BlockTarget::User(self.party(side.other()).user_id)),
            (alias, Side::Starter) => Some(alias),
            (BlockTarget::Alias(..), Side::Author) => None,
        }
    }

    fn listed_row(&self, side: Side) -> ListedThreadRow {
        ListedThreadRow { source: self.source, partner: self.partner_of(side), unread: self.unread_by(side) }
    }
}
