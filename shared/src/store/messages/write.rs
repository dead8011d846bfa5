//! Writing messages, marking them as read, clearing threads and blocking.

use uuid::Uuid;

use crate::domain::{
    Alias, Author, Caller, Comment, Message, MessageSource, MessageText, PostHead, Refusal, SchoolId, Side, Thread,
    Title, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::content::{comments, posts};
use crate::store::dynamo::{Backoff, Error, Read, RowUpdate, Rows, Transaction};
use crate::store::messages::{
    Messages, SeenThread, StartedThreadRow, block_key, listed_thread_key, message_key, source_keys, source_title,
    started_thread_key, thread_key, unread_key,
};

/// Everything that a message to the author of a post or comment depends on.
#[derive(Debug)]
pub struct MessageTarget {
    source: MessageSource,
    author: UserId,
    is_anonymous: bool,
    title: Title,
    /// The thread that the caller has started about the post or comment.
    thread: Option<Thread>,
}

/// The id that the idempotency record stores for a new message.
#[derive(Clone, Copy)]
enum RecordedId {
    /// The id of the thread.
    Thread,
    /// The number of the message in the thread.
    MessageNumber,
}

impl MessageTarget {
    /// Whether the caller wrote the post or comment.
    pub fn is_by(&self, caller: &Caller) -> bool {
        self.author == caller.user
    }

    /// Whether the caller has already started a thread about the post or comment.
    pub fn has_thread(&self) -> bool {
        self.thread.is_some()
    }
}

impl Messages {
    /// Reads everything that a message about the post or comment depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post or comment does not exist or was deleted.
    pub async fn target(&self, caller: &Caller, source: MessageSource) -> Result<MessageTarget, Error> {
        let school = caller.school;
        let started_key = started_thread_key(school, caller.user, &source);
        let keys = source_keys(school, &source).into_iter().chain([started_key.clone()]);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let title = source_title(school, &source, &rows)?.ok_or(Error::NotFound)?;
        let (author, is_anonymous) = source_author(school, &source, &mut rows)?.ok_or(Error::NotFound)?;
        let thread = match rows.take::<StartedThreadRow>(&started_key)? {
            Some(started) => self.table.get(thread_key(school, started.thread_id), Read::Consistent).await?,
            None => None,
        };
        Ok(MessageTarget { source, author, is_anonymous, title, thread })
    }

    /// Writes a message to the author of a post or comment. Starts a thread, or adds to the thread that the caller has
    /// started about the same post or comment.
    ///
    /// # Errors
    /// [`Refusal::MessageRefused`]; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn write_to_author(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut target: MessageTarget,
        content: &MessageText,
    ) -> Result<SeenThread, Error> {
        let partner = self.reachable_partner(caller, target.author, target.is_anonymous).await?;
        let mut backoff = Backoff::begin();
        loop {
            let sent = match target.thread {
                Some(thread) => self.send(access, caller, (thread, Side::Starter), content, RecordedId::Thread).await,
                None => self.start_thread(access, caller, &target, content).await,
            };
            match sent {
                // A concurrent request of the caller has started the thread.
                Err(Error::Stale) if backoff.pause().await => target = self.target(caller, target.source).await?,
                result => {
                    let (thread, _) = result?;
                    return Ok(SeenThread { thread, side: Side::Starter, partner, title: Some(target.title) });
                }
            }
        }
    }

    /// Writes a message to a thread.
    ///
    /// # Errors
    /// [`Refusal::MessageRefused`]; [`Error::Replayed`], [`Error::KeyReused`].
    pub async fn write_to_thread(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (thread, side): (Thread, Side),
        content: &MessageText,
    ) -> Result<Message, Error> {
        self.reachable_partner(caller, thread.party(side.other()).user_id, thread.is_anonymous).await?;
        Ok(self.send(access, caller, (thread, side), content, RecordedId::MessageNumber).await?.1)
    }

    /// Returns the partner as shown to the caller.
    ///
    /// # Errors
    /// [`Refusal::MessageRefused`] if the partner has withdrawn or, in a named thread, if either has blocked the other.
    async fn reachable_partner(&self, caller: &Caller, partner: UserId, is_anonymous: bool) -> Result<Author, Error> {
        let Caller { school, user, .. } = *caller;
        let block_keys = [block_key(school, user, partner), block_key(school, partner, user)];
        let read_blocks = block_keys.iter().filter(|_| !is_anonymous).cloned();
        let keys = [users::profile_key(school, partner)].into_iter().chain(read_blocks);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let is_blocked = block_keys.iter().any(|key| rows.has(key));
        let nicknames = users::take_nicknames(school, [partner], &mut rows)?;
        match Author::named(partner, &nicknames) {
            Author::User(_) if is_blocked => Err(Refusal::MessageRefused.into()),
            Author::User(_) if is_anonymous => Ok(Author::Anonymous(Alias::Unnumbered)),
            Author::User(nickname) => Ok(Author::User(nickname)),
            _ => Err(Refusal::MessageRefused.into()),
        }
    }

    async fn start_thread(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        target: &MessageTarget,
        content: &MessageText,
    ) -> Result<(Thread, Message), Error> {
        let now = self.table.clock().now();
        let empty = Thread::new(caller.user, target.author, target.source, target.is_anonymous, now);
        let (thread, message) = empty.with_message(Side::Starter, content.clone(), now);
        let started_key = started_thread_key(caller.school, caller.user, &target.source);
        let transaction = self
            .table
            .transaction(access)
            .record_idempotency(access, thread.id.as_uuid())?
            .create(&started_key, &StartedThreadRow { thread_id: thread.id })?
            .on_condition_failed(Error::Stale)
            .create(&thread_key(caller.school, thread.id), &thread)?
            .create(&message_key(caller.school, thread.id, 0), &thread.notice())?;
        add_message(transaction, caller.school, &thread, &message, Side::Starter)?.commit().await?;
        Ok((thread, message))
    }

    /// Adds a message as the last message of the thread. If another message came first, tries again after it.
    async fn send(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (mut thread, side): (Thread, Side),
        content: &MessageText,
        recorded: RecordedId,
    ) -> Result<(Thread, Message), Error> {
        let now = self.table.clock().now();
        let mut backoff = Backoff::begin();
        loop {
            if thread.is_blocked() {
                return Err(Refusal::MessageRefused.into());
            }
            let (next, message) = thread.with_message(side, content.clone(), now);
            let recorded_id = match recorded {
                RecordedId::Thread => thread.id.as_uuid(),
                RecordedId::MessageNumber => Uuid::from_u128(message.number.into()),
            };
            let mut transaction = self
                .table
                .transaction(access)
                .record_idempotency(access, recorded_id)?
                .update(thread_key(caller.school, thread.id), message_update(&thread, &next)?)?
                .on_condition_failed(Error::Stale);
            for side in Side::BOTH {
                let party = thread.party(side);
                if party.is_listed {
                    let listed_key = listed_thread_key(caller.school, party.user_id, thread.updated_at, thread.id);
                    transaction = transaction.delete(listed_key)?.on_condition_failed(Error::Stale);
                }
            }
            match add_message(transaction, caller.school, &next, &message, side)?.commit_once().await {
                // Read after the pause: in a busy thread, what was read before the pause is already out of date.
                Err(Error::Stale | Error::Contention) if backoff.pause().await => {
                    let partner = thread.party(side.other()).user_id;
                    let (current, _) = tokio::try_join!(
                        self.table.get(thread_key(caller.school, thread.id), Read::Consistent),
                        self.reachable_partner(caller, partner, thread.is_anonymous),
                    )?;
                    thread = current.ok_or(Error::NotFound)?;
                }
                result => return result.map(|()| (next, message)),
            }
        }
    }

    /// Marks all messages up to `newest`, which the caller has seen, as read.
    pub async fn mark_read(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (mut thread, side): (Thread, Side),
        newest: &Message,
    ) -> Result<(), Error> {
        let read = newest.received_by(side);
        let attribute = [side_attribute(side), "read"];
        let mut backoff = Backoff::begin();
        while thread.party(side).read < read {
            let seen = thread.party(side).read;
            let change = RowUpdate::of_existing().if_equal(&attribute, seen)?.set(&attribute, read)?;
            let unread_change = i64::from(seen).saturating_sub(i64::from(read));
            let fewer = RowUpdate::default().add_from_zero(&["messages"], unread_change)?;
            let marked = self
                .table
                .transaction(access)
                .update(thread_key(caller.school, thread.id), change)?
                .on_modified()
                .update(unread_key(caller.school, caller.user), fewer)?
                .commit()
                .await;
            match marked {
                Err(Error::Modified(current)) if backoff.pause().await => thread = current.read()?,
                result => return result,
            }
        }
        Ok(())
    }

    /// Removes a thread from the caller's list and hides its current messages from the caller. The next message puts
    /// the thread back into the list.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the thread is not in the list.
    pub async fn clear(&self, access: &WriteAccess, caller: &Caller, mut found: (Thread, Side)) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let (thread, side) = &found;
            match self.try_clear(access, caller, thread, *side).await {
                Err(Error::Modified(_)) if backoff.pause().await => found = self.find(caller, thread.id).await?,
                result => return result,
            }
        }
    }

    async fn try_clear(&self, access: &WriteAccess, caller: &Caller, thread: &Thread, side: Side) -> Result<(), Error> {
        let (own, party) = (side_attribute(side), thread.party(side));
        let change = if_unchanged(thread)?
            .if_equal(&[own, "read"], party.read)?
            .set(&[own, "read"], thread.party(side.other()).sent)?
            .set(&[own, "cleared"], thread.message_count())?
            .set(&[own, "is_listed"], false)?;
        let mut transaction = self
            .table
            .transaction(access)
            .update(thread_key(caller.school, thread.id), change)?
            .on_modified()
            .delete(listed_thread_key(caller.school, caller.user, thread.updated_at, thread.id))?
            .on_condition_failed(Error::Stale);
        let unread = i64::from(thread.unread_by(side));
        if unread > 0 {
            let fewer = RowUpdate::default().add_from_zero(&["messages"], unread.saturating_neg())?;
            transaction = transaction.update(unread_key(caller.school, caller.user), fewer)?;
        }
        transaction.commit().await
    }

    /// Blocks a thread. In a named thread this blocks the partner in all named threads. In an anonymous thread it
    /// blocks only this thread, because a wider block would reveal what else the partner wrote.
    pub async fn block(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (thread, side): (Thread, Side),
    ) -> Result<(), Error> {
        if thread.is_anonymous {
            return self.set_blocked(access, caller.school, &thread, side, true).await;
        }
        let block_key = block_key(caller.school, caller.user, thread.party(side.other()).user_id);
        let since = RowUpdate::default().set_once(&["blocked_at"], self.table.clock().now())?;
        self.table.update(access, block_key, since).await
    }

    /// Undoes [`block`](Self::block).
    pub async fn unblock(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (thread, side): (Thread, Side),
    ) -> Result<(), Error> {
        if thread.is_anonymous {
            return self.set_blocked(access, caller.school, &thread, side, false).await;
        }
        let block_key = block_key(caller.school, caller.user, thread.party(side.other()).user_id);
        self.table.delete(access, block_key).await
    }

    async fn set_blocked(
        &self,
        access: &WriteAccess,
        school: SchoolId,
        thread: &Thread,
        side: Side,
        has_blocked: bool,
    ) -> Result<(), Error> {
        let change = RowUpdate::default().set(&[side_attribute(side), "has_blocked"], has_blocked)?;
        self.table.update(access, thread_key(school, thread.id), change).await
    }
}

/// The author of the post or comment that a thread is about, and whether the author is anonymous there. Takes the row
/// from a batch that was read with [`source_keys`].
fn source_author(school: SchoolId, source: &MessageSource, rows: &mut Rows) -> Result<Option<(UserId, bool)>, Error> {
    match source {
        MessageSource::Post(post) => {
            let head: Option<PostHead> = rows.take(&posts::head_key(school, *post))?;
            Ok(head.map(|head| (head.author_id, head.is_anonymous)))
        }
        MessageSource::Comment(comment) => {
            let body = rows.take::<Comment>(&comments::key(school, *comment))?.and_then(|comment| comment.body);
            Ok(body.map(|body| (body.author_id, body.named_author().is_none())))
        }
    }
}

/// The attribute of a thread that holds the data of the side.
fn side_attribute(side: Side) -> &'static str {
    match side {
        Side::Starter => "starter",
        Side::Author => "author",
    }
}

/// The condition that nobody has written to the thread or cleared it since it was read.
fn if_unchanged(thread: &Thread) -> Result<RowUpdate, Error> {
    Side::BOTH.into_iter().try_fold(RowUpdate::of_existing(), |change, side| {
        let (attribute, party) = (side_attribute(side), thread.party(side));
        change.if_equal(&[attribute, "sent"], party.sent)?.if_equal(&[attribute, "is_listed"], party.is_listed)
    })
}

/// The update that turns `thread` into `next`, the same thread with one more message. Fails if a side has blocked the
/// thread.
fn message_update(thread: &Thread, next: &Thread) -> Result<RowUpdate, Error> {
    let change = if_unchanged(thread)?
        .set(&["last_content"], &next.last_content)?
        .set(&["last_by"], next.last_by)?
        .set(&["updated_at"], next.updated_at)?;
    Side::BOTH.into_iter().try_fold(change, |change, side| {
        let attribute = side_attribute(side);
        change
            .if_equal(&[attribute, "has_blocked"], false)?
            .set(&[attribute, "sent"], next.party(side).sent)?
            .set(&[attribute, "is_listed"], true)
    })
}

/// Adds the message, the listed threads of both sides, and the unread message of the reader.
fn add_message(
    mut transaction: Transaction,
    school: SchoolId,
    thread: &Thread,
    message: &Message,
    by: Side,
) -> Result<Transaction, Error> {
    transaction = transaction.create(&message_key(school, thread.id, message.number), message)?;
    for side in Side::BOTH {
        let key = listed_thread_key(school, thread.party(side).user_id, thread.updated_at, thread.id);
        transaction = transaction.create(&key, &thread.listed_row(side))?;
    }
    let reader = thread.party(by.other()).user_id;
    transaction.update(unread_key(school, reader), RowUpdate::default().add_from_zero(&["messages"], 1)?)
}
