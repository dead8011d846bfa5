//! Audit of the rows of [`store::accounts::verification_codes`](crate::store::accounts::verification_codes).

use crate::store::accounts::{users, verification_codes};
use crate::store::audit::{AuditEntry, Kind};
use crate::store::withdrawals;

/// A code requires its student. The counters of guesses are audited as other counters of a student.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    if *entry.key != verification_codes::key(school, user) {
        return None;
    }
    entry.requires_any(withdrawals::owner_keys(school, user));
    entry.read::<verification_codes::SentCode>();
    Some("verification code")
}
