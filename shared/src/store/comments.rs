//! Comments. All of a post's are one run of rows, a comment and then its replies, so that a page of them is one query.
//! A comment's id alone leads to its place. Each student who comments has a row per post, which has the student's
//! number there (rule 3).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | comment | `SCHOOL#<school>#POST#<post>` | `COMMENT#<id>`, of a reply `COMMENT#<parent>#<id>` |
//! | place of a comment | `SCHOOL#<school>#COMMENT#<id>` | `PLACE` |
//! | commenter | `SCHOOL#<school>#USER#<user>` | `COMMENTED#<post>` |
//! | like of a comment | `SCHOOL#<school>#USER#<user>` | `LIKE#<post>#<comment>` |

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::posts::{self, Place as PostPlace};
use super::{Error, Key, Page, Range, Read, Table, boards, schools, users, withdrawals};
use crate::domain::{
    Author, BoardId, Byline, Caller, Comment, CommentId, Nickname, PostHead, PostId, SchoolId, Time, UserId, Written,
};

const COMMENT: &str = "COMMENT#";
const COMMENTED: &str = "COMMENTED#";
const LIKE: &str = "LIKE#";

/// With how many rows a page of comments is full. A comment is on the page with all its replies.
const FULL_PAGE_ROWS: usize = 200;

/// How many rows a page is first thought to take, for each comment on it.
const ROWS_PER_COMMENT: usize = 4;

/// Access to comments.
#[derive(Clone, Debug)]
pub struct Comments {
    pub(super) table: Table,
}

/// A comment with what is shown beside it.
#[derive(Clone, Debug)]
pub struct CommentOnPost {
    /// The comment.
    pub comment: Comment,
    /// Who is shown as its author; nobody where it was deleted.
    pub author: Option<Author>,
    /// Whether to say that it is by the author of the post.
    pub is_by_post_author: bool,
    /// Whether the caller wrote it.
    pub is_mine: bool,
    /// Whether the caller likes it.
    pub is_liked: bool,
}

/// A comment and its replies, the oldest first.
#[derive(Clone, Debug)]
pub struct CommentThread {
    /// The comment.
    pub comment: CommentOnPost,
    /// Its replies.
    pub replies: Vec<CommentOnPost>,
}

/// Where a comment is, or was.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) board_id: BoardId,
    pub(super) post_id: PostId,
    pub(super) parent_id: Option<CommentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<Time>,
}

/// What a student has to do with the comments of a post. It is also a pointer of the list of commented posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Commenter {
    pub(super) board_id: BoardId,
    /// Whose name stands over the post.
    pub(super) byline: Byline,
    /// How many live comments the student has there.
    pub(super) comments: u32,
    /// The student's number there, if an anonymous comment has asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) number: Option<u32>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CommentLike {
    pub(super) liked_at: Time,
}

/// A comment that is there, and what it depends on.
#[derive(Debug)]
pub struct FoundComment {
    pub(super) comment: Comment,
    pub(super) parent: Option<Comment>,
    pub(super) head: PostHead,
}

fn sort_key(comment: CommentId, parent: Option<CommentId>) -> String {
    match parent {
        Some(parent) => format!("{COMMENT}{parent}#{comment}"),
        None => format!("{COMMENT}{comment}"),
    }
}

pub(super) fn key(school: SchoolId, post: PostId, comment: CommentId, parent: Option<CommentId>) -> Key {
    Key::new(posts::partition(school, post), sort_key(comment, parent))
}

pub(super) fn key_of(school: SchoolId, comment: &Comment) -> Key {
    key(school, comment.post_id, comment.id, comment.parent_id)
}

pub(super) fn place_key(school: SchoolId, comment: CommentId) -> Key {
    Key::new(format!("{}#{COMMENT}{comment}", schools::partition(school)), "PLACE")
}

pub(super) fn commenter_key(school: SchoolId, user: UserId, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{COMMENTED}{post}"))
}

fn likes_prefix(post: PostId) -> String {
    format!("{LIKE}{post}#")
}

pub(super) fn like_key(school: SchoolId, user: UserId, post: PostId, comment: CommentId) -> Key {
    Key::new(users::partition(school, user), format!("{}{comment}", likes_prefix(post)))
}

/// Whether a row of a student's partition is the like of a comment.
pub(super) fn is_like(sk: &str) -> bool {
    sk.starts_with(LIKE)
}

/// The posts that a student has commented, the newest post first.
pub(super) fn commented(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), COMMENTED)
}

/// Whoever reads comments of a post, and what that takes.
pub(super) struct Reader<'a> {
    pub(super) caller: &'a Caller,
    pub(super) post: &'a PostHead,
    pub(super) nicknames: &'a HashMap<UserId, Nickname>,
    /// Those that the caller likes.
    pub(super) liked: &'a HashSet<CommentId>,
}

impl Reader<'_> {
    pub(super) fn comment(&self, comment: Comment) -> CommentOnPost {
        let written = comment.written.as_ref();
        CommentOnPost {
            author: written.map(|written| written.author(self.nicknames)),
            is_by_post_author: written.is_some_and(|written| written.is_by_author_of(self.post)),
            is_mine: written.is_some_and(|written| written.author_id == self.caller.user),
            is_liked: written.is_some() && self.liked.contains(&comment.id),
            comment,
        }
    }

    /// A comment and the replies behind it.
    fn thread(&self, comments: Vec<Comment>) -> Option<CommentThread> {
        let mut comments = comments.into_iter().map(|comment| self.comment(comment));
        Some(CommentThread { comment: comments.next()?, replies: comments.collect() })
    }
}

fn named_authors<'a>(comments: impl IntoIterator<Item = &'a Comment>) -> impl Iterator<Item = UserId> {
    comments.into_iter().filter_map(|comment| comment.written.as_ref()?.named_author())
}

fn liked(likes: &[(String, CommentLike)]) -> HashSet<CommentId> {
    likes.iter().filter_map(|(sk, _)| sk.rsplit('#').next()?.parse().ok()).collect()
}

impl Comments {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// A page of a post's comments, the oldest first, behind the given position. A comment is there with all its
    /// replies, and the page ends with the comment with which it has 200 rows.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such post.
    pub async fn list(
        &self,
        caller: &Caller,
        post: PostId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<CommentThread, String>, Error> {
        let Caller { school, user, .. } = *caller;
        let likes = Range::oldest_first(users::partition(school, user), likes_prefix(post).as_str());
        let (place, page, likes) = tokio::try_join!(
            self.table.get::<PostPlace>(posts::body_key(school, post), Read::Latest),
            self.page(school, post, after, limit),
            self.table.query_all::<CommentLike>(likes),
        )?;
        let board = place.ok_or(Error::NotFound)?.board_id;
        let authors: HashSet<UserId> = named_authors(page.items.iter().flatten()).collect();
        let (head_key, board_key) = (posts::head_key(school, board, post), boards::key(school, board));
        let profiles = authors.iter().map(|author| users::profile_key(school, *author));
        let keys = [head_key.clone(), board_key.clone()].into_iter().chain(profiles);
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let head: Option<PostHead> = rows.take(&head_key)?;
        let head = head.filter(|_| rows.has(&board_key)).ok_or(Error::NotFound)?;
        let nicknames = users::take_nicknames(school, authors, &mut rows)?;

        let reader = Reader { caller, post: &head, nicknames: &nicknames, liked: &liked(&likes) };
        let threads = page.items.into_iter().filter_map(|comments| reader.thread(comments));
        Ok(Page { items: threads.collect(), next: page.next })
    }

    /// Comments, each with its replies behind it. How many rows they take is not known beforehand: a few for each are
    /// asked for, and the rest when these were not enough.
    async fn page(
        &self,
        school: SchoolId,
        post: PostId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<Vec<Comment>, String>, Error> {
        let mut threads: Vec<Vec<Comment>> = Vec::new();
        let mut range = Range::oldest_first(posts::partition(school, post), COMMENT).after(after);
        let mut wanted = limit.saturating_mul(ROWS_PER_COMMENT).saturating_add(1).min(FULL_PAGE_ROWS);
        loop {
            let page = self.table.query::<Comment>(range.clone(), Some(wanted)).await?;
            for (_, comment) in page.items {
                match (comment.parent_id, threads.last_mut()) {
                    (None, _) => threads.push(vec![comment]),
                    (Some(parent), Some(thread)) if thread.first().is_some_and(|first| first.id == parent) => {
                        thread.push(comment);
                    }
                    // A query may see half of a transaction: the comment has just vanished with this, its last reply.
                    (Some(_), _) => {}
                }
            }
            let full = full_page(&threads, limit);
            match page.next {
                // Another comment behind the last one of the page shows that the page has all of its replies.
                next if threads.len() > full => {
                    drop(next);
                    threads.truncate(full);
                    let last = threads.last().and_then(|thread| thread.first());
                    return Ok(Page { next: last.map(|comment| behind_thread(comment.id)), items: threads });
                }
                None => return Ok(Page { items: threads, next: None }),
                Some(next) => {
                    range = range.after(Some(next));
                    wanted = FULL_PAGE_ROWS;
                }
            }
        }
    }

    /// The comment and its replies as the caller sees them.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn get(&self, caller: &Caller, id: CommentId) -> Result<CommentThread, Error> {
        let Caller { school, user, .. } = *caller;
        let FoundComment { comment, head, .. } = self.find(school, id).await?;
        let replies = Range::oldest_first(posts::partition(school, head.id), format!("{COMMENT}{id}#").as_str());
        let likes = Range::oldest_first(users::partition(school, user), likes_prefix(head.id).as_str());
        let (replies, likes) =
            tokio::try_join!(self.table.query_all::<Comment>(replies), self.table.query_all::<CommentLike>(likes))?;
        let comments: Vec<Comment> = [comment].into_iter().chain(replies.into_iter().map(|(_, reply)| reply)).collect();
        let nicknames = users::nicknames(&self.table, school, named_authors(&comments)).await?;
        let readers = Reader { caller, post: &head, nicknames: &nicknames, liked: &liked(&likes) };
        readers.thread(comments).ok_or(Error::NotFound)
    }

    /// A comment that was not deleted, wherever it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, school: SchoolId, id: CommentId) -> Result<FoundComment, Error> {
        let place: Option<Place> = self.table.get(place_key(school, id), Read::Latest).await?;
        let place = place.filter(|place| place.deleted_at.is_none()).ok_or(Error::NotFound)?;
        let post = place.post_id;
        let comment_key = key(school, post, id, place.parent_id);
        let head_key = posts::head_key(school, place.board_id, post);
        let board_key = boards::key(school, place.board_id);
        let parent_key = place.parent_id.map(|parent| key(school, post, parent, None));
        let keys = [comment_key.clone(), head_key.clone(), board_key.clone()];
        let mut rows = self.table.batch_get(keys.into_iter().chain(parent_key.clone()), Read::Latest).await?;
        let comment: Option<Comment> = rows.take(&comment_key)?;
        let comment = comment.filter(|comment| comment.written.is_some()).ok_or(Error::NotFound)?;
        let head = rows.take(&head_key)?.filter(|_| rows.has(&board_key)).ok_or(Error::NotFound)?;
        // A batch may see half of a transaction: where the comment replied to has vanished, so has its last reply.
        let parent = parent_key.map(|key| rows.take(&key)?.ok_or(Error::NotFound)).transpose()?;
        Ok(FoundComment { comment, parent, head })
    }
}

/// How many of the threads are on a page of so many comments.
fn full_page(threads: &[Vec<Comment>], limit: usize) -> usize {
    let mut rows = 0_usize;
    let fits = |thread: &&Vec<Comment>| {
        let is_full = rows >= FULL_PAGE_ROWS;
        rows = rows.saturating_add(thread.len());
        !is_full
    };
    threads.iter().take(limit).take_while(fits).count()
}

/// The position behind a comment and all its replies, also those that are yet to come: `$` is the character after `#`.
fn behind_thread(comment: CommentId) -> String {
    format!("{COMMENT}{comment}$")
}

/// A comment is under a post that was there once, which counts it, as its author's row does; it has a place, and its
/// replies and likes are counted.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    if let Some((school, post)) = posts::of_partition(&entry.key.pk) {
        entry.key.sk.strip_prefix(COMMENT)?;
        audit_comment(entry, school, post);
        return Some("comment");
    }
    if let Some((school, user)) = users::of_partition(&entry.key.pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, rest) = schools::of_partition(&entry.key.pk)?;
    let id = rest.strip_prefix('#')?.strip_prefix(COMMENT)?.parse().ok()?;
    if *entry.key != place_key(school, id) {
        return None;
    }
    if let Some(place) = entry.read::<Place>() {
        entry.needs_any(posts::traces(school, place.board_id, place.post_id));
        match place.deleted_at {
            Some(_) => entry.gives_as(vanished(school, id)),
            None => entry.post(-1, placed(school, id, place.post_id, place.parent_id)),
        }
    }
    Some("place of a comment")
}

fn audit_comment(entry: &mut Entry<'_>, school: SchoolId, post: PostId) {
    let Some(comment) = entry.read::<Comment>() else { return };
    if !entry.belongs_at(&key(school, post, comment.id, comment.parent_id)) {
        return;
    }
    entry.needs(posts::body_key(school, post));
    let deleted_post = posts::deleted_key(school, post);
    if let Some(parent) = comment.parent_id {
        entry.needs(key(school, post, parent, None));
        entry.post(-1, replies_to(school, parent));
    } else {
        entry.gives();
        entry.post(comment.reply_count.into(), replies_to(school, comment.id));
    }
    let Some(Written { author_id, signature, .. }) = comment.written else {
        if comment.reply_count == 0 {
            entry.find("nothing is left of it, and it has no replies.");
        }
        entry.needs(vanished(school, comment.id));
        return;
    };
    entry.needs_any(withdrawals::author_keys(school, author_id));
    entry.post(1, placed(school, comment.id, post, comment.parent_id));
    entry.post_unless(-1, posts::number_of("live comments", school, post), deleted_post);
    let left = withdrawals::tombstone_key(school, author_id);
    entry.post_unless(-1, written_by(school, author_id, post), left);
    entry.post(comment.like_count.into(), likes_of(school, comment.id));
    if let Some(number) = signature.number() {
        claim_number(entry, school, post, author_id, number);
    }
}

/// A student's rows about comments.
fn audit_of_student(entry: &mut Entry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    if let Some(post) = entry.key.sk.strip_prefix(COMMENTED) {
        let post = post.parse().ok()?;
        if let Some(commenter) = entry.read::<Commenter>() {
            entry.needs_any(withdrawals::owner_keys(school, user));
            entry.needs_any(posts::traces(school, commenter.board_id, post));
            entry.post(commenter.comments.into(), written_by(school, user, post));
            if let Some(number) = commenter.number {
                claim_number(entry, school, post, user, number);
            }
        }
        return Some("commenter");
    }
    let (_, comment) = entry.key.sk.strip_prefix(LIKE)?.split_once('#')?;
    let comment = comment.parse().ok()?;
    entry.read::<CommentLike>();
    entry.needs_any(withdrawals::author_keys(school, user));
    entry.post_unless(-1, likes_of(school, comment), vanished(school, comment));
    Some("like of a comment")
}

/// A number is one student's, and a student has one number.
fn claim_number(entry: &mut Entry<'_>, school: SchoolId, post: PostId, user: UserId, number: u32) {
    entry.has_number(posts::numbers_on(school, post), number);
    entry.claim(format!("number {number} on post {post} of school {school}"), user.to_string());
    entry.claim(format!("the number of user {user} on post {post} of school {school}"), number.to_string());
}

fn placed(school: SchoolId, id: CommentId, post: PostId, parent: Option<CommentId>) -> Fact {
    Fact::That(format!("comment {id} of school {school} is on post {post} at {}", sort_key(id, parent)))
}

fn replies_to(school: SchoolId, comment: CommentId) -> Fact {
    Fact::NumberOf(format!("replies to comment {comment} of school {school}"))
}

fn likes_of(school: SchoolId, comment: CommentId) -> Fact {
    Fact::NumberOf(format!("likes of comment {comment} of school {school}"))
}

fn written_by(school: SchoolId, user: UserId, post: PostId) -> Fact {
    Fact::NumberOf(format!("live comments of user {user} on post {post} of school {school}"))
}

/// What the place of a deleted comment stands for.
fn vanished(school: SchoolId, comment: CommentId) -> Key {
    Key::new(place_key(school, comment).pk, "DELETED")
}
