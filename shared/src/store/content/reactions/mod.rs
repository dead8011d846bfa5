//! Reactions: a student's like (rule 6) and scrap (rule 7) of a post, and whether the student hides it (rule 22) or mutes it
//! (rule 23). A like is permanent, the others can be removed. All are in one row, and its key begins with the board, so one query finds the
//! reactions for a page of a board. When a student withdraws, the purge deletes the lists of scraps and of hidden posts.
//! The reactions stay, because the posts count them.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | reaction | `SCHOOL#<school>#USER#<user>` | `MARK#<board>#<UUID of the post>` |
//! | scrap | `SCHOOL#<school>#USER#<user>` | `SCRAP#<when>#<post>` |
//! | hidden post | `SCHOOL#<school>#USER#<user>` | `HIDDEN#<when>#<post>` |

mod write;

pub use write::Reactions;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{BoardId, Caller, PostHead, PostId, SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, Key, KeyCondition, Page, Range, Table};

pub(crate) const REACTION: &str = "MARK#";
pub(crate) const SCRAP: &str = "SCRAP#";
pub(crate) const HIDDEN: &str = "HIDDEN#";

/// A student's reaction to a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// When the student liked the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liked_at: Option<Time>,
    /// Whether the account was young when the student liked the post, so that the like does not count towards hot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub liked_while_young: bool,
    /// Whether the post does not count the like yet. See `store::content::likes`.
    #[serde(default, rename = "uncounted", skip_serializing_if = "std::ops::Not::not")]
    pub is_uncounted: bool,
    /// When the student added the post to the scraps; `None` if it is not among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scrapped_at: Option<Time>,
    /// When the student hid the post from their lists; `None` if it is not hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden_at: Option<Time>,
    /// When the student muted the post; `None` if it is not muted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_at: Option<Time>,
}

pub(crate) fn key(school: SchoolId, user: UserId, post: PostId) -> Key {
    let sk = format!("{REACTION}{}#{}", post.board(), post.as_uuid().simple());
    Key::new(users::partition(school, user), sk)
}

/// The post of a reaction, from its sort key.
pub(crate) fn post_id_from_sk(sk: &str) -> Option<PostId> {
    let (board, uuid) = sk.strip_prefix(REACTION)?.split_once('#')?;
    Some(PostId::from_uuid(board.parse().ok()?, Uuid::try_parse(uuid).ok()?))
}

/// Whether the sort key, in a student's partition, is that of a reaction.
pub(crate) fn is_reaction(sk: &str) -> bool {
    sk.starts_with(REACTION)
}

pub(crate) fn scrap_key(school: SchoolId, user: UserId, scrapped_at: Time, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{SCRAP}{scrapped_at}#{post}"))
}

pub(crate) fn hidden_key(school: SchoolId, user: UserId, hidden_at: Time, post: PostId) -> Key {
    Key::new(users::partition(school, user), format!("{HIDDEN}{hidden_at}#{post}"))
}

/// The posts that a student has hidden, the last hidden first.
pub(crate) fn hidden(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), HIDDEN)
}

/// A student's scraps, newest first.
pub(crate) fn scraps(school: SchoolId, user: UserId) -> Range {
    Range::newest_first(users::partition(school, user), SCRAP)
}

/// The caller's reactions to the newest posts of a board, or to the newest ones before a post, given as the UUID in its key.
///
/// A page of `limit` posts from the same position on rarely needs others: only if the caller has reacted to more posts,
/// because some of them were deleted.
pub(crate) async fn newest_on_board(
    table: &Table,
    caller: &Caller,
    (board, before): (BoardId, Option<&str>),
    limit: usize,
) -> Result<Page<(String, Reaction), String>, Error> {
    let prefix = format!("{REACTION}{board}#");
    let after = before.map(|post| format!("{prefix}{post}"));
    let range = Range::newest_first(users::partition(caller.school, caller.user), prefix.as_str()).after(after);
    table.query(range, Some(limit)).await
}

/// The caller's reactions to consecutive posts of one board. `newest` are the reactions from the newest of the posts on; the
/// others are read.
pub(crate) async fn on_page(
    table: &Table,
    caller: &Caller,
    page: &[PostHead],
    newest: Page<(String, Reaction), String>,
) -> Result<HashMap<PostId, Reaction>, Error> {
    let mut rows = newest.items;
    let oldest = page.iter().map(|head| head.id).min().map(|post| key(caller.school, caller.user, post).sk);
    if let (Some(oldest), Some(read_to)) = (oldest, newest.next)
        && oldest < read_to
    {
        let condition = KeyCondition::Between(oldest, read_to);
        let range = Range::newest_first(users::partition(caller.school, caller.user), condition);
        rows.extend(table.query_all::<Reaction>(range).await?);
    }
    Ok(rows.into_iter().filter_map(|(sk, reaction)| Some((post_id_from_sk(&sk)?, reaction))).collect())
}
