//! Posts. Two rows each. The head stands on its board: lists read it, likes and comments change it, and it is small.
//! The body stands by itself, found by the post's id: it has the text, and tells on which board the head is.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | head | `SCHOOL#<school>#BOARD#<board>` | `POST#<id>` |
//! | body | `SCHOOL#<school>#POST#<id>` | `BODY` |

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Error, Key, Page, Range, Read, Table, Writer, boards, schools, users};
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
