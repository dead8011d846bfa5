//! Audit of the rows of [`store::blocks`](crate::store::blocks).

use crate::domain::{BlockTarget, PostId, SchoolId, Side, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::content::posts;
use crate::store::{blocks, withdrawals};

/// A block requires its student and whom it covers. A block of an alias has a row with the post, which refuses messages
/// and stays when the student leaves.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if let Some((school, user)) = users::parse_partition(&entry.key.pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, post) = posts::parse_partition(&entry.key.pk)?;
    audit_of_post(entry, school, post)
}

fn audit_of_student(entry: &mut AuditEntry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    let target = blocks::target_from_sk(&entry.key.sk)?;
    entry.provides();
    entry.read::<blocks::BlockRow>();
    entry.requires_any(withdrawals::owner_keys(school, user));
    match target {
        BlockTarget::User(blocked) => entry.requires_any(withdrawals::author_keys(school, blocked)),
        BlockTarget::Alias(post, alias) => {
            entry.requires(blocks::anonymous_key(school, post, user, alias, Side::Starter));
        }
    }
    Some("block")
}

fn audit_of_post(entry: &mut AuditEntry<'_>, school: SchoolId, post: PostId) -> Option<Kind> {
    let (starter, alias, side) = blocks::parse_anonymous_sk(&entry.key.sk)?;
    entry.provides();
    entry.read::<blocks::AnonymousBlockRow>();
    entry.requires_any(posts::live_or_deleted_keys(school, post));
    entry.requires_any(withdrawals::author_keys(school, starter));
    if side == Side::Starter {
        let block = blocks::key(school, starter, BlockTarget::Alias(post, alias));
        entry.requires_any([block, withdrawals::withdrawn_key(school, starter)]);
    }
    Some("anonymous block")
}
