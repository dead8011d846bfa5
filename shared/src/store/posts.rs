//! Posts. Two rows each. The head stands on its board: lists read it, likes and comments change it, and it is small.
//! The body stands by itself, found by the post's id: it has the text, and tells on which board the head is.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | head | `SCHOOL#<school>#BOARD#<board>` | `POST#<id>` |
//! | body | `SCHOOL#<school>#POST#<id>` | `BODY` |

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::audit::{Entry, Fact, Kind};
use super::{Error, Key, Page, Range, Read, Table, Writer, boards, schools, users, withdrawals};
use crate::domain::{Author, Board, BoardId, Byline, Content, Post, PostHead, PostId, SchoolId};

const POST: &str = "POST#";

/// Access to posts.
#[derive(Clone, Debug)]
pub struct Posts {
    table: Table,
}

#[derive(Serialize, Deserialize)]
struct Body<'a> {
    board_id: BoardId,
    byline: Byline,
    content: Cow<'a, Content>,
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
}

fn head_key(school: SchoolId, board: BoardId, post: PostId) -> Key {
    Key::new(boards::partition(school, board), format!("{POST}{post}"))
}

fn body_key(school: SchoolId, post: PostId) -> Key {
    Key::new(format!("{}#{POST}{post}", schools::partition(school)), "BODY")
}

impl Posts {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Adds a post.
    ///
    /// # Errors
    /// Those of a claim.
    pub async fn add(&self, writer: &Writer, school: SchoolId, post: &Post) -> Result<(), Error> {
        let Post { head, content } = post;
        let body = Body { board_id: head.board_id, byline: head.byline(), content: Cow::Borrowed(content) };
        self.table
            .transaction(writer)
            .claim(writer, head.id.as_uuid())?
            .create(&head_key(school, head.board_id, head.id), head)?
            .create(&body_key(school, head.id), &body)?
            .commit()
            .await
    }

    /// The post, its board and its author.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the board was deleted.
    pub async fn get(&self, school: SchoolId, id: PostId) -> Result<PostOnBoard, Error> {
        let body: Body<'static> = self.table.get(body_key(school, id), Read::Latest).await?.ok_or(Error::NotFound)?;
        let head_key = head_key(school, body.board_id, id);
        let board_key = boards::key(school, body.board_id);
        let author_key = body.byline.user().map(|user| users::profile_key(school, user));
        let keys = [head_key.clone(), board_key.clone()].into_iter().chain(author_key).collect();
        let mut rows = self.table.batch_get(keys, Read::Latest).await?;
        let (Some(head), Some(board)) = (rows.take(&head_key)?, rows.take(&board_key)?) else {
            return Err(Error::NotFound);
        };
        let author = body.byline.shown(&users::take_nicknames(school, body.byline.user(), &mut rows)?);
        Ok(PostOnBoard { post: Post { head, content: body.content.into_owned() }, board, author })
    }

    /// A page of the board's posts, newest first, behind the given position.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn list(
        &self,
        school: SchoolId,
        board: BoardId,
        after: Option<String>,
        limit: usize,
    ) -> Result<Page<PostHead, String>, Error> {
        let range = Range::newest_first(boards::partition(school, board), POST).after(after);
        let page = self.table.query(range, Some(limit)).await?;
        Ok(Page { items: page.items.into_iter().map(|(_, head)| head).collect(), next: page.next })
    }
}

/// A post has a head and a body that fit together, and counters that are right; it is by a student, on a board that was
/// there once.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, board)) = boards::of_partition(pk) {
        sk.strip_prefix(POST)?.parse::<PostId>().ok()?;
        entry.needs_any(boards::traces(school, board));
        if let Some(head) = entry.read::<PostHead>()
            && entry.belongs_at(&head_key(school, head.board_id, head.id))
        {
            audit_head(entry, school, &head);
        }
        return Some("post head");
    }
    let (school, rest) = schools::of_partition(pk)?;
    let id = rest.strip_prefix('#')?.strip_prefix(POST)?.parse().ok()?;
    if sk != "BODY" {
        return None;
    }
    if let Some(body) = entry.read::<Body<'static>>() {
        let preview = body.content.cut_to(PostHead::PREVIEW_CHARACTERS);
        entry.post(-1, composed(school, id, body.board_id, body.byline, &preview));
    }
    Some("post body")
}

fn audit_head(entry: &mut Entry<'_>, school: SchoolId, head: &PostHead) {
    entry.needs_any(withdrawals::author_keys(school, head.author_id));
    entry.post(1, composed(school, head.id, head.board_id, head.byline(), &head.content_preview));
    let counters = [(head.like_count, "likes"), (head.scrap_count, "scraps"), (head.comment_count, "live comments")];
    for (count, things) in counters {
        entry.post(count.into(), number_of(things, school, head.id));
    }
}

/// How many of these things the post has. Its head counts them; a row that is one of them confirms one.
fn number_of(things: &str, school: SchoolId, post: PostId) -> Fact {
    Fact::NumberOf(format!("{things} of post {post} of school {school}"))
}

/// What the head and the body of a post say of each other. The text itself does not belong in a report.
fn composed(school: SchoolId, post: PostId, board: BoardId, byline: Byline, preview: &str) -> Fact {
    let by = byline.user().map_or_else(|| "anonymous".to_owned(), |user| format!("by user {user}"));
    let begins = digest(&SHA256, preview.as_bytes());
    Fact::That(format!(
        "post {post} of school {school} is on board {board}, is {by} and begins with the text of hash {begins:?}"
    ))
}
