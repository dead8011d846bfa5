//! Audit of the rows of [`store::limits::failed_logins`](crate::store::limits::failed_logins).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::limits::failed_logins;

/// Failed logins belong to a login id, whether or not a student has it.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    entry.key.pk.strip_prefix("LIMIT#LOGIN#").filter(|_| entry.key.sk == "LIMIT")?;
    entry.read::<failed_logins::Attempts>();
    Some("failed logins")
}
