//! Reading threads and their messages.

use uuid::Uuid;

use crate::domain::{
    Appearance, Author, Caller, Comment, ContentState, Message, MessageSource, PostHead, SchoolId, Side, Thread,
    ThreadId, Title, UserId,
};
use crate::store::accounts::users;
use crate::store::content::{boards, comments, posts};
use crate::store::dynamo::{Error, Key, Page, Range, Read, Rows};
use crate::store::messages::{
    LISTED_THREAD, ListedThreadRow, MESSAGE, Messages, block_key, message_key, source_keys, thread_id_from_sk,
    thread_key, thread_partition,
};

/// The number of threads, newest first, whose unread messages are added up.
const COUNTED_THREADS: usize = 100;

/// A thread as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenThread {
    pub thread: Thread,
    /// The caller's side.
    pub side: Side,
    /// The other side as shown to the caller.
    pub partner: Author,
    pub source: SeenSource,
    /// How the caller sees the last message.
    pub last: Appearance,
}

/// The post or comment that a thread is about, as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenSource {
    /// The title of the post; `None` if the post or the comment was deleted or is hidden from the caller.
    pub title: Option<Title>,
    /// `None` if the post or the comment was deleted.
    pub state: Option<ContentState>,
}

/// A message as the caller sees it.
#[derive(Clone, Debug)]
pub struct SeenMessage {
    pub message: Message,
    pub is_mine: bool,
    pub appearance: Appearance,
}

/// A page of the caller's threads.
#[derive(Clone, Debug)]
pub struct Inbox {
    pub page: Page<SeenThread, String>,
    /// The number of unread messages in the caller's 100 newest threads.
    pub unread_total: u32,
}

/// A page of a thread's messages, newest first, before the rest of what the caller sees is read.
#[derive(Debug)]
pub struct OpenedThread {
    thread: Thread,
    /// The caller's side.
    side: Side,
    page: Page<Message, String>,
}

/// The messages of a thread that its reader has not read.
#[derive(Debug)]
pub struct UnreadMessages {
    pub(super) thread: Thread,
    /// The reader's side.
    pub(super) side: Side,
    /// How many messages the reader has received up to the newest one that is shown.
    pub(super) received: u32,
}

/// A page of a thread's messages, newest first.
#[derive(Clone, Debug)]
pub struct ThreadMessages {
    pub seen: SeenThread,
    /// Whether a block of the caller covers the thread. A block of the partner does not count.
    pub is_blocked: bool,
    pub page: Page<SeenMessage, String>,
}

impl OpenedThread {
    /// The unread messages up to the newest one of the page; `None` if the caller has read them.
    pub fn unread(&self) -> Option<UnreadMessages> {
        let Self { thread, side, page } = self;
        let received = page.items.first()?.received_by(*side);
        let is_unread = received > thread.party(*side).read;
        is_unread.then(|| UnreadMessages { thread: thread.clone(), side: *side, received })
    }
}

impl Messages {
    /// Lists the caller's threads after the cursor position, sorted by the time of the last message, newest first.
    pub async fn list(&self, caller: &Caller, after: Option<String>, limit: usize) -> Result<Inbox, Error> {
        let Caller { school, user, .. } = *caller;
        let newest = Range::newest_first(users::partition(school, user), LISTED_THREAD);
        let counted = self.table.query::<ListedThreadRow>(newest.clone(), Some(COUNTED_THREADS));
        let (page, unread_total) = match after {
            // The first page is the beginning of the rows that are counted.
            None => {
                let counted = counted.await?;
                let unread_total = unread_total(&counted);
                (counted.first(limit), unread_total)
            }
            Some(after) => {
                let page = self.table.query(newest.after(Some(after)), Some(limit));
                let (page, counted) = tokio::try_join!(page, counted)?;
                (page, unread_total(&counted))
            }
        };
        let listed: Vec<(ThreadId, ListedThreadRow)> =
            page.items.into_iter().filter_map(|(sk, row)| Some((thread_id_from_sk(&sk)?, row))).collect();
        let keys = listed.iter().flat_map(|(thread, ListedThreadRow { source, partner, .. })| {
            let profile_key = partner.user().map(|partner| users::profile_key(school, partner));
            [thread_key(school, *thread)].into_iter().chain(source_keys(school, source)).chain(profile_key)
        });
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let partners = listed.iter().filter_map(|(_, row)| row.partner.user());
        let nicknames = users::take_nicknames(school, partners, &mut rows)?;
        let mut items = Vec::new();
        for (id, ListedThreadRow { source, partner, .. }) in listed {
            let Some(thread) = rows.take::<Thread>(&thread_key(school, id))? else { continue };
            // The caller may have cleared the thread after the list was read.
            let Some(side) = thread.side_of(user).filter(|side| thread.party(*side).is_listed) else { continue };
            let source = self.seen_source(caller, &source, &rows)?;
            items.push(self.seen_thread((thread, side), partner.shown(&nicknames), source));
        }
        Ok(Inbox { page: Page { items, next: page.next }, unread_total })
    }

    /// Finds a thread in the caller's list. Also returns the caller's side.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, caller: &Caller, id: ThreadId) -> Result<(Thread, Side), Error> {
        let (thread, side) = self.find_even_if_cleared(caller, id).await?;
        if thread.party(side).is_listed { Ok((thread, side)) } else { Err(Error::NotFound) }
    }

    /// Finds a thread of the caller, even if the caller has cleared it. Also returns the caller's side.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find_even_if_cleared(&self, caller: &Caller, id: ThreadId) -> Result<(Thread, Side), Error> {
        let thread: Option<Thread> = self.table.get(thread_key(caller.school, id), Read::Consistent).await?;
        let thread = thread.ok_or(Error::NotFound)?;
        let side = thread.side_of(caller.user).ok_or(Error::NotFound)?;
        Ok((thread, side))
    }

    /// Returns a thread in the caller's list, as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: ThreadId) -> Result<SeenThread, Error> {
        let school = caller.school;
        let (thread, side) = self.find(caller, id).await?;
        let mut rows = self.table.batch_get(seen_keys(school, &thread, side), Read::Consistent).await?;
        self.take_seen(caller, (thread, side), &mut rows)
    }

    /// Reads the messages of a thread after the cursor position, newest first. Messages that the caller has cleared are left
    /// out.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the thread is not in the caller's list.
    pub async fn open(
        &self,
        caller: &Caller,
        id: ThreadId,
        after: Option<String>,
        limit: usize,
    ) -> Result<OpenedThread, Error> {
        let school = caller.school;
        let range = Range::newest_first(thread_partition(school, id), MESSAGE).after(after);
        let (thread, page) = tokio::try_join!(
            self.table.get::<Thread>(thread_key(school, id), Read::Consistent),
            self.table.query::<Message>(range, Some(limit)),
        )?;
        let (thread, side) = require_listed(thread, caller)?;
        let cleared = thread.party(side).cleared;
        let is_visible = |message: &Message| cleared == 0 || message.number > cleared;
        let found = page.items.len();
        let items: Vec<Message> = page.items.into_iter().map(|(_, message)| message).filter(is_visible).collect();
        let next = page.next.filter(|_| items.len() == found);
        Ok(OpenedThread { thread, side, page: Page { items, next } })
    }

    /// The messages and their thread, as the caller sees them.
    pub async fn show(&self, caller: &Caller, opened: OpenedThread) -> Result<ThreadMessages, Error> {
        let (school, OpenedThread { thread, side, page }) = (caller.school, opened);
        let block_key = block_key(school, &thread, side);
        let keys = seen_keys(school, &thread, side).into_iter().chain([block_key.clone()]);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let is_blocked = rows.has(&block_key);
        let seen = self.take_seen(caller, (thread, side), &mut rows)?;
        let items = page.items.into_iter().map(|message| self.seen_message(message, side)).collect();
        Ok(ThreadMessages { seen, is_blocked, page: Page { items, next: page.next } })
    }

    /// Returns the message that a request created in the thread. `recorded` is the id in the idempotency record, which
    /// is the number of the message.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the thread is not in the caller's list, or if the caller has cleared the message.
    pub async fn get_created_message(
        &self,
        caller: &Caller,
        id: ThreadId,
        recorded: Uuid,
    ) -> Result<SeenMessage, Error> {
        let number = u32::try_from(recorded.as_u128()).map_err(Error::unexpected)?;
        let keys = [thread_key(caller.school, id), message_key(caller.school, id, number)];
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        let [thread_key, message_key] = keys;
        let (thread, side) = require_listed(rows.take(&thread_key)?, caller)?;
        let message = rows.take(&message_key)?.filter(|message: &Message| message.number > thread.party(side).cleared);
        Ok(self.seen_message(message.ok_or(Error::NotFound)?, side))
    }

    /// The message as this side sees it.
    pub(super) fn seen_message(&self, message: Message, side: Side) -> SeenMessage {
        let is_mine = message.by.is_some_and(|by| by.side == side);
        let appearance = Appearance::new(message.moderation, is_mine, self.table.clock().now());
        SeenMessage { message, is_mine, appearance }
    }

    /// The thread as this side sees it.
    pub(super) fn seen_thread(
        &self,
        (thread, side): (Thread, Side),
        partner: Author,
        source: SeenSource,
    ) -> SeenThread {
        let last = Appearance::new(thread.last_moderation, thread.last_by == side, self.table.clock().now());
        SeenThread { thread, side, partner, source, last }
    }

    /// Takes what this side sees of a thread from a batch that was read with [`seen_keys`].
    fn take_seen(&self, caller: &Caller, (thread, side): (Thread, Side), rows: &mut Rows) -> Result<SeenThread, Error> {
        let partner = thread.partner_of(side);
        let source = self.seen_source(caller, &thread.source, rows)?;
        let nicknames = users::take_nicknames(caller.school, partner.user(), rows)?;
        Ok(self.seen_thread((thread, side), partner.shown(&nicknames), source))
    }

    /// What the caller sees of a thread's source. The rows stay in the batch, because several threads can be about the
    /// same post.
    fn seen_source(&self, caller: &Caller, source: &MessageSource, rows: &Rows) -> Result<SeenSource, Error> {
        let now = self.table.clock().now();
        let Some(LiveSource { head, comment }) = live_source(caller.school, source, rows)? else {
            return Ok(SeenSource { title: None, state: None });
        };
        let post = head.appearance_to(caller, now);
        let body = comment.as_ref().and_then(|comment| comment.body.as_ref());
        let of_comment = |author: UserId, moderation| Appearance::new(moderation, author == caller.user, now);
        let shown = match body {
            Some(body) if !post.is_hidden() => of_comment(body.author_id, body.moderation),
            _ => post,
        };
        Ok(SeenSource { title: shown.show(head.title), state: Some(shown.state) })
    }
}

/// A post or comment that threads are about.
pub(super) struct LiveSource {
    /// The post, or the post of the comment.
    pub(super) head: PostHead,
    /// The comment, if the thread is about one.
    pub(super) comment: Option<Comment>,
}

/// Reads the source from a batch that was read with [`source_keys`]; `None` if its board, the post or the comment was
/// deleted.
pub(super) fn live_source(school: SchoolId, source: &MessageSource, rows: &Rows) -> Result<Option<LiveSource>, Error> {
    let post = source.post();
    let head: Option<PostHead> = rows.read(&posts::head_key(school, post))?;
    let Some(head) = head.filter(|_| rows.has(&boards::key(school, post.board()))) else { return Ok(None) };
    let Some(comment) = source.comment() else { return Ok(Some(LiveSource { head, comment: None })) };
    let comment: Option<Comment> = rows.read(&comments::key(school, comment))?;
    let comment = comment.filter(|comment| comment.body.is_some());
    Ok(comment.map(|comment| LiveSource { head, comment: Some(comment) }))
}

/// The number of unread messages in these threads.
fn unread_total(threads: &Page<(String, ListedThreadRow), String>) -> u32 {
    threads.items.iter().fold(0, |total, (_, row)| total.saturating_add(row.unread))
}

/// Returns the thread and the caller's side, if the thread is in the caller's list.
fn require_listed(thread: Option<Thread>, caller: &Caller) -> Result<(Thread, Side), Error> {
    let thread = thread.ok_or(Error::NotFound)?;
    let side = thread.side_of(caller.user).filter(|side| thread.party(*side).is_listed);
    Ok((thread, side.ok_or(Error::NotFound)?))
}

/// The keys of the rows that say what this side sees of a thread.
fn seen_keys(school: SchoolId, thread: &Thread, side: Side) -> Vec<Key> {
    let profile_key = thread.partner_of(side).user().map(|partner| users::profile_key(school, partner));
    source_keys(school, &thread.source).into_iter().chain(profile_key).collect()
}
