//! Comments. The comments of a post are one range of rows, each comment followed by its replies, so one query reads a
//! page. The key of a comment follows from its id, because it contains the post and, of a reply, the parent. Each student
//! who comments on a post has a commenter row, which holds the student's anonymous number on the post (rule 3).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | comment | `SCHOOL#<school>#POST#<post>` | `COMMENT#<UUID of the comment>`, of a reply `COMMENT#<UUID of the parent>#<UUID of the reply>` |
//! | commenter | `SCHOOL#<school>#USER#<user>` | `COMMENTED#<post>` |
//! | like of a comment | `SCHOOL#<school>#USER#<user>` | `LIKE#<comment>` |

mod read;
mod row;
mod write;

pub use read::{CommentOnPost, CommentThread, FoundComment};
pub use write::CommentContext;

use serde::{Deserialize, Serialize};

use crate::domain::{Byline, CommentId, PostId, SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::content::posts;
use crate::store::dynamo::{Key, Range, Table};

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

/// A student who has commented on a post. The row is also the pointer in the student's list of commented posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Commenter {
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
    /// Whether the comment does not count the like yet. See `store::content::likes`.
    #[serde(default, rename = "uncounted", skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_uncounted: bool,
}

fn sort_key(comment: CommentId) -> String {
    let uuid = comment.as_uuid().simple();
    match comment.parent() {
        Some(parent) => format!("{}{uuid}", replies_prefix(parent)),
        None => format!("{COMMENT}{uuid}"),
    }
}

/// What the sort keys of the replies to a comment begin with.
fn replies_prefix(comment: CommentId) -> String {
    format!("{COMMENT}{}#", comment.as_uuid().simple())
}

pub(crate) fn key(school: SchoolId, comment: CommentId) -> Key {
    Key::new(posts::partition(school, comment.post()), sort_key(comment))
}

fn commenter_key(school: SchoolId, user: UserId, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{COMMENTED}{post}"))
}

fn like_key(school: SchoolId, user: UserId, comment: CommentId) -> Key {
    Key::new(users::partition(school, user), format!("{LIKE}{comment}"))
}

/// A student's likes of the comments of a post. The ids of these comments begin with that of the post.
fn likes_on_post(school: SchoolId, user: UserId, post: PostId) -> Range {
    Range::oldest_first(users::partition(school, user), format!("{LIKE}{post}").as_str())
}

/// The comment of a like, from its sort key in a student's partition.
pub(crate) fn liked_comment_from_sk(sk: &str) -> Option<CommentId> {
    sk.strip_prefix(LIKE)?.parse().ok()
}

/// Whether the sort key, in a student's partition, is that of the like of a comment.
pub(crate) fn is_like(sk: &str) -> bool {
    sk.starts_with(LIKE)
}

/// The posts that a student has commented on, newest post first.
pub(crate) fn commented_posts(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), COMMENTED)
}
