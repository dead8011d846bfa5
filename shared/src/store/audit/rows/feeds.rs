//! Audit of the rows of [`store::content::feeds`](crate::store::content::feeds).

use crate::domain::{BoardId, Milestone, PostHead, SchoolId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::{feeds, posts};
use crate::store::dynamo::Key;
use crate::store::{schools, withdrawals};

/// A live post requires its own-post row, unless the author has withdrawn. A hot or best post has a row in that list.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        let post = sk.strip_prefix(feeds::POST)?.parse().ok()?;
        entry.provides();
        entry.requires_any(withdrawals::owner_keys(school, user));
        if let Some(pointer) = entry.read::<feeds::PostPointer>() {
            entry.requires(posts::head_key(school, pointer.board_id, post));
        }
        return Some("own post");
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let (milestone, kind) = match rest {
        "#HOT" => (Milestone::Hot, "hot post"),
        "#BEST" => (Milestone::Best, "best post"),
        _ => return None,
    };
    if let Some(pointer) = entry.read::<feeds::PostPointer>() {
        entry.record(-1, reached(school, milestone, pointer.board_id, sk));
    }
    Some(kind)
}

/// A post has reached a milestone. The post head states it, and the row in the list confirms it.
fn reached(school: SchoolId, milestone: Milestone, board: BoardId, sk: &str) -> Fact {
    Fact::That(format!("{sk} of board {board} of school {school} is {milestone:?}"))
}

/// Records the list rows that a live post must have.
pub(crate) fn audit_head(entry: &mut AuditEntry<'_>, school: SchoolId, head: &PostHead) {
    let own = feeds::own_key(school, head.author_id, head.id);
    entry.requires_any([own, withdrawals::withdrawn_key(school, head.author_id)]);
    for milestone in Milestone::ALL {
        if let Some(at) = head.reached_at(milestone) {
            let sk = feeds::milestone_key(school, milestone, at, head.id).sk;
            entry.record(1, reached(school, milestone, head.board_id, &sk));
        }
    }
}
