//! Messages. A thread is a row and its messages behind it; each of the two has it in a list, by the time of its last
//! message. Who wrote first has a row that leads from the thing to the thread, so that there is one.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | thread | `SCHOOL#<school>#THREAD#<id>` | `THREAD` |
//! | message | `SCHOOL#<school>#THREAD#<id>` | `MESSAGE#<number>` |
//! | started thread | `SCHOOL#<school>#USER#<user>` | `TALK#<post or comment>` |
//! | listed thread | `SCHOOL#<school>#USER#<user>` | `INBOX#<when>#<thread>` |
//! | unread messages | `SCHOOL#<school>#USER#<user>` | `UNREAD` |
//! | block | `SCHOOL#<school>#USER#<user>` | `BLOCK#<other user>` |

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::audit::{Entry, Fact, Kind};
use super::table::Rows;
use super::{Error, Key, Page, Range, Read, Table, boards, comments, posts, schools, users, withdrawals};
use crate::domain::{
    Alias, Author, Caller, Comment, Message, PostHead, SchoolId, Side, Source, Thread, ThreadId, Time, Title, UserId,
};

const THREAD: &str = "THREAD#";
const MESSAGE: &str = "MESSAGE#";
const TALK: &str = "TALK#";
const INBOX: &str = "INBOX#";
const BLOCK: &str = "BLOCK#";

/// Access to messages.
#[derive(Clone, Debug)]
pub struct Messages {
    pub(super) table: Table,
}

/// A thread as one of the two sees it.
#[derive(Clone, Debug)]
pub struct SeenThread {
    /// The thread.
    pub thread: Thread,
    /// Which of the two sees it.
    pub side: Side,
    /// Who is shown as the other one.
    pub partner: Author,
    /// The title of the post that it is about; none when that or the comment was deleted.
    pub title: Option<Title>,
}

/// A page of a student's threads.
#[derive(Clone, Debug)]
pub struct Inbox {
    /// The threads.
    pub page: Page<SeenThread, String>,
    /// How many messages in all threads the student has not read.
    pub unread_total: u32,
}

/// A page of a thread's messages, the newest first.
#[derive(Clone, Debug)]
pub struct Messaging {
    /// The thread.
    pub thread: Thread,
    /// Which of the two reads it.
    pub side: Side,
    /// The title of the post that it is about, if the notice is on the page and nothing was deleted.
    pub title: Option<Title>,
    /// The messages.
    pub page: Page<Message, String>,
}

/// A row of a list of threads: what never changes and is needed to show one.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) source: Source,
    /// Whose nickname is needed.
    pub(super) named_partner: Option<UserId>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Talk {
    pub(super) thread_id: ThreadId,
}

#[derive(Deserialize)]
struct Unread {
    messages: u32,
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "blocked_at")]
    _blocked_at: Time,
}

pub(super) fn thread_partition(school: SchoolId, thread: ThreadId) -> String {
    format!("{}#{THREAD}{thread}", schools::partition(school))
}

pub(super) fn thread_key(school: SchoolId, thread: ThreadId) -> Key {
    Key::new(thread_partition(school, thread), "THREAD")
}

pub(super) fn message_key(school: SchoolId, thread: ThreadId, number: u32) -> Key {
    Key::new(thread_partition(school, thread), format!("{MESSAGE}{number:010}"))
}

/// Where a student's thread about the post or the comment is found.
pub(super) fn talk_key(school: SchoolId, starter: UserId, about: Uuid) -> Key {
    Key::new(users::partition(school, starter), format!("{TALK}{about}"))
}

pub(super) fn listed_key(school: SchoolId, user: UserId, at: Time, thread: ThreadId) -> Key {
    Key::new(users::partition(school, user), format!("{INBOX}{at}#{thread}"))
}

pub(super) fn unread_key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), "UNREAD")
}

pub(super) fn block_key(school: SchoolId, user: UserId, other: UserId) -> Key {
    Key::new(users::partition(school, user), format!("{BLOCK}{other}"))
}

/// The rows that tell whether what a thread is about is still there, and its title.
pub(super) fn source_keys(school: SchoolId, source: &Source) -> Vec<Key> {
    let Source { board_id, post_id, comment_id, parent_id } = *source;
    let comment = comment_id.map(|comment| comments::key(school, post_id, comment, parent_id));
    let post = [posts::head_key(school, board_id, post_id), boards::key(school, board_id)];
    post.into_iter().chain(comment).collect()
}

/// The title of what a thread is about, from the rows at [`source_keys`]; none when it was deleted. Several threads may
/// be about the same post.
pub(super) fn title(school: SchoolId, source: &Source, rows: &Rows) -> Result<Option<Title>, Error> {
    let Source { board_id, post_id, comment_id, parent_id } = *source;
    let head: Option<PostHead> = rows.read(&posts::head_key(school, board_id, post_id))?;
    let has_board = rows.has(&boards::key(school, board_id));
    let has_comment = match comment_id {
        Some(comment) => {
            let comment: Option<Comment> = rows.read(&comments::key(school, post_id, comment, parent_id))?;
            comment.is_some_and(|comment| comment.written.is_some())
        }
        None => true,
    };
    Ok(head.filter(|_| has_board && has_comment).map(|head| head.title))
}

impl Thread {
    /// What is in the list of this side.
    pub(super) fn listed_by(&self, side: Side) -> Listed {
        let partner = self.party(side.other()).user_id;
        Listed { source: self.source, named_partner: (!self.is_anonymous).then_some(partner) }
    }
}

impl Messages {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// A page of the caller's threads, those with the newest messages first, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(&self, caller: &Caller, after: Option<String>, limit: usize) -> Result<Inbox, Error> {
        let Caller { school, user, .. } = *caller;
        let range = Range::newest_first(users::partition(school, user), INBOX).after(after);
        let (page, unread) = tokio::try_join!(
            self.table.query::<Listed>(range, Some(limit)),
            self.table.get::<Unread>(unread_key(school, user), Read::Latest),
        )?;
        let listed: Vec<(ThreadId, Listed)> =
            page.items.into_iter().filter_map(|(sk, listed)| Some((thread_of(&sk)?, listed))).collect();
        let keys = listed.iter().flat_map(|(thread, Listed { source, named_partner })| {
            let partner = named_partner.map(|partner| users::profile_key(school, partner));
            [thread_key(school, *thread)].into_iter().chain(source_keys(school, source)).chain(partner)
        });
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let partners = listed.iter().filter_map(|(_, listed)| listed.named_partner);
        let nicknames = users::take_nicknames(school, partners, &mut rows)?;
        let mut items = Vec::new();
        for (id, Listed { source, named_partner }) in listed {
            let Some(thread) = rows.take::<Thread>(&thread_key(school, id))? else { continue };
            // It may have been cleared away since the list was read.
            let Some(side) = thread.side_of(user).filter(|side| thread.party(*side).is_listed) else { continue };
            let partner = match named_partner {
                Some(partner) => Author::named(partner, &nicknames),
                None => Author::Anonymous(Alias::Nobody),
            };
            let title = title(school, &source, &rows)?;
            items.push(SeenThread { thread, side, partner, title });
        }
        let unread_total = unread.map_or(0, |unread| unread.messages);
        Ok(Inbox { page: Page { items, next: page.next }, unread_total })
    }

    /// The thread, if it is in the caller's list, and which of the two the caller is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, caller: &Caller, id: ThreadId) -> Result<(Thread, Side), Error> {
        let (thread, side) = self.find_any(caller, id).await?;
        if thread.party(side).is_listed { Ok((thread, side)) } else { Err(Error::NotFound) }
    }

    /// The thread, also if the caller has cleared it away, and which of the two the caller is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_any(&self, caller: &Caller, id: ThreadId) -> Result<(Thread, Side), Error> {
        let thread: Option<Thread> = self.table.get(thread_key(caller.school, id), Read::Latest).await?;
        let thread = thread.ok_or(Error::NotFound)?;
        let side = thread.side_of(caller.user).ok_or(Error::NotFound)?;
        Ok((thread, side))
    }

    /// The thread as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: ThreadId) -> Result<SeenThread, Error> {
        let school = caller.school;
        let (thread, side) = self.find(caller, id).await?;
        let Listed { source, named_partner } = thread.listed_by(side);
        let profile = named_partner.map(|partner| users::profile_key(school, partner));
        let mut rows =
            self.table.batch_get(source_keys(school, &source).into_iter().chain(profile), Read::Latest).await?;
        let title = title(school, &source, &rows)?;
        let nicknames = users::take_nicknames(school, named_partner, &mut rows)?;
        let partner = named_partner.map(|partner| Author::named(partner, &nicknames));
        Ok(SeenThread { thread, side, partner: partner.unwrap_or(Author::Anonymous(Alias::Nobody)), title })
    }

    /// A page of a thread's messages, the newest first, behind the given position. What the caller has cleared away is
    /// not there.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the thread is not in the caller's list.
    pub async fn read(
        &self,
        caller: &Caller,
        id: ThreadId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Messaging, Error> {
        let school = caller.school;
        let range = Range::newest_first(thread_partition(school, id), MESSAGE).after(after);
        let (thread, page) = tokio::try_join!(
            self.table.get::<Thread>(thread_key(school, id), Read::Latest),
            self.table.query::<Message>(range, Some(limit)),
        )?;
        let (thread, side) = listed_for(thread, caller)?;
        let cleared = thread.party(side).cleared;
        let is_there = |message: &Message| cleared == 0 || message.number > cleared;
        let found = page.items.len();
        let items: Vec<Message> = page.items.into_iter().map(|(_, message)| message).filter(is_there).collect();
        let next = page.next.filter(|_| items.len() == found);
        let title = if items.iter().any(|message| message.by.is_none()) {
            let rows = self.table.batch_get(source_keys(school, &thread.source), Read::Latest).await?;
            title(school, &thread.source, &rows)?
        } else {
            None
        };
        Ok(Messaging { thread, side, title, page: Page { items, next } })
    }

    /// The message of the thread that a request has made, as an idempotency key remembers it: by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the thread is not in the caller's list or the message was cleared away.
    pub async fn made(&self, caller: &Caller, id: ThreadId, made: Uuid) -> Result<Message, Error> {
        let number = u32::try_from(made.as_u128()).map_err(Error::broken)?;
        let keys = [thread_key(caller.school, id), message_key(caller.school, id, number)];
        let mut rows = self.table.batch_get(keys.clone(), Read::Latest).await?;
        let [thread, message] = keys;
        let (thread, side) = listed_for(rows.take(&thread)?, caller)?;
        let message = rows.take(&message)?.filter(|message: &Message| message.number > thread.party(side).cleared);
        message.ok_or(Error::NotFound)
    }
}

fn listed_for(thread: Option<Thread>, caller: &Caller) -> Result<(Thread, Side), Error> {
    let thread = thread.ok_or(Error::NotFound)?;
    let side = thread.side_of(caller.user).filter(|side| thread.party(*side).is_listed);
    Ok((thread, side.ok_or(Error::NotFound)?))
}

fn thread_of(sk: &str) -> Option<ThreadId> {
    sk.rsplit('#').next()?.parse().ok()
}

/// A thread is between two students, about something that was there once; its messages and what is unread are counted,
/// and it is in the lists that it says.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::of_partition(pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, rest) = schools::of_partition(pk)?;
    let id = rest.strip_prefix('#')?.strip_prefix(THREAD)?.parse().ok()?;
    if *entry.key == thread_key(school, id) {
        entry.gives();
        if let Some(thread) = entry.read::<Thread>()
            && entry.belongs_at(&thread_key(school, thread.id))
        {
            audit_thread(entry, school, &thread);
        }
        return Some("thread");
    }
    sk.strip_prefix(MESSAGE)?;
    entry.needs(thread_key(school, id));
    if let Some(message) = entry.read::<Message>()
        && entry.belongs_at(&message_key(school, id, message.number))
    {
        match message.by {
            Some(by) => entry.post(-1, written_by(school, id, by.side)),
            None => entry.post(-1, begun(school, id)),
        }
    }
    Some("message")
}

fn audit_thread(entry: &mut Entry<'_>, school: SchoolId, thread: &Thread) {
    entry.needs_any(posts::traces(school, thread.source.board_id, thread.source.post_id));
    entry.post(1, begun(school, thread.id));
    let starter_left = withdrawals::tombstone_key(school, thread.starter.user_id);
    entry.post_unless(1, started(school, thread.starter.user_id, thread.id), starter_left);
    for side in Side::BOTH {
        let party = thread.party(side);
        let left = withdrawals::tombstone_key(school, party.user_id);
        entry.needs_any(withdrawals::author_keys(school, party.user_id));
        entry.post(party.sent.into(), written_by(school, thread.id, side));
        entry.post_unless(thread.unread_by(side).into(), unread_of(school, party.user_id), left.clone());
        if party.is_listed {
            let sk = listed_key(school, party.user_id, thread.updated_at, thread.id).sk;
            entry.post_unless(1, listed(school, party.user_id, &sk), left);
        }
        if party.read > thread.party(side.other()).sent || party.cleared > thread.message_count() {
            entry.find("somebody has read or cleared away more than there is.");
        }
    }
}

fn audit_of_student(entry: &mut Entry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    let sk = entry.key.sk.clone();
    let kind = if sk.starts_with(INBOX) {
        thread_of(&sk)?;
        entry.read::<Listed>();
        entry.post(-1, listed(school, user, &sk));
        "listed thread"
    } else if sk.starts_with(TALK) {
        if let Some(talk) = entry.read::<Talk>() {
            entry.post(-1, started(school, user, talk.thread_id));
        }
        "started thread"
    } else if *entry.key == unread_key(school, user) {
        if let Some(Unread { messages }) = entry.read() {
            entry.post(-i64::from(messages), unread_of(school, user));
        }
        "unread messages"
    } else {
        let other = sk.strip_prefix(BLOCK)?.parse().ok()?;
        entry.read::<Block>();
        entry.needs_any(withdrawals::author_keys(school, other));
        "block"
    };
    entry.needs_any(withdrawals::owner_keys(school, user));
    Some(kind)
}

fn written_by(school: SchoolId, thread: ThreadId, side: Side) -> Fact {
    Fact::NumberOf(format!("messages of the {side:?} in thread {thread} of school {school}"))
}

fn unread_of(school: SchoolId, user: UserId) -> Fact {
    Fact::NumberOf(format!("messages unread by user {user} of school {school}"))
}

fn begun(school: SchoolId, thread: ThreadId) -> Fact {
    Fact::That(format!("thread {thread} of school {school} begins with a notice"))
}

fn started(school: SchoolId, user: UserId, thread: ThreadId) -> Fact {
    Fact::That(format!("user {user} of school {school} started thread {thread}"))
}

fn listed(school: SchoolId, user: UserId, sk: &str) -> Fact {
    Fact::That(format!("user {user} of school {school} has {sk}"))
}
