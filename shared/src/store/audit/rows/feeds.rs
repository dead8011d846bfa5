//! Audit of the rows of [`store::content::feeds`](crate::store::content::feeds).

use crate::domain::{Byline, Milestone, PostHead, PostId, SchoolId, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::feeds;
use crate::store::dynamo::Key;
use crate::store::{schools, withdrawals};

/// A live post has an own-post row, unless the author has withdrawn. A hot or best post has a row in that list.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        let post = sk.strip_prefix(feeds::POST)?.parse().ok()?;
        entry.requires_any(withdrawals::owner_keys(school, user));
        if let Some(pointer) = entry.read::<feeds::PostPointer>() {
            entry.record(-1, is_own(school, user, post, pointer.byline));
        }
        return Some("own post");
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let (milestone, kind) = match rest {
        "#HOT" => (Milestone::Hot, "hot post"),
        "#BEST" => (Milestone::Best, "best post"),
        _ => return None,
    };
    if entry.read::<feeds::PostPointer>().is_some() {
        entry.record(-1, reached(school, milestone, sk));
    }
    Some(kind)
}

/// A post is among the own posts of its author, and anonymous in both rows or in neither.
fn is_own(school: SchoolId, author: UserId, post: PostId, byline: Byline) -> Fact {
    let by = byline.user().map_or_else(|| "anonymous".to_owned(), |user| format!("by user {user}"));
    Fact::That(format!("post {post} of school {school} is user {author}'s and is {by}"))
}

/// A post has reached a milestone. The post head states it, and the row in the list confirms it.
fn reached(school: SchoolId, milestone: Milestone, sk: &str) -> Fact {
    Fact::That(format!("{sk} of school {school} is {milestone:?}"))
}

/// Records the list rows that a live post must have.
pub(crate) fn audit_head(entry: &mut AuditEntry<'_>, school: SchoolId, head: &PostHead) {
    let own = is_own(school, head.author_id, head.id, head.byline());
    entry.record_unless(1, own, withdrawals::withdrawn_key(school, head.author_id));
    for milestone in Milestone::ALL {
        if let Some(at) = head.reached_at(milestone) {
            let sk = feeds::milestone_key(school, milestone, at, head.id).sk;
            entry.record(1, reached(school, milestone, &sk));
        }
    }
}
