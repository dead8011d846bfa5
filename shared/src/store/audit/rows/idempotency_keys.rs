//! Audit of the rows of [`store::accounts::write_access`](crate::store::accounts::write_access).

use crate::store::accounts::{users, write_access};
use crate::store::audit::{AuditEntry, Kind};
use crate::store::withdrawals;

/// An idempotency record requires its student.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    entry.key.sk.strip_prefix(write_access::ONCE)?;
    entry.read::<write_access::IdempotencyRecord>();
    entry.requires_any(withdrawals::owner_keys(school, user));
    Some("idempotency key")
}
