//! Writing messages, marking them as read, clearing threads and blocking.

use uuid::Uuid;

use crate::domain::{
    Author, BlockList, Caller, CommentBody, CommentByline, ContentState, Message, MessageSource, MessageText, Refusal,
    SchoolId, Side, Thread, Title, UserId,
};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::blocks::Blocks;
use crate::store::dynamo::{Backoff, Error, Read, RowUpdate, Transaction};
use crate::store::messages::read::{LiveSource, live_source};
use crate::store::messages::{
    Messages, SeenMessage, SeenSource, SeenThread, StartedThreadRow, UnreadMessages, block_key, listed_thread_key,
    message_key, source_keys, started_thread_key, thread_key,
};

/// Everything that a message to the author of a post or comment depends on.
#[derive(Debug)]
pub struct MessageTarget {
    title: Title,
    /// The thread that the caller has started about the post or comment, or a new one without messages.
    thread: Thread,
    is_new: bool,
    /// The author as shown to the caller.
    partner: Author,
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
        self.thread.author.user_id == caller.user
    }

    /// Whether the caller has already started a thread about the post or comment.
    pub fn has_thread(&self) -> bool {
        !self.is_new
    }
}

impl Messages {
    /// Reads everything that a message about the post or comment depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post or comment does not exist or was deleted; [`Refusal::ContentBlinded`] if it is
    /// hidden.
    pub async fn target(&self, caller: &Caller, source: MessageSource) -> Result<MessageTarget, Error> {
        let school = caller.school;
        let started_key = started_thread_key(school, caller.user, &source);
        let keys = source_keys(school, &source).into_iter().chain([started_key.clone()]);
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let live = live_source(school, &source, &rows)?.ok_or(Error::NotFound)?;
        live.check_not_hidden()?;
        let (author, byline) = live.author();
        let started: Option<StartedThreadRow> = rows.take(&started_key)?;
        let new = Thread::new(caller.user, author, source, byline, self.table.clock().now());
        let partner = new.partner_of(Side::Starter);
        let started = async {
            match started {
                Some(started) => self.table.get(thread_key(school, started.thread_id), Read::Consistent).await,
                None => Ok(None),
            }
        };
        let (started, nicknames) =
            tokio::try_join!(started, users::current_nicknames(&self.table, school, partner.user()))?;
        let (thread, is_new) = match started {
            Some(started) => (started, false),
            None => (new, true),
        };
        Ok(MessageTarget { title: live.head.title, thread, is_new, partner: partner.shown(&nicknames) })
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
        let source = target.thread.source;
        let mut backoff = Backoff::begin();
        loop {
            check_present(&target.partner)?;
            let sent = if target.is_new {
                self.start_thread(access, caller, &target.thread, content).await
            } else {
                self.send(access, caller, (target.thread, Side::Starter), content, RecordedId::Thread).await
            };
            match sent {
                // A concurrent request of the caller has started the thread.
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    target = self.target(caller, source).await?;
                }
                result => {
                    let (thread, _) = result?;
                    let source = SeenSource { title: Some(target.title), state: Some(ContentState::Visible) };
                    return Ok(self.seen_thread((thread, Side::Starter), target.partner, source));
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
    ) -> Result<SeenMessage, Error> {
        let partner = thread.partner_of(side);
        let nicknames = users::current_nicknames(&self.table, caller.school, partner.user()).await?;
        check_present(&partner.shown(&nicknames))?;
        let (_, message) = self.send(access, caller, (thread, side), content, RecordedId::MessageNumber).await?;
        Ok(self.seen_message(message, side))
    }

    async fn start_thread(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        empty: &Thread,
        content: &MessageText,
    ) -> Result<(Thread, Message), Error> {
        let (thread, message) = empty.with_message(Side::Starter, content.clone(), empty.created_at);
        let started_key = started_thread_key(caller.school, caller.user, &thread.source);
        let transaction = self
            .table
            .transaction(access)
            .record_idempotency(access, thread.id.as_uuid())?
            .check_not_blocked(caller.school, &thread)?
            .create(&started_key, &StartedThreadRow { thread_id: thread.id })?
            .on_condition_failed(Error::Stale)
            .create(&thread_key(caller.school, thread.id), &thread)?
            .create(&message_key(caller.school, thread.id, 0), &thread.notice())?;
        add_message(transaction, caller.school, &thread, &message)?.commit().await?;
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
            let (next, message) = thread.with_message(side, content.clone(), now);
            let recorded_id = match recorded {
                RecordedId::Thread => thread.id.as_uuid(),
                RecordedId::MessageNumber => Uuid::from_u128(message.number.into()),
            };
            let mut transaction = self
                .table
                .transaction(access)
                .record_idempotency(access, recorded_id)?
                .check_not_blocked(caller.school, &thread)?
                .update(thread_key(caller.school, thread.id), message_update(&thread, &next)?)?
                .on_condition_failed(Error::Stale);
            for side in Side::BOTH {
                let party = thread.party(side);
                if party.is_listed {
                    let listed_key = listed_thread_key(caller.school, party.user_id, thread.updated_at, thread.id);
                    transaction = transaction.delete(listed_key)?.on_condition_failed(Error::Stale);
                }
            }
            match add_message(transaction, caller.school, &next, &message)?.commit_once().await {
                // Read after the pause: in a busy thread, what was read before the pause is already out of date.
                Err(Error::Stale | Error::Contention) => {
                    backoff.pause().await?;
                    let current = self.table.get(thread_key(caller.school, thread.id), Read::Consistent).await?;
                    thread = current.ok_or(Error::NotFound)?;
                }
                result => return result.map(|()| (next, message)),
            }
        }
    }

    /// Marks messages as read.
    pub async fn mark_read(&self, access: &WriteAccess, caller: &Caller, unread: UnreadMessages) -> Result<(), Error> {
        let UnreadMessages { mut thread, side, received } = unread;
        let mut backoff = Backoff::begin();
        while thread.party(side).read < received {
            match self.try_mark_read(access, caller, (&thread, side), received).await {
                Err(Error::Modified(current)) => {
                    backoff.pause().await?;
                    thread = current.read()?;
                }
                result => return result,
            }
        }
        Ok(())
    }

    async fn try_mark_read(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (thread, side): (&Thread, Side),
        read: u32,
    ) -> Result<(), Error> {
        let attribute = [side_attribute(side), "read"];
        let change = if_unchanged(thread)?.if_equal(&attribute, thread.party(side).read)?.set(&attribute, read)?;
        let unread = thread.with_read(side, read).unread_by(side);
        self.table
            .transaction(access)
            .update(thread_key(caller.school, thread.id), change)?
            .on_modified()
            .update(
                listed_thread_key(caller.school, caller.user, thread.updated_at, thread.id),
                RowUpdate::of_existing().set(&["unread"], unread)?,
            )?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
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
                Err(Error::Modified(_)) => {
                    backoff.pause().await?;
                    found = self.find(caller, thread.id).await?;
                }
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
        self.table
            .transaction(access)
            .update(thread_key(caller.school, thread.id), change)?
            .on_modified()
            .delete(listed_thread_key(caller.school, caller.user, thread.updated_at, thread.id))?
            .on_condition_failed(Error::Stale)
            .commit()
            .await
    }

    /// Blocks the partner of a named thread. In an anonymous thread, blocks all threads of the same starter about the same
    /// alias on the post; a wider block would reveal what else the partner wrote. The starter also blocks the alias.
    /// `list` are the caller's blocks.
    ///
    /// # Errors
    /// [`Refusal::BlocksFull`].
    pub async fn block(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (thread, side): (Thread, Side),
        list: BlockList,
    ) -> Result<(), Error> {
        let blocks = Blocks::new(self.table.clone());
        match thread.partner_to_block(side) {
            Some(target) => blocks.add(access, caller, target, list).await.map(|_| ()),
            None => {
                let since = RowUpdate::default().set_once(&["blocked_at"], self.table.clock().now())?;
                self.table.update(access, block_key(caller.school, &thread, side), since).await
            }
        }
    }

    /// Undoes [`block`](Self::block), also if another thread was blocked that the same block covers.
    pub async fn unblock(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        (thread, side): (Thread, Side),
    ) -> Result<(), Error> {
        match thread.partner_to_block(side) {
            Some(target) => Blocks::new(self.table.clone()).remove(access, caller, target).await,
            None => self.table.delete(access, block_key(caller.school, &thread, side)).await,
        }
    }
}

/// Checks that a message can reach the partner.
///
/// An anonymous partner who has withdrawn is like any other, and a message to one takes the same calls: a refusal
/// would show that several anonymous authors left at the same time (rule 11).
///
/// # Errors
/// [`Refusal::MessageRefused`] if a named partner has withdrawn.
fn check_present(partner: &Author) -> Result<(), Refusal> {
    if *partner == Author::Withdrawn { Err(Refusal::MessageRefused) } else { Ok(()) }
}

impl LiveSource {
    /// The author, and how the author appears under the post.
    pub(super) fn author(&self) -> (UserId, CommentByline) {
        let Self { head, comment } = self;
        match comment.as_ref().and_then(|comment| comment.body.as_ref()) {
            Some(body) => (body.author_id, body.byline),
            None => (head.author_id, CommentByline::of(head, head.author_id, head.is_anonymous, None)),
        }
    }

    /// # Errors
    /// [`Refusal::ContentBlinded`].
    pub(super) fn check_not_hidden(&self) -> Result<(), Refusal> {
        self.head.check_not_hidden()?;
        let body = self.comment.as_ref().and_then(|comment| comment.body.as_ref());
        body.map_or(Ok(()), CommentBody::check_not_hidden)
    }
}

/// The attribute of a thread that holds the data of the side.
pub(crate) fn side_attribute(side: Side) -> &'static str {
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

/// The update that turns `thread` into `next`, the same thread with one more message.
fn message_update(thread: &Thread, next: &Thread) -> Result<RowUpdate, Error> {
    let change = if_unchanged(thread)?
        .set(&["last_content"], &next.last_content)?
        .set(&["last_by"], next.last_by)?
        .set(&["updated_at"], next.updated_at)?
        .remove(&["last_moderation"]);
    Side::BOTH.into_iter().try_fold(change, |change, side| {
        let attribute = side_attribute(side);
        change.set(&[attribute, "sent"], next.party(side).sent)?.set(&[attribute, "is_listed"], true)
    })
}

impl Transaction {
    /// Fails with [`Refusal::MessageRefused`] if one side of the thread blocks the other.
    fn check_not_blocked(self, school: SchoolId, thread: &Thread) -> Result<Self, Error> {
        Side::BOTH.into_iter().try_fold(self, |transaction, side| {
            let checked = transaction.check_absent(block_key(school, thread, side))?;
            Ok(checked.on_condition_failed(Refusal::MessageRefused))
        })
    }
}

/// Adds the message, and the listed threads of both sides.
fn add_message(
    mut transaction: Transaction,
    school: SchoolId,
    thread: &Thread,
    message: &Message,
) -> Result<Transaction, Error> {
    transaction = transaction.create(&message_key(school, thread.id, message.number), message)?;
    for side in Side::BOTH {
        let key = listed_thread_key(school, thread.party(side).user_id, thread.updated_at, thread.id);
        transaction = transaction.create(&key, &thread.listed_row(side))?;
    }
    Ok(transaction)
}
