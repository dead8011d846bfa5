//! Audit of the rows of [`store::content::pins`](crate::store::content::pins).

use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::content::{boards, pins};
use crate::store::withdrawals;

/// A pin requires its student, and its board, which may be deleted.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    let board = entry.key.sk.strip_prefix(pins::PIN)?.parse().ok()?;
    entry.read::<pins::Pin>();
    entry.requires_any(withdrawals::owner_keys(school, user));
    entry.requires_any(boards::live_or_deleted_keys(school, board));
    Some("pin")
}
