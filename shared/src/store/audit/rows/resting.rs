//! Audit of the rows of [`store::accounts::resting`](crate::store::accounts::resting).

use crate::store::accounts::resting;
use crate::store::audit::{AuditEntry, Kind};

/// A resting name says nothing but its end.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    entry.key.pk.strip_prefix(resting::RESTING).filter(|_| entry.key.sk == "RESTING")?;
    entry.read::<resting::RestingName>();
    Some("resting name")
}
