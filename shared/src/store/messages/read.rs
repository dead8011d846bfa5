//! Reading threads and their messages.

use uuid::Uuid;

use crate::domain::{Author, Caller, Message, SchoolId, Side, Thread, ThreadId, Title};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, Key, Page, Range, Read, Rows};
use crate::store::messages::{
    LISTED_THREAD, ListedThreadRow, MESSAGE, Messages, block_key, message_key, source_keys, source_title,
    thread_id_from_sk, thread_key, thread_partition,
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
    /// The title of the post that the thread is about; `None` if the post or the comment was deleted.
    pub title: Option<Title>,
}

/// A page of the caller's threads.
#[derive(Clone, Debug)]
pub struct Inbox {
    pub page: Page<SeenThread, String>,
    /// The number of unread messages in the caller's 100 newest threads.
    pub unread_total: u32,
}

/// A page of a thread's messages, newest first.
#[derive(Clone, Debug)]
pub struct ThreadMessages {
    pub seen: SeenThread,
    /// Whether a block of the caller covers the thread. A block of the partner does not count.
    pub is_blocked: bool,
    pub page: Page<Message, String>,
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
            let title = source_title(school, &source, &rows)?;
            items.push(SeenThread { thread, side, partner: partner.shown(&nicknames), title });
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
        take_seen(school, (thread, side), &mut rows)
    }

    /// Lists the messages of a thread after the cursor position, newest first, with the thread as the caller sees it.
    /// Messages that the caller has cleared are left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the thread is not in the caller's list.
    pub async fn list_messages(
        &self,
        caller: &Caller,
        id: ThreadId,
        after: Option<String>,
        limit: usize,
    ) -> Result<ThreadMessages, Error> {
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
        let block_key = block_key(school, &thread, side);
        let keys = seen_keys(school, &thread, side).into_iter().chain([block_key.clone()]);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let is_blocked = rows.has(&block_key);
        let seen = take_seen(school, (thread, side), &mut rows)?;
        Ok(ThreadMessages { seen, is_blocked, page: Page { items, next } })
    }

    /// Returns the message that a request created in the thread. `recorded` is the id in the idempotency record, which
    /// is the number of the message.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the thread is not in the caller's list, or if the caller has cleared the message.
    pub async fn get_created_message(&self, caller: &Caller, id: ThreadId, recorded: Uuid) -> Result<Message, Error> {
        let number = u32::try_from(recorded.as_u128()).map_err(Error::unexpected)?;
        let keys = [thread_key(caller.school, id), message_key(caller.school, id, number)];
        let mut rows = self.table.batch_get(keys.clone(), Read::Consistent).await?;
        let [thread_key, message_key] = keys;
        let (thread, side) = require_listed(rows.take(&thread_key)?, caller)?;
        let message = rows.take(&message_key)?.filter(|message: &Message| message.number > thread.party(side).cleared);
        message.ok_or(Error::NotFound)
    }
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

/// The keys of the rows from which [`take_seen`] takes what this side sees of a thread.
fn seen_keys(school: SchoolId, thread: &Thread, side: Side) -> Vec<Key> {
    let profile_key = thread.partner_of(side).user().map(|partner| users::profile_key(school, partner));
    source_keys(school, &thread.source).into_iter().chain(profile_key).collect()
}

/// The thread as this side sees it.
fn take_seen(school: SchoolId, (thread, side): (Thread, Side), rows: &mut Rows) -> Result<SeenThread, Error> {
    let partner = thread.partner_of(side);
    let title = source_title(school, &thread.source, rows)?;
    let nicknames = users::take_nicknames(school, partner.user(), rows)?;
    Ok(SeenThread { thread, side, partner: partner.shown(&nicknames), title })
}
