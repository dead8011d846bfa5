//! The things that cases are about: reading them, and changing what moderation has done to them.

use crate::domain::{
    Caller, CaseId, CaseSubject, Comment, CommentId, ExamInfo, ExamInfoId, MediaFolder, Message, MessageId, Moderation,
    PostHead, PostId, Review, ReviewId, SchoolId, Side, Snapshot, Thread, ThreadId, Time, UserId,
};
use crate::store::content::{boards, comments, posts};
use crate::store::dynamo::{Error, Key, Read, RowUpdate, Rows, Transaction};
use crate::store::messages;
use crate::store::moderation::{Cases, MODERATION};
use crate::store::timetables::{exam_infos, reviews};

/// A thing with the rows that say what moderation has done to it.
#[derive(Clone, Debug)]
pub(super) struct FoundSubject {
    pub(super) subject: CaseSubject,
    row: Key,
    /// The path of the map in the row that holds the attribute.
    within: &'static [&'static str],
    /// The thread, if the thing is its last message, which lists of threads show.
    preview_of: Option<Thread>,
    /// Where the pictures of a post are; `None` if there are none.
    pub(super) media_folder: Option<MediaFolder>,
}

/// The key of the row without which the thing does not exist.
pub(super) fn first_key(school: SchoolId, id: CaseId) -> Key {
    match id {
        CaseId::Post(post) => posts::head_key(school, post),
        CaseId::Comment(comment) => comments::key(school, comment),
        CaseId::Message(thread, _) => messages::thread_key(school, thread),
        CaseId::Review(review) => reviews::location_key(school, review),
        CaseId::ExamInfo(exam_info) => exam_infos::location_key(school, exam_info),
    }
}

impl Cases {
    /// Finds a thing as the caller sees it, and reads the rows at `extra_keys`. A message is found only by the two users of
    /// its thread, unless they have cleared it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub(super) async fn find(
        &self,
        caller: &Caller,
        id: CaseId,
        extra_keys: Vec<Key>,
    ) -> Result<(FoundSubject, Rows), Error> {
        let (found, thread, rows) = self.find_even_if_foreign(caller, id, extra_keys).await?;
        let found = found.ok_or(Error::NotFound)?;
        if let (CaseId::Message(_, message), Some(thread)) = (id, thread) {
            let side = thread.side_of(caller.user).ok_or(Error::NotFound)?;
            if message.number() <= thread.party(side).cleared {
                return Err(Error::NotFound);
            }
        }
        Ok((found, rows))
    }

    /// Finds a thing, also a message of others; `None` if it was deleted.
    pub(super) async fn find_even_if_foreign(
        &self,
        caller: &Caller,
        id: CaseId,
        extra_keys: Vec<Key>,
    ) -> Result<(Option<FoundSubject>, Option<Thread>, Rows), Error> {
        let (mut found, thread, rows) = self.find_with_thread(caller.school, id, extra_keys).await?;
        if let Some(FoundSubject { subject, .. }) = &mut found {
            subject.is_mine = subject.author_id == caller.user;
        }
        Ok((found, thread, rows))
    }

    /// Finds a thing for the service itself, to which nothing belongs; `None` if it was deleted.
    pub(super) async fn find_in(
        &self,
        school: SchoolId,
        id: CaseId,
        extra_keys: Vec<Key>,
    ) -> Result<(Option<FoundSubject>, Rows), Error> {
        let (found, _, rows) = self.find_with_thread(school, id, extra_keys).await?;
        Ok((found, rows))
    }

    async fn find_with_thread(
        &self,
        school: SchoolId,
        id: CaseId,
        extra_keys: Vec<Key>,
    ) -> Result<(Option<FoundSubject>, Option<Thread>, Rows), Error> {
        let located = self.locate(school, id).await?;
        let keys = match id {
            CaseId::Post(post) => {
                vec![posts::head_key(school, post), boards::key(school, post.board()), posts::body_key(school, post)]
            }
            CaseId::Comment(comment) => {
                let post = comment.post();
                let post_keys = [posts::head_key(school, post), boards::key(school, post.board())];
                post_keys.into_iter().chain([comments::key(school, comment)]).collect()
            }
            CaseId::Message(thread, message) => {
                vec![messages::thread_key(school, thread), messages::message_key(school, thread, message.number())]
            }
            CaseId::Review(_) | CaseId::ExamInfo(_) => {
                located.as_ref().map(|located| located.row.clone()).into_iter().collect()
            }
        };
        let mut rows = self.table.batch_get(keys.into_iter().chain(extra_keys), Read::Consistent).await?;
        let mut thread = None;
        let found = match id {
            CaseId::Post(post) => post_subject(school, post, &mut rows)?,
            CaseId::Comment(comment) => comment_subject(school, comment, &mut rows)?,
            CaseId::Message(in_thread, message) => {
                thread = rows.take(&messages::thread_key(school, in_thread))?;
                message_subject(school, thread.as_ref(), (in_thread, message), &mut rows)?
            }
            CaseId::Review(review) => match located {
                Some(located) => review_subject(review, located, &mut rows)?,
                None => None,
            },
            CaseId::ExamInfo(exam_info) => match located {
                Some(located) => exam_info_subject(exam_info, located, &mut rows)?,
                None => None,
            },
        };
        Ok((found, thread, rows))
    }

    /// Reads where a review or an exam info is, and who wrote it. `None` if it was deleted, and for anything else.
    async fn locate(&self, school: SchoolId, id: CaseId) -> Result<Option<Located>, Error> {
        Ok(match id {
            CaseId::Review(review) => {
                let key = reviews::location_key(school, review);
                let location: Option<reviews::ReviewLocation> = self.table.get(key, Read::Consistent).await?;
                location.and_then(|reviews::ReviewLocation { author_id, course_id, created_at, .. }| {
                    let row = reviews::key(school, course_id, created_at, review);
                    Some(Located { row, author_id: author_id?, created_at })
                })
            }
            CaseId::ExamInfo(exam_info) => {
                let key = exam_infos::location_key(school, exam_info);
                let location: Option<exam_infos::ExamInfoLocation> = self.table.get(key, Read::Consistent).await?;
                location.and_then(|exam_infos::ExamInfoLocation { author_id, course_id, created_at, .. }| {
                    let row = exam_infos::key(school, course_id, created_at, exam_info);
                    Some(Located { row, author_id: author_id?, created_at })
                })
            }
            CaseId::Post(_) | CaseId::Comment(_) | CaseId::Message(..) => None,
        })
    }
}

/// What the location of a review or an exam info says.
struct Located {
    row: Key,
    author_id: UserId,
    created_at: Time,
}

fn post_subject(school: SchoolId, post: PostId, rows: &mut Rows) -> Result<Option<FoundSubject>, Error> {
    let row = posts::head_key(school, post);
    let head: Option<PostHead> = rows.take(&row)?;
    let body: Option<posts::PostBody<'static>> = rows.take(&posts::body_key(school, post))?;
    let (Some(head), Some(body), true) = (head, body, rows.has(&boards::key(school, post.board()))) else {
        return Ok(None);
    };
    let snapshot = Snapshot {
        title: Some(head.title.as_str().to_owned()),
        content: body.content.as_str().to_owned(),
        media: head.media,
    };
    let subject = CaseSubject {
        id: CaseId::Post(post),
        author_id: head.author_id,
        is_mine: false,
        version: head.updated_at,
        moderation: head.moderation,
        snapshot,
    };
    Ok(Some(FoundSubject { subject, row, within: &[], preview_of: None, media_folder: head.media_folder }))
}

fn comment_subject(school: SchoolId, id: CommentId, rows: &mut Rows) -> Result<Option<FoundSubject>, Error> {
    let post = id.post();
    let row = comments::key(school, id);
    let comment: Option<Comment> = rows.take(&row)?;
    let has_post = rows.has(&posts::head_key(school, post)) && rows.has(&boards::key(school, post.board()));
    let Some((comment, body)) =
        comment.filter(|_| has_post).and_then(|comment| Some((comment.created_at, comment.body?)))
    else {
        return Ok(None);
    };
    let subject = CaseSubject {
        id: CaseId::Comment(id),
        author_id: body.author_id,
        is_mine: false,
        version: comment,
        moderation: body.moderation,
        snapshot: Snapshot { title: None, content: body.content.as_str().to_owned(), media: Vec::new() },
    };
    Ok(Some(FoundSubject { subject, row, within: &["written"], preview_of: None, media_folder: None }))
}

fn message_subject(
    school: SchoolId,
    thread: Option<&Thread>,
    (in_thread, id): (ThreadId, MessageId),
    rows: &mut Rows,
) -> Result<Option<FoundSubject>, Error> {
    let row = messages::message_key(school, in_thread, id.number());
    let message: Option<Message> = rows.take(&row)?;
    let message = message.filter(|message| message.id == id);
    let Some((thread, message)) = thread.zip(message) else { return Ok(None) };
    let (Some(by), Some(content)) = (message.by, message.content) else { return Ok(None) };
    let author_id = thread.party(by.side).user_id;
    let subject = CaseSubject {
        id: CaseId::Message(in_thread, id),
        author_id,
        is_mine: false,
        version: message.created_at,
        moderation: message.moderation,
        snapshot: Snapshot { title: None, content: content.as_str().to_owned(), media: Vec::new() },
    };
    let preview_of = (message.number == thread.message_count()).then(|| thread.clone());
    Ok(Some(FoundSubject { subject, row, within: &[], preview_of, media_folder: None }))
}

fn review_subject(id: ReviewId, located: Located, rows: &mut Rows) -> Result<Option<FoundSubject>, Error> {
    let review: Option<Review> = rows.take(&located.row)?;
    Ok(review.map(|review| located.subject(CaseId::Review(id), review.moderation, review.content.as_str())))
}

fn exam_info_subject(id: ExamInfoId, located: Located, rows: &mut Rows) -> Result<Option<FoundSubject>, Error> {
    let exam_info: Option<ExamInfo> = rows.take(&located.row)?;
    Ok(exam_info.map(|info| located.subject(CaseId::ExamInfo(id), info.moderation, info.strategy.as_str())))
}

impl Located {
    fn subject(self, id: CaseId, moderation: Option<Moderation>, content: &str) -> FoundSubject {
        let Self { row, author_id, created_at } = self;
        let snapshot = Snapshot { title: None, content: content.to_owned(), media: Vec::new() };
        let subject = CaseSubject { id, author_id, is_mine: false, version: created_at, moderation, snapshot };
        FoundSubject { subject, row, within: &[], preview_of: None, media_folder: None }
    }
}

impl FoundSubject {
    /// Sets what moderation has done to the thing, unless the thing has changed since it was read.
    pub(super) fn moderate(
        &self,
        transaction: Transaction,
        school: SchoolId,
        moderation: Option<Moderation>,
    ) -> Result<Transaction, Error> {
        let Self { subject, row, within, preview_of, .. } = self;
        let path = [*within, &[MODERATION]].concat();
        let mut change = RowUpdate::of_existing();
        change = match subject.moderation {
            Some(before) => change.if_equal(&path, before)?,
            None => change.if_absent(&path),
        };
        if let CaseId::Post(_) = subject.id {
            change = change.if_equal(&["updated_at"], subject.version)?.set(&["moderated_at"], transaction.now())?;
        }
        if let [body, ..] = within {
            change = change.if_present(&[body]);
        }
        let transaction = transaction.update(row.clone(), set(change, &path, moderation)?)?;
        let transaction = transaction.on_condition_failed(Error::Stale);
        let Some(thread) = preview_of else { return Ok(transaction) };
        let is_last = Side::BOTH.into_iter().try_fold(RowUpdate::of_existing(), |change, side| {
            change.if_equal(&[messages::side_attribute(side), "sent"], thread.party(side).sent)
        })?;
        let preview = set(is_last, &["last_moderation"], moderation)?;
        Ok(transaction.update(messages::thread_key(school, thread.id), preview)?.on_condition_failed(Error::Stale))
    }
}

fn set(change: RowUpdate, path: &[&str], moderation: Option<Moderation>) -> Result<RowUpdate, Error> {
    match moderation {
        Some(moderation) => change.set(path, moderation),
        None => Ok(change.remove(path)),
    }
}
