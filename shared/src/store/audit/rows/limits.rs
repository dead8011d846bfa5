//! Audit of the rows of [`store::limits`](crate::store::limits).

use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::limits;
use crate::store::withdrawals;

/// A counter belongs to a network address or a mailbox, or requires its student.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    entry.key.sk.strip_prefix("LIMIT#")?;
    entry.read::<limits::Counter>();
    if entry.key.pk.starts_with("LIMIT#ADDRESS#") {
        return Some("address's counter");
    }
    if entry.key.pk.starts_with(limits::mails::MAILBOX) {
        return Some("mailbox's counter");
    }
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    entry.requires_any(withdrawals::owner_keys(school, user));
    Some("student's counter")
}
