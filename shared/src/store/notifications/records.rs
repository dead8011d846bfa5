//! What the records of the table's stream notify of.
//!
//! A record says what was written, not what is there. So whatever it is about is read again, and what was deleted or hidden
//! meanwhile makes no notification. The filter in `template.yaml` selects the records.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::{
    BlockTarget, CaseId, Cause, Comment, Direction, ExamInfo, FriendLink, Message, Moderation, NotificationDraft,
    NotificationKind, PostHead, PostId, Review, SchoolId, StudentKey, Thread, UserId,
};
use crate::store::accounts::{sanctions::SanctionDecision, users};
use crate::store::content::{boards, comments, feeds, posts};
use crate::store::dynamo::{Error, Item, Key, Read, StreamRecord};
use crate::store::notifications::Notifications;
use crate::store::timetables::{exam_infos, reviews};
use crate::store::{friends, messages};

/// The part of a row with what moderation has done to the thing in it.
#[derive(Deserialize)]
struct ModeratedRow {
    moderation: Option<Moderation>,
    /// In the row of a comment: what a deletion removes.
    written: Option<Written>,
}

#[derive(Deserialize)]
struct Written {
    moderation: Option<Moderation>,
}

impl Notifications {
    /// Notifies the students whom a record of the stream concerns.
    ///
    /// # Errors
    /// If the row is malformed, or the table is not available. The record may be consumed again.
    pub async fn consume(&self, record: &StreamRecord) -> Result<(), Error> {
        let StreamRecord { key, old_row, new_row: Some(row), .. } = record else { return Ok(()) };
        if old_row.is_some() {
            return self.consume_change(record, row).await;
        }
        let sk = key.sk.as_str();
        if let Some((school, post)) = posts::parse_partition(&key.pk) {
            if sk.starts_with(comments::COMMENT) {
                self.consume_comment(school, post, read(row)?).await?;
            }
        } else if let Some((school, thread)) = messages::parse_thread_partition(&key.pk) {
            if sk.starts_with(messages::MESSAGE) {
                self.consume_message(school, messages::thread_key(school, thread), &read(row)?).await?;
            }
        } else if let Some(school) = feeds::parse_hot_partition(&key.pk) {
            let post = feeds::post_id_from_sk(sk).ok_or_else(|| Error::unexpected("a hot post without an id"))?;
            self.consume_hot(school, post).await?;
        } else if let Some(student) = users::parse_partition(&key.pk)
            && (sk.starts_with(friends::REQUEST) || sk.starts_with(friends::FRIEND))
        {
            self.consume_link(student.into(), key, &read(row)?).await?;
        }
        Ok(())
    }

    /// Notifies the author of something of a decision that restricts the author, or takes a restriction back.
    pub async fn consume_decision(&self, decision: &SanctionDecision) -> Result<(), Error> {
        let (student, case_id, decided_at) = decision.concerned();
        let cause = Cause::Restriction { case_id, decided_at };
        let draft = NotificationDraft { cause, at: decided_at, actor: None, is_about_anonymous: true };
        self.notify(student, &draft).await.map(drop)
    }

    async fn consume_comment(&self, school: SchoolId, post: PostId, written: Comment) -> Result<(), Error> {
        let id = written.id;
        let (head_key, board_key) = (posts::head_key(school, post), boards::key(school, post.board()));
        let parent_key = id.parent().map(|parent| comments::key(school, parent));
        let keys =
            [head_key.clone(), board_key.clone(), comments::key(school, id)].into_iter().chain(parent_key.clone());
        let mut rows = self.table.batch_get(keys, Read::Consistent).await?;
        let head: Option<PostHead> = rows.take(&head_key)?;
        let Some(head) = head.filter(|head| rows.has(&board_key) && head.check_not_hidden().is_ok()) else {
            return Ok(());
        };
        let comment: Option<Comment> = rows.take(&comments::key(school, id))?;
        let body = comment.and_then(|comment| comment.body).filter(|body| body.check_not_hidden().is_ok());
        let Some(body) = body else { return Ok(()) };
        let parent: Option<Comment> = match &parent_key {
            Some(key) => rows.take(key)?,
            None => None,
        };
        let parent = parent.and_then(|parent| parent.body);
        let draft = |cause, is_about_anonymous| NotificationDraft {
            cause,
            at: written.created_at,
            actor: Some(BlockTarget::of(post, body.author_id, body.byline)),
            is_about_anonymous,
        };
        // The author of both gets one notification.
        let of_both = parent
            .as_ref()
            .filter(|parent| parent.author_id == head.author_id)
            .map(|parent| NotificationKind::of_reply_to_both(head.is_anonymous, parent.byline.is_anonymous()));
        let gets = |author: UserId, kind| author != body.author_id && of_both.is_none_or(|of_both| of_both == kind);
        if let Some(parent) = parent.filter(|parent| gets(parent.author_id, NotificationKind::Reply)) {
            let reply = draft(Cause::Reply { comment_id: id }, parent.byline.is_anonymous());
            self.notify((school, parent.author_id).into(), &reply).await?;
        }
        if gets(head.author_id, NotificationKind::Comment) {
            let comment = draft(Cause::Comment { comment_id: id }, head.is_anonymous);
            self.notify((school, head.author_id).into(), &comment).await?;
        }
        Ok(())
    }

    async fn consume_message(&self, school: SchoolId, thread_key: Key, written: &Message) -> Result<(), Error> {
        // The notice at the start of a thread has no sender.
        let Some(sender) = written.by else { return Ok(()) };
        let thread: Option<Thread> = self.table.get(thread_key, Read::Consistent).await?;
        let thread = thread.ok_or_else(|| Error::unexpected("a message without a thread"))?;
        let message_key = messages::message_key(school, thread.id, written.number);
        let message: Option<Message> = self.table.get(message_key, Read::Consistent).await?;
        let is_hidden =
            message.is_none_or(|message| Moderation::check_not_hidden(message.moderation.as_ref()).is_err());
        let side = sender.side.other();
        let recipient = thread.party(side);
        if is_hidden || recipient.read >= sender.nth || recipient.cleared >= written.number {
            return Ok(());
        }
        let draft = NotificationDraft {
            cause: Cause::Message { thread_id: thread.id, number: written.number },
            at: written.created_at,
            actor: None,
            is_about_anonymous: thread.byline.is_anonymous(),
        };
        let block_key = messages::block_key(school, &thread, side);
        self.notify_unless((school, recipient.user_id).into(), &draft, Some(block_key)).await.map(drop)
    }

    async fn consume_hot(&self, school: SchoolId, post: PostId) -> Result<(), Error> {
        let (head_key, board_key) = (posts::head_key(school, post), boards::key(school, post.board()));
        let mut rows = self.table.batch_get([head_key.clone(), board_key.clone()], Read::Consistent).await?;
        let head: Option<PostHead> = rows.take(&head_key)?;
        let head = head.filter(|head| rows.has(&board_key) && head.check_not_hidden().is_ok());
        let Some((head, at)) = head.and_then(|head| head.hot_at.map(|at| (head, at))) else { return Ok(()) };
        let (cause, is_about_anonymous) = (Cause::Hot { post_id: post }, head.is_anonymous);
        let draft = NotificationDraft { cause, at, actor: None, is_about_anonymous };
        self.notify((school, head.author_id).into(), &draft).await.map(drop)
    }

    async fn consume_link(&self, student: StudentKey, key: &Key, written: &FriendLink) -> Result<(), Error> {
        let friendship_id = written.id;
        let (cause, at) = match (written.direction, written.since) {
            (Direction::In, None) if !written.is_hidden => (Cause::FriendRequest { friendship_id }, written.created_at),
            (Direction::Out, Some(since)) => (Cause::FriendAccepted { friendship_id }, since),
            _ => return Ok(()),
        };
        let link: Option<FriendLink> = self.table.get(key.clone(), Read::Consistent).await?;
        if link.is_none_or(|link| link.is_hidden) {
            return Ok(());
        }
        let actor = Some(BlockTarget::User(written.partner));
        let draft = NotificationDraft { cause, at, actor, is_about_anonymous: false };
        self.notify(student, &draft).await.map(drop)
    }

    /// Notifies the author of something whose state has changed.
    async fn consume_change(&self, record: &StreamRecord, row: &Item) -> Result<(), Error> {
        let before: Option<ModeratedRow> = record.old_row.as_ref().map(read).transpose()?;
        let (before, after) = (before.and_then(|row| row.moderation()), read::<ModeratedRow>(row)?.moderation());
        let Some(state) = Moderation::told_change(before.as_ref(), after.as_ref()) else { return Ok(()) };
        let current: Option<ModeratedRow> = self.table.get(record.key.clone(), Read::Consistent).await?;
        let is_current = current.is_some_and(|current| current.moderation() == after);
        // Another record tells of the later change.
        if !is_current {
            return Ok(());
        }
        let Some((student, thing)) = self.moderated(&record.key, row).await? else { return Ok(()) };
        let since = record.written_at.unwrap_or_else(|| self.table.clock().now());
        let cause = Cause::State { thing, state, since };
        let draft = NotificationDraft { cause, at: since, actor: None, is_about_anonymous: true };
        self.notify(student, &draft).await.map(drop)
    }

    /// The author and the id of the thing in the row. `None` if cases are not about such rows.
    async fn moderated(&self, key: &Key, row: &Item) -> Result<Option<(StudentKey, CaseId)>, Error> {
        let sk = key.sk.as_str();
        let of = |school: SchoolId, author: UserId, thing| Some(((school, author).into(), thing));
        if let Some((school, _)) = boards::parse_partition(&key.pk).filter(|_| sk.starts_with(posts::POST)) {
            let head: PostHead = read(row)?;
            return Ok(of(school, head.author_id, CaseId::Post(head.id)));
        }
        if let Some((school, _)) = posts::parse_partition(&key.pk).filter(|_| sk.starts_with(comments::COMMENT)) {
            let comment: Comment = read(row)?;
            return Ok(comment.body.and_then(|body| of(school, body.author_id, CaseId::Comment(comment.id))));
        }
        if let Some((school, thread)) = messages::parse_thread_partition(&key.pk)
            && sk.starts_with(messages::MESSAGE)
        {
            let message: Message = read(row)?;
            let in_thread: Option<Thread> =
                self.table.get(messages::thread_key(school, thread), Read::Consistent).await?;
            let author = in_thread.zip(message.by).map(|(thread, by): (Thread, _)| thread.party(by.side).user_id);
            return Ok(author.and_then(|author| of(school, author, CaseId::Message(thread, message.id))));
        }
        let Some(school) = reviews::parse_school_of_partition(&key.pk) else { return Ok(None) };
        if sk.starts_with(reviews::REVIEW) {
            let id = read::<Review>(row)?.id;
            let location = self.table.get(reviews::location_key(school, id), Read::Consistent).await?;
            let author = location.and_then(|location: reviews::ReviewLocation| location.author_id);
            return Ok(author.and_then(|author| of(school, author, CaseId::Review(id))));
        }
        if sk.starts_with(exam_infos::EXAM_INFO) {
            let id = read::<ExamInfo>(row)?.id;
            let location = self.table.get(exam_infos::location_key(school, id), Read::Consistent).await?;
            let author = location.and_then(|location: exam_infos::ExamInfoLocation| location.author_id);
            return Ok(author.and_then(|author| of(school, author, CaseId::ExamInfo(id))));
        }
        Ok(None)
    }
}

fn read<T: DeserializeOwned>(row: &Item) -> Result<T, Error> {
    Ok(serde_dynamo::from_item(row.clone())?)
}

impl ModeratedRow {
    fn moderation(&self) -> Option<Moderation> {
        self.moderation.or(self.written.as_ref().and_then(|written| written.moderation))
    }
}
