//! Posts. Two rows each. The head stands on its board: lists read it, likes and comments change it, and it is small.
//! The body stands by itself, found by the post's id: it has the text, and tells on which board the head is. When a post
//! is deleted its head is moved away, and is no longer on any list.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | head | `SCHOOL#<school>#BOARD#<board>` | `POST#<id>` |
//! | body | `SCHOOL#<school>#POST#<id>` | `BODY` |
//! | deleted head | `SCHOOL#<school>#POST#<id>` | `DELETED` |
//! | last post | `SCHOOL#<school>#USER#<user>` | `LASTPOST#<board>` |

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::change::Change;
use super::post_lists::{self, Pointer};
use super::table::{Backoff, Rows};
use super::{
    Error, Key, ListedPost, Mark, Page, Range, Read, Sweep, Table, Writer, boards, limits, marks, schools, uploads,
    users, withdrawals,
};
use crate::domain::{
    Author, Board, BoardId, Byline, Caller, Content, Milestone, Post, PostChanges, PostHead, PostId, Refusal, SchoolId,
    Time, UserId,
};

const POST: &str = "POST#";
const LAST_POST: &str = "LASTPOST#";

/// How long the same text cannot be posted again, in seconds (rule 9).
const REPEATED_AFTER_S: i64 = 5 * 60;

/// Access to posts.
#[derive(Clone, Debug)]
pub struct Posts {
    pub(super) table: Table,
}

#[derive(Serialize, Deserialize)]
struct Body<'a> {
    board_id: BoardId,
    byline: Byline,
    content: Cow<'a, Content>,
}

/// What a body says of the post but for the text: it never changes.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Place {
    pub(super) board_id: BoardId,
}

/// What is left of a head.
#[derive(Serialize, Deserialize)]
struct Deleted {
    head: PostHead,
    deleted_by: UserId,
    deleted_at: Time,
}

/// What a student posted last on a board.
#[derive(Serialize, Deserialize)]
struct LastPost {
    text_hash: String,
    expires_at: i64,
}

/// A post with what is shown beside it.
#[derive(Clone, Debug)]
pub struct PostOnBoard {
    /// The post.
    pub post: Post,
    /// The board that it stands on.
    pub board: Board,
    /// Who is shown as its author.
    pub author: Author,
    /// What the caller has done with it.
    pub mark: Mark,
}

/// A post without its text.
#[derive(Clone, Debug)]
pub struct FoundPost {
    /// The post.
    pub head: PostHead,
    /// The board that it stands on.
    pub board: Board,
}

/// A post that was there once.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// Its id.
    pub id: PostId,
    /// The board on which it stands, or stood.
    pub board_id: BoardId,
    /// What the caller has done with it.
    pub mark: Mark,
    /// The post and its board, unless one of them was deleted.
    pub live: Option<(PostHead, Board)>,
}

pub(super) fn head_key(school: SchoolId, board: BoardId, post: PostId) -> Key {
    Key::new(boards::partition(school, board), format!("{POST}{post}"))
}

/// The heads on a board.
pub(super) fn heads(school: SchoolId, board: BoardId) -> Range {
    Range::oldest_first(boards::partition(school, board), POST)
}

/// The partition of what belongs to the post.
pub(super) fn partition(school: SchoolId, post: PostId) -> String {
    format!("{}#{POST}{post}", schools::partition(school))
}

/// The post of which a key's partition is.
pub(super) fn of_partition(pk: &str) -> Option<(SchoolId, PostId)> {
    let (school, rest) = schools::of_partition(pk)?;
    Some((school, rest.strip_prefix('#')?.strip_prefix(POST)?.parse().ok()?))
}

pub(super) fn body_key(school: SchoolId, post: PostId) -> Key {
    Key::new(partition(school, post), "BODY")
}

pub(super) fn deleted_key(school: SchoolId, post: PostId) -> Key {
    Key::new(partition(school, post), "DELETED")
}

/// The rows of which one is there for every post that ever was.
pub(super) fn traces(school: SchoolId, board: BoardId, post: PostId) -> [Key; 2] {
    [head_key(school, board, post), deleted_key(school, post)]
}

fn last_post_key(school: SchoolId, author: UserId, board: BoardId) -> Key {
    Key::new(users::partition(school, author), format!("{LAST_POST}{board}"))
}

/// The attribute of a head that says when it came to this.
pub(super) fn attribute_of(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::Hot => "hot_at",
        Milestone::Best => "best_at",
    }
}

impl Posts {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Adds a post. One with pictures has a sweep, which was prepared before they were copied.
    ///
    /// # Errors
    /// [`Refusal::DuplicatePost`]; [`Error::Invalid`] when another post has taken one of the pictures; those of a claim.
    pub async fn add(&self, writer: &Writer, caller: &Caller, post: &Post, sweep: Option<&Sweep>) -> Result<(), Error> {
        let Post { head, content } = post;
        let (school, author) = (caller.school, head.author_id);
        let body = Body { board_id: head.board_id, byline: head.byline(), content: Cow::Borrowed(content) };
        let last = LastPost {
            text_hash: limits::hash([head.title.as_str(), content.as_str()].join("\n").as_bytes()),
            expires_at: self.table.clock().now().as_secs().saturating_add(REPEATED_AFTER_S),
        };
        let mut transaction = self
            .table
            .transaction(writer)
            .claim(writer, head.id.as_uuid())?
            .overwrite_unless_same(&last_post_key(school, author, head.board_id), &last, "text_hash")?
            .on_condition_failed(Refusal::DuplicatePost)
            .create(&head_key(school, head.board_id, head.id), head)?
            .create(&body_key(school, head.id), &body)?
            .create(&post_lists::own_key(school, author, head.id), &Pointer::to(head))?
            .take_uploads(caller, &head.media)?;
        if let Some(sweep) = sweep {
            transaction = transaction.cross_out(sweep)?;
        }
        transaction.commit().await
    }

    /// The post in full, as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the board was deleted.
    pub async fn get(&self, caller: &Caller, id: PostId) -> Result<PostOnBoard, Error> {
        let school = caller.school;
        let body: Body<'static> = self.table.get(body_key(school, id), Read::Latest).await?.ok_or(Error::NotFound)?;
        let author = body.byline.user();
        let (LookedUp { mark, live, .. }, mut rows) =
            self.read(caller, id, body.board_id, author.map(|author| users::profile_key(school, author))).await?;
        let (head, board) = live.ok_or(Error::NotFound)?;
        let author = body.byline.shown(&users::take_nicknames(school, author, &mut rows)?);
        Ok(PostOnBoard { post: Post { head, content: body.content.into_owned() }, board, author, mark })
    }

    /// The post without its text.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the board was deleted.
    pub async fn find(&self, school: SchoolId, id: PostId) -> Result<FoundPost, Error> {
        let board_id = self.place(school, id).await?.board_id;
        let (head_key, board_key) = (head_key(school, board_id, id), boards::key(school, board_id));
        let mut rows = self.table.batch_get([head_key.clone(), board_key.clone()], Read::Latest).await?;
        let (head, board) = rows.take(&head_key)?.zip(rows.take(&board_key)?).ok_or(Error::NotFound)?;
        Ok(FoundPost { head, board })
    }

    /// The post without its text, or what is left of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there never was such a post.
    pub async fn look_up(&self, caller: &Caller, id: PostId) -> Result<LookedUp, Error> {
        let place = self.place(caller.school, id).await?;
        Ok(self.read(caller, id, place.board_id, None).await?.0)
    }

    async fn place(&self, school: SchoolId, id: PostId) -> Result<Place, Error> {
        self.table.get(body_key(school, id), Read::Latest).await?.ok_or(Error::NotFound)
    }

    /// The head, the board and the caller's mark, and another row, in one batch.
    async fn read(
        &self,
        caller: &Caller,
        id: PostId,
        board_id: BoardId,
        beside: Option<Key>,
    ) -> Result<(LookedUp, Rows), Error> {
        let head_key = head_key(caller.school, board_id, id);
        let board_key = boards::key(caller.school, board_id);
        let mark_key = marks::key(caller.school, caller.user, board_id, id);
        let keys = [head_key.clone(), board_key.clone(), mark_key.clone()].into_iter().chain(beside);
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let mark = rows.take(&mark_key)?.unwrap_or_default();
        let live = rows.take(&head_key)?.zip(rows.take(&board_key)?);
        Ok((LookedUp { id, board_id, mark, live }, rows))
    }

    /// A page of the board's posts, newest first, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        caller: &Caller,
        board: BoardId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<ListedPost, String>, Error> {
        let range = Range::newest_first(boards::partition(caller.school, board), POST).after(after);
        let page = self.table.query(range, Some(limit)).await?;
        let heads = page.items.into_iter().map(|(_, head)| head).collect();
        Ok(Page { items: self.show_page(caller, heads).await?, next: page.next })
    }

    /// Changes a post, as its rules let the caller.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`]; [`Error::NotFound`] when it is deleted meanwhile.
    pub async fn edit(
        &self,
        writer: &Writer,
        caller: &Caller,
        mut post: Post,
        changes: &PostChanges,
    ) -> Result<Post, Error> {
        let mut backoff = Backoff::begin();
        loop {
            let edited = post.edit(caller, changes.clone(), self.table.clock().now())?;
            match self.write_edit(writer, caller.school, &edited, post.head.updated_at, changes).await {
                Err(Error::Changed(_)) if backoff.pause().await => post = self.get(caller, post.head.id).await?.post,
                result => return result.map(|()| edited),
            }
        }
    }

    /// Writes what has changed and nothing else, since others may be changing the counters, unless somebody else has
    /// edited it meanwhile.
    async fn write_edit(
        &self,
        writer: &Writer,
        school: SchoolId,
        edited: &Post,
        seen: Time,
        changes: &PostChanges,
    ) -> Result<(), Error> {
        let Post { head, content } = edited;
        let mut change = unlocked(head)?.if_equal(&["updated_at"], seen)?.set(&["updated_at"], head.updated_at)?;
        if changes.title.is_some() {
            change = change.set(&["title"], &head.title)?;
        }
        if changes.content.is_some() {
            change = change.set(&["content_preview"], &head.content_preview)?;
        }
        let head_key = head_key(school, head.board_id, head.id);
        let mut transaction = self.table.transaction(writer).update(head_key, change)?.on_change();
        if changes.content.is_some() {
            let change = Change::of_existing().set(&["content"], content)?;
            transaction = transaction.update(body_key(school, head.id), change)?;
        }
        transaction.commit().await
    }

    /// Deletes a post. It is gone from every list at once. If it had pictures, there is a sweep to be done.
    ///
    /// # Errors
    /// [`Refusal::NotAuthor`], [`Refusal::QuestionLocked`]; [`Error::NotFound`] when it is deleted meanwhile.
    pub async fn delete(&self, writer: &Writer, caller: &Caller, mut head: PostHead) -> Result<Option<Sweep>, Error> {
        let mut backoff = Backoff::begin();
        loop {
            head.check_deletable_by(caller)?;
            match self.remove(writer, caller, &head).await {
                Err(Error::Changed(image)) if backoff.pause().await => head = image.read()?,
                result => return result,
            }
        }
    }

    async fn remove(&self, writer: &Writer, caller: &Caller, head: &PostHead) -> Result<Option<Sweep>, Error> {
        let school = caller.school;
        let is_own = head.author_id == caller.user;
        let mut unchanged = if is_own { unlocked(head)? } else { Change::of_existing() };
        for milestone in Milestone::ALL {
            let attribute = [attribute_of(milestone)];
            unchanged = match head.reached_at(milestone) {
                Some(at) => unchanged.if_equal(&attribute, at)?,
                None => unchanged.if_absent(&attribute),
            };
        }
        let now = self.table.clock().now();
        let deleted = Deleted { head: head.clone(), deleted_by: caller.user, deleted_at: now };
        let mut transaction = self
            .table
            .transaction(writer)
            .delete_if(head_key(school, head.board_id, head.id), unchanged)?
            .on_change()
            .create(&deleted_key(school, head.id), &deleted)?
            // The pointer may have gone with an author who has left.
            .delete_if(post_lists::own_key(school, head.author_id, head.id), Change::default())?;
        for milestone in Milestone::ALL {
            if let Some(at) = head.reached_at(milestone) {
                transaction = transaction.delete(post_lists::milestone_key(school, milestone, at, head.id))?;
            }
        }
        let sweep = Sweep::of_post(school, head, now);
        if let Some(sweep) = &sweep {
            transaction = transaction.create_sweep(sweep)?;
        }
        transaction.commit().await?;
        Ok(sweep)
    }
}

/// That the post is there, and if it is a question, without comments (rule 9).
fn unlocked(head: &PostHead) -> Result<Change, Error> {
    let there = Change::of_existing();
    if head.is_question { there.if_at_most(&["comment_count"], 0) } else { Ok(there) }
}

/// A post has a head and a body that fit together, and counters that are right; it is by a student, on a board that was
/// there once. A deleted one has its head elsewhere, whose counters stand still.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, _)) = boards::of_partition(pk) {
        sk.strip_prefix(POST)?.parse::<PostId>().ok()?;
        entry.gives();
        if let Some(head) = entry.read::<PostHead>()
            && entry.belongs_at(&head_key(school, head.board_id, head.id))
        {
            audit_head(entry, school, &head);
            audit_counters(entry, school, &head);
        }
        return Some("post head");
    }
    if let Some((school, user)) = users::of_partition(pk) {
        let board = sk.strip_prefix(LAST_POST)?.parse().ok()?;
        entry.read::<LastPost>();
        entry.needs_any(withdrawals::owner_keys(school, user));
        entry.needs_any(boards::traces(school, board));
        return Some("last post");
    }
    let (school, id) = of_partition(pk)?;
    match sk.as_str() {
        "BODY" => {
            entry.gives();
            if let Some(body) = entry.read::<Body<'static>>() {
                let preview = body.content.cut_to(PostHead::PREVIEW_CHARACTERS);
                entry.post(-1, composed(school, id, body.board_id, body.byline, &preview));
            }
            Some("post body")
        }
        "DELETED" => {
            entry.gives();
            if let Some(Deleted { head, .. }) = entry.read()
                && entry.belongs_at(&deleted_key(school, head.id))
            {
                audit_head(entry, school, &head);
                entry.excludes(head_key(school, head.board_id, head.id));
            }
            Some("deleted post")
        }
        _ => None,
    }
}

fn audit_head(entry: &mut Entry<'_>, school: SchoolId, head: &PostHead) {
    entry.needs_any(withdrawals::author_keys(school, head.author_id));
    entry.needs_any(boards::traces(school, head.board_id));
    uploads::audit_post(entry, head.id, &head.media);
    entry.post(1, composed(school, head.id, head.board_id, head.byline(), &head.content_preview));
}

fn audit_counters(entry: &mut Entry<'_>, school: SchoolId, head: &PostHead) {
    post_lists::audit_head(entry, school, head);
    entry.gives_out(numbers_on(school, head.id), head.number_count);
    let counters = [(head.like_count, "likes"), (head.scrap_count, "scraps"), (head.comment_count, "live comments")];
    for (count, things) in counters {
        entry.post(count.into(), number_of(things, school, head.id));
    }
}

/// How many of these things the post has. Its head counts them; a row that is one of them confirms one, unless the
/// post was deleted.
pub(super) fn number_of(things: &str, school: SchoolId, post: PostId) -> Fact {
    Fact::NumberOf(format!("{things} of post {post} of school {school}"))
}

/// The numbers of those who hide on the post.
pub(super) fn numbers_on(school: SchoolId, post: PostId) -> String {
    format!("numbers on post {post} of school {school}")
}

/// What the head and the body of a post say of each other. The text itself does not belong in a report.
fn composed(school: SchoolId, post: PostId, board: BoardId, byline: Byline, preview: &str) -> Fact {
    let by = byline.user().map_or_else(|| "anonymous".to_owned(), |user| format!("by user {user}"));
    let begins = digest(&SHA256, preview.as_bytes());
    Fact::That(format!(
        "post {post} of school {school} is on board {board}, is {by} and begins with the text of hash {begins:?}"
    ))
}
