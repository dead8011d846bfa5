//! Audit of the rows of [`store::accounts::password_resets`](crate::store::accounts::password_resets).

use uuid::Uuid;

use crate::store::accounts::{password_resets, users};
use crate::store::audit::{AuditEntry, Kind};
use crate::store::withdrawals;

/// The student of a password reset may have withdrawn since. The reset then expires without use.
///
/// The record of an operator's reset requires its student, or the purge that deletes it.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if let Some((school, user)) = users::parse_partition(&entry.key.pk) {
        entry.key.sk.strip_prefix(password_resets::OPERATOR_RESET)?.parse::<Uuid>().ok()?;
        entry.requires_any(withdrawals::owner_keys(school, user));
        entry.read::<password_resets::OperatorReset>();
        return Some("operator's reset");
    }
    entry.key.pk.strip_prefix(password_resets::RESET).filter(|_| entry.key.sk == "RESET")?;
    entry.read::<password_resets::PasswordReset>();
    Some("password reset")
}
