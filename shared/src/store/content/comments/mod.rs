//! Comments. The comments of a post are one range of rows, each comment followed by its replies, so one query reads a
//! page. The comment location finds a comment by its id alone. Each student who comments on a post has a commenter row,
//! which holds the student's anonymous number on the post (rule 3).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | comment | `SCHOOL#<school>#POST#<post>` | `COMMENT#<comment>`, of a reply `COMMENT#<parent>#<comment>` |
//! | comment location | `SCHOOL#<school>#COMMENT#<comment>` | `PLACE` |
//! | commenter | `SCHOOL#<school>#USER#<user>` | `COMMENTED#<post>` |
//! | like of a comment | `SCHOOL#<school>#USER#<user>` | `LIKE#<post>#<comment>` |

mod read;
mod write;

pub use read::{CommentOnPost, CommentThread, FoundComment};
pub use write::CommentContext;

use serde::{Deserialize, Serialize};

use crate::domain::{BoardId, Byline, Comment, CommentId, PostId, SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::content::posts;
use crate::store::dynamo::{Key, Range, Table};
use crate::store::schools;

pub(crate) const COMMENT: &str = "COMMENT#";
pub(crate) const COMMENTED: &str = "COMMENTED#";
pub(crate) const LIKE: &str = "LIKE#";

/// Access to comments.
#[derive(Clone, Debug)]
pub struct Comments {
    table: Table,
}

impl Comments {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }
}

/// The location of a comment. It stays when the comment is deleted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct CommentLocation {
    pub(crate) board_id: BoardId,
    pub(crate) post_id: PostId,
    pub(crate) parent_id: Option<CommentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Time>,
}

/// A student who has commented on a post. The row is also the pointer in the student's list of commented posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Commenter {
    pub(crate) board_id: BoardId,
    /// The byline of the post.
    pub(crate) byline: Byline,
    /// The number of the student's live comments on the post.
    pub(crate) comments: u32,
    /// The student's anonymous number on the post, if an anonymous comment needed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<u32>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct CommentLike {
    pub(crate) liked_at: Time,
}

pub(crate) fn sort_key(comment: CommentId, parent: Option<CommentId>) -> String {
    match parent {
        Some(parent) => format!("{COMMENT}{parent}#{comment}"),
        None => format!("{COMMENT}{comment}"),
    }
}

pub(crate) fn key(school: SchoolId, post: PostId, comment: CommentId, parent: Option<CommentId>) -> Key {
    Key::new(posts::partition(school, post), sort_key(comment, parent))
}

fn key_of(school: SchoolId, comment: &Comment) -> Key {
    key(school, comment.post_id, comment.id, comment.parent_id)
}

pub(crate) fn location_key(school: SchoolId, comment: CommentId) -> Key {
    Key::new(format!("{}#{COMMENT}{comment}", schools::partition(school)), "PLACE")
}

fn commenter_key(school: SchoolId, user: UserId, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{COMMENTED}{post}"))
}

fn likes_prefix(post: PostId) -> String {
    format!("{LIKE}{post}#")
}

fn like_key(school: SchoolId, user: UserId, post: PostId, comment: CommentId) -> Key {
    Key::new(users::partition(school, user), format!("{}{comment}", likes_prefix(post)))
}

/// Whether the sort key, in a student's partition, is that of the like of a comment.
pub(crate) fn is_like(sk: &str) -> bool {
    sk.starts_with(LIKE)
}

/// The posts that a student has commented on, newest post first.
pub(crate) fn commented_posts(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), COMMENTED)
}
