//! Audit of the rows of [`store::content::reactions`](crate::store::content::reactions).

use crate::domain::{SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::content::{feeds, feeds::PostPointer, posts, reactions};
use crate::store::withdrawals;

/// For how long a like may be uncounted, in seconds. The stream keeps its records for a day.
const UNCOUNTED_S: i64 = 24 * 3600;

/// A reaction requires its student, and its post, which may be deleted. A live post counts it, unless it is a like that is
/// still to be counted. A scrap and a
/// hidden post have a reaction and a row in a list, which the purge of a withdrawn student deletes.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    for (prefix, kind) in [(reactions::SCRAP, "scrap"), (reactions::HIDDEN, "hidden post")] {
        if entry.key.sk.starts_with(prefix) {
            feeds::post_id_from_sk(&entry.key.sk)?;
            if entry.read::<PostPointer>().is_some() {
                entry.requires_any(withdrawals::owner_keys(school, user));
                entry.record(-1, listed(school, user, &entry.key.sk));
            }
            return Some(kind);
        }
    }
    let post = reactions::post_id_from_sk(&entry.key.sk)?;
    if !entry.belongs_at(&reactions::key(school, user, post)) {
        return Some("reaction");
    }
    let reaction: reactions::Reaction = entry.read().unwrap_or_default();
    if reaction == reactions::Reaction::default() {
        entry.report("it cannot be read: it is neither a like nor a scrap, and hides and mutes nothing.");
    }
    entry.requires_any(withdrawals::author_keys(school, user));
    entry.requires_any(posts::live_or_deleted_keys(school, post));
    let deleted = posts::deleted_key(school, post);
    if let Some(liked_at) = reaction.liked_at.filter(|_| reaction.is_uncounted) {
        audit_uncounted(entry, liked_at);
    } else if reaction.liked_at.is_some() {
        entry.record_unless(-1, super::posts::number_of("likes", school, post), deleted.clone());
        if !reaction.liked_while_young {
            entry.record_unless(-1, super::posts::number_of("likes that count", school, post), deleted.clone());
        }
    }
    if let Some(scrapped_at) = reaction.scrapped_at {
        entry.record_unless(-1, super::posts::number_of("scraps", school, post), deleted);
        let scrap = listed(school, user, &reactions::scrap_key(school, user, scrapped_at, post).sk);
        entry.record_unless(1, scrap, withdrawals::withdrawn_key(school, user));
    }
    if let Some(hidden_at) = reaction.hidden_at {
        let hidden = listed(school, user, &reactions::hidden_key(school, user, hidden_at, post).sk);
        entry.record_unless(1, hidden, withdrawals::withdrawn_key(school, user));
    }
    Some("reaction")
}

/// A like that is not counted yet, of a post or of a comment.
pub(crate) fn audit_uncounted(entry: &mut AuditEntry<'_>, liked_at: Time) {
    if entry.is_past(liked_at.as_secs().saturating_add(UNCOUNTED_S)) {
        entry.report("the like was not counted within a day.");
    }
}

/// A student has a scrap or a hidden post. The reaction states it, and the row in the list confirms it.
fn listed(school: SchoolId, user: UserId, sk: &str) -> Fact {
    Fact::That(format!("user {user} of school {school} has the row {sk}"))
}
