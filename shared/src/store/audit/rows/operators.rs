//! Audit of the rows of [`store::moderation::operators`](crate::store::moderation).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::moderation::operators::{OperatorLogEntry, operator_log_partition};
use crate::store::schools;

/// An entry names a school.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, _) = schools::parse_partition(&entry.key.pk)?;
    if entry.key.pk != operator_log_partition(school) {
        return None;
    }
    entry.requires(schools::key(school));
    if let Some(row) = entry.read::<OperatorLogEntry>() {
        entry.belongs_at(&row.key(school));
    }
    Some("operator log entry")
}
