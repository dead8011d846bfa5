//! Audit of the rows of [`store::accounts::sessions`](crate::store::accounts::sessions).

use crate::store::accounts::{sessions, users};
use crate::store::audit::{AuditEntry, Kind};

/// Sessions require their student, who has the row even if no session is live.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    if *entry.key != sessions::key(school, user) {
        return None;
    }
    entry.provides();
    entry.requires(users::profile_key(school, user));
    if let Some(versions) = entry.read::<sessions::SessionsRow>().and_then(|sessions| sessions.consents) {
        entry.record(-1, super::policies::accepted(&versions, school, user));
    }
    Some("sessions")
}
