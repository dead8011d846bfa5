//! What changes threads: writing, reading, clearing away, blocking. The rows are in [`messages`](super::messages).

use uuid::Uuid;

use super::change::Change;
use super::messages::{
    Messages, SeenThread, Talk, block_key, listed_key, message_key, source_keys, talk_key, thread_key, title,
    unread_key,
};
use super::table::Backoff;
use super::{Error, Read, Transaction, Writer, comments, posts, users};
use crate::domain::{
    Alias, Author, Caller, Comment, CommentId, Message, MessageText, PostHead, PostId, Refusal, SchoolId, Side, Source,
    Thread, Title, UserId,
};

/// What to write about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A post.
    Post(PostId),
    /// A comment.
    Comment(CommentId),
}

/// What a message about something depends on.
#[derive(Debug)]
pub struct Subject {
    source: Source,
    author: UserId,
    is_anonymous: bool,
    title: Title,
    /// The thread that the caller has started about it.
    thread: Option<Thread>,
}

/// What is remembered of a message for an idempotency key.
#[derive(Clone, Copy)]
enum Remembered {
    Thread,
    Number,
}

impl About {
    fn id(self) -> Uuid {
        match self {
            Self::Post(post) => post.as_uuid(),
            Self::Comment(comment) => comment.as_uuid(),
        }
    }
}

impl Subject {
    /// Whether the caller wrote it.
    pub fn is_by(&self, caller: &Caller) -> bool {
        self.author == caller.user
    }

    /// Whether the caller has a thread about it.
    pub fn has_thread(&self) -> bool {
        self.thread.is_some()
    }
}

impl Messages {
    /// What a message about a post or a comment depends on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there, or was deleted.
    pub async fn subject(&self, caller: &Caller, about: About) -> Result<Subject, Error> {
        let school = caller.school;
        let talk_key = talk_key(school, caller.user, about.id());
        let place_key = match about {
            About::Post(post) => posts::body_key(school, post),
            About::Comment(comment) => comments::place_key(school, comment),
        };
        let mut rows = self.table.batch_get([talk_key.clone(), place_key.clone()], Read::Latest).await?;
        let talk: Option<Talk> = rows.take(&talk_key)?;
        let source = match about {
            About::Post(post_id) => {
                let place: posts::Place = rows.take(&place_key)?.ok_or(Error::NotFound)?;
                Source { board_id: place.board_id, post_id, comment_id: None, parent_id: None }
            }
            About::Comment(comment) => {
                let place: comments::Place = rows.take(&place_key)?.ok_or(Error::NotFound)?;
                let comments::Place { board_id, post_id, parent_id, .. } = place;
                Source { board_id, post_id, comment_id: Some(comment), parent_id }
            }
        };
        let thread_key = talk.map(|talk| thread_key(school, talk.thread_id));
        let keys = source_keys(school, &source).into_iter().chain(thread_key.clone());
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let title = title(school, &source, &rows)?.ok_or(Error::NotFound)?;
        let thread = thread_key.map(|key| rows.take(&key)).transpose()?.flatten();
        let (author, is_anonymous) = match source.comment_id {
            None => {
                let head: Option<PostHead> = rows.take(&posts::head_key(school, source.board_id, source.post_id))?;
                head.map(|head| (head.author_id, head.is_anonymous))
            }
            Some(comment) => {
                let key = comments::key(school, source.post_id, comment, source.parent_id);
                let written = rows.take::<Comment>(&key)?.and_then(|comment| comment.written);
                written.map(|written| (written.author_id, written.named_author().is_none()))
            }
        }
        .ok_or(Error::NotFound)?;
        Ok(Subject { source, author, is_anonymous, title, thread })
    }

    /// Writes to the author of a post or a comment: the first message of a thread, or another one.
    ///
    /// # Errors
    /// [`Refusal::MessageRefused`]; those of a claim.
    pub async fn write_about(
        &self,
        writer: &Writer,
        caller: &Caller,
        about: About,
        mut subject: Subject,
        content: &MessageText,
    ) -> Result<SeenThread, Error> {
        let partner = self.partner(caller, subject.author, subject.is_anonymous).await?;
        let mut backoff = Backoff::begin();
        loop {
            let sent = match subject.thread {
                Some(thread) => self.send(writer, caller, (thread, Side::Starter), content, Remembered::Thread).await,
                None => self.start(writer, caller, about, &subject, content).await,
            };
            match sent {
                // Another request of the caller's has just started it.
                Err(Error::Stale) if backoff.pause().await => subject = self.subject(caller, about).await?,
                result => {
                    let (thread, _) = result?;
                    return Ok(SeenThread { thread, side: Side::Starter, partner, title: Some(subject.title) });
                }
            }
        }
    }

    /// Writes another message to a thread.
    ///
    /// # Errors
    /// [`Refusal::MessageRefused`]; those of a claim.
    pub async fn write(
        &self,
        writer: &Writer,
        caller: &Caller,
        (thread, side): (Thread, Side),
        content: &MessageText,
    ) -> Result<Message, Error> {
        self.partner(caller, thread.party(side.other()).user_id, thread.is_anonymous).await?;
        Ok(self.send(writer, caller, (thread, side), content, Remembered::Number).await?.1)
    }

    /// The partner as shown, who is there and, where neither hides, has not blocked the caller nor the other way round.
    async fn partner(&self, caller: &Caller, partner: UserId, is_anonymous: bool) -> Result<Author, Error> {
        let Caller { school, user, .. } = *caller;
        let blocks = [block_key(school, user, partner), block_key(school, partner, user)];
        let named = blocks.iter().filter(|_| !is_anonymous).cloned();
        let keys = [users::profile_key(school, partner)].into_iter().chain(named);
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let is_blocked = blocks.iter().any(|block| rows.has(block));
        let nicknames = users::take_nicknames(school, [partner], &mut rows)?;
        match Author::named(partner, &nicknames) {
            Author::User(_) if is_blocked => Err(Refusal::MessageRefused.into()),
            Author::User(_) if is_anonymous => Ok(Author::Anonymous(Alias::Nobody)),
            Author::User(nickname) => Ok(Author::User(nickname)),
            _ => Err(Refusal::MessageRefused.into()),
        }
    }

    async fn start(
        &self,
        writer: &Writer,
        caller: &Caller,
        about: About,
        subject: &Subject,
        content: &MessageText,
    ) -> Result<(Thread, Message), Error> {
        let now = self.table.clock().now();
        let opened = Thread::open(caller.user, subject.author, subject.source, subject.is_anonymous, now);
        let (thread, message) = opened.with_message(Side::Starter, content.clone(), now);
        let talk = talk_key(caller.school, caller.user, about.id());
        let transaction = self
            .table
            .transaction(writer)
            .claim(writer, thread.id.as_uuid())?
            .create(&talk, &Talk { thread_id: thread.id })?
            .on_condition_failed(Error::Stale)
            .create(&thread_key(caller.school, thread.id), &thread)?
            .create(&message_key(caller.school, thread.id, 0), &thread.notice())?;
        deliver(transaction, caller.school, &thread, &message, Side::Starter)?.commit().await?;
        Ok((thread, message))
    }

    /// Adds a message behind all others, whatever others do meanwhile.
    async fn send(
        &self,
        writer: &Writer,
        caller: &Caller,
        (mut thread, side): (Thread, Side),
        content: &MessageText,
        remembered: Remembered,
    ) -> Result<(Thread, Message), Error> {
        let now = self.table.clock().now();
        let mut backoff = Backoff::begin();
        loop {
            if thread.is_blocked() {
                return Err(Refusal::MessageRefused.into());
            }
            let (next, message) = thread.with_message(side, content.clone(), now);
            let made = match remembered {
                Remembered::Thread => thread.id.as_uuid(),
                Remembered::Number => Uuid::from_u128(message.number.into()),
            };
            let mut transaction = self
                .table
                .transaction(writer)
                .claim(writer, made)?
                .update(thread_key(caller.school, thread.id), added(&thread, &next)?)?
                .on_condition_failed(Error::Stale);
            for side in Side::BOTH {
                let party = thread.party(side);
                if party.is_listed {
                    let listed = listed_key(caller.school, party.user_id, thread.updated_at, thread.id);
                    transaction = transaction.delete(listed)?.on_condition_failed(Error::Stale);
                }
            }
            match deliver(transaction, caller.school, &next, &message, side)?.commit_once().await {
                // To be read after the pause: in a thread that many write to at once, what came next before it has long
                // been written.
                Err(Error::Stale | Error::Contention) if backoff.pause().await => {
                    let partner = thread.party(side.other()).user_id;
                    let (now, _) = tokio::try_join!(
                        self.table.get(thread_key(caller.school, thread.id), Read::Latest),
                        self.partner(caller, partner, thread.is_anonymous),
                    )?;
                    thread = now.ok_or(Error::NotFound)?;
                }
                result => return result.map(|()| (next, message)),
            }
        }
    }

    /// Marks all messages up to this one, which the caller has seen, as read.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn mark_read(
        &self,
        writer: &Writer,
        caller: &Caller,
        (mut thread, side): (Thread, Side),
        newest: &Message,
    ) -> Result<(), Error> {
        let read = newest.read_through_by(side);
        let mut backoff = Backoff::begin();
        while thread.party(side).read < read {
            let seen = thread.party(side).read;
            let change =
                Change::of_existing().if_equal(&[name(side), "read"], seen)?.set(&[name(side), "read"], read)?;
            let fewer = i64::from(seen).saturating_sub(i64::from(read));
            let marked = self
                .table
                .transaction(writer)
                .update(thread_key(caller.school, thread.id), change)?
                .on_change()
                .update(unread_key(caller.school, caller.user), Change::default().count(&["messages"], fewer)?)?
                .commit()
                .await;
            match marked {
                Err(Error::Changed(image)) if backoff.pause().await => thread = image.read()?,
                result => return result,
            }
        }
        Ok(())
    }

    /// Takes a thread out of the caller's list, and what is in it now out of the caller's sight.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not in the list.
    pub async fn clear(&self, writer: &Writer, caller: &Caller, mut found: (Thread, Side)) -> Result<(), Error> {
        let mut backoff = Backoff::begin();
        loop {
            let (thread, side) = &found;
            match self.clear_seen(writer, caller, thread, *side).await {
                Err(Error::Changed(_)) if backoff.pause().await => found = self.find(caller, thread.id).await?,
                result => return result,
            }
        }
    }

    async fn clear_seen(&self, writer: &Writer, caller: &Caller, thread: &Thread, side: Side) -> Result<(), Error> {
        let (own, party) = (name(side), thread.party(side));
        let change = unmoved(thread)?
            .if_equal(&[own, "read"], party.read)?
            .set(&[own, "read"], thread.party(side.other()).sent)?
            .set(&[own, "cleared"], thread.message_count())?
            .set(&[own, "is_listed"], false)?;
        let mut transaction = self
            .table
            .transaction(writer)
            .update(thread_key(caller.school, thread.id), change)?
            .on_change()
            .delete(listed_key(caller.school, caller.user, thread.updated_at, thread.id))?
            .on_condition_failed(Error::Stale);
        let unread = i64::from(thread.unread_by(side));
        if unread > 0 {
            let fewer = Change::default().count(&["messages"], unread.saturating_neg())?;
            transaction = transaction.update(unread_key(caller.school, caller.user), fewer)?;
        }
        transaction.commit().await
    }

    /// Blocks a thread; where neither hides, all such threads with the same partner. Of anything else that the partner
    /// wrote it says nothing, or it would tell who wrote it.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn block(&self, writer: &Writer, caller: &Caller, (thread, side): (Thread, Side)) -> Result<(), Error> {
        if thread.is_anonymous {
            return self.set_blocked(writer, caller.school, &thread, side, true).await;
        }
        let block = block_key(caller.school, caller.user, thread.party(side.other()).user_id);
        let since = Change::default().set_once(&["blocked_at"], self.table.clock().now())?;
        self.table.update(writer, block, since).await
    }

    /// Takes a block back.
    ///
    /// # Errors
    /// Those of a write.
    pub async fn unblock(&self, writer: &Writer, caller: &Caller, (thread, side): (Thread, Side)) -> Result<(), Error> {
        if thread.is_anonymous {
            return self.set_blocked(writer, caller.school, &thread, side, false).await;
        }
        let block = block_key(caller.school, caller.user, thread.party(side.other()).user_id);
        self.table.delete(writer, block).await
    }

    async fn set_blocked(
        &self,
        writer: &Writer,
        school: SchoolId,
        thread: &Thread,
        side: Side,
        has_blocked: bool,
    ) -> Result<(), Error> {
        let change = Change::default().set(&[name(side), "has_blocked"], has_blocked)?;
        self.table.update(writer, thread_key(school, thread.id), change).await
    }
}

/// The attribute of a thread that is about this side.
fn name(side: Side) -> &'static str {
    match side {
        Side::Starter => "starter",
        Side::Author => "author",
    }
}

/// That nobody has written to the thread, or cleared it away, since it was read.
fn unmoved(thread: &Thread) -> Result<Change, Error> {
    Side::BOTH.into_iter().try_fold(Change::of_existing(), |change, side| {
        let party = thread.party(side);
        change.if_equal(&[name(side), "sent"], party.sent)?.if_equal(&[name(side), "is_listed"], party.is_listed)
    })
}

/// The change of a thread by a message, unless somebody has blocked it.
fn added(thread: &Thread, next: &Thread) -> Result<Change, Error> {
    let change = unmoved(thread)?
        .set(&["last_content"], &next.last_content)?
        .set(&["last_by"], next.last_by)?
        .set(&["updated_at"], next.updated_at)?;
    Side::BOTH.into_iter().try_fold(change, |change, side| {
        change
            .if_equal(&[name(side), "has_blocked"], false)?
            .set(&[name(side), "sent"], next.party(side).sent)?
            .set(&[name(side), "is_listed"], true)
    })
}

/// The message itself, the thread in both lists, and one more that the other has not read.
fn deliver(
    mut transaction: Transaction,
    school: SchoolId,
    thread: &Thread,
    message: &Message,
    by: Side,
) -> Result<Transaction, Error> {
    transaction = transaction.create(&message_key(school, thread.id, message.number), message)?;
    for side in Side::BOTH {
        let key = listed_key(school, thread.party(side).user_id, thread.updated_at, thread.id);
        transaction = transaction.create(&key, &thread.listed_by(side))?;
    }
    let reader = thread.party(by.other()).user_id;
    transaction.update(unread_key(school, reader), Change::default().count(&["messages"], 1)?)
}
