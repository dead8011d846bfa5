//! Audit of the rows of [`store::accounts::sessions`](crate::store::accounts::sessions).

use crate::domain::{SchoolId, UserId};
use crate::store::accounts::{sessions, users};
use crate::store::audit::{AuditEntry, Fact, Kind};

/// Sessions require their student, who has the row even if no session is live. They say whether the student is verified,
/// as the profile does, and the restrictions of the sanctions.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    if *entry.key != sessions::key(school, user) {
        return None;
    }
    entry.provides();
    entry.requires(users::profile_key(school, user));
    if let Some(sessions) = entry.read::<sessions::SessionsRow>() {
        if sessions.verified {
            entry.record_if(-1, verified(school, user), users::profile_key(school, user));
        }
        if let Some(versions) = sessions.consents {
            entry.record(-1, super::policies::accepted(&versions, school, user));
        }
        if !sessions.restrictions.is_empty() {
            entry.record(-1, super::sanctions::restricted(&sessions.restrictions, school, user));
        }
    }
    Some("sessions")
}

/// The fact that a student is verified.
pub(super) fn verified(school: SchoolId, user: UserId) -> Fact {
    Fact::That(format!("user {user} of school {school} is verified"))
}
