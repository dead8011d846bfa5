//! Audit of the rows of [`store::accounts::password_resets`](crate::store::accounts::password_resets).

use crate::store::accounts::password_resets;
use crate::store::audit::{AuditEntry, Kind};

/// The student of a password reset may have withdrawn since. The reset then expires without use.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    entry.key.pk.strip_prefix(password_resets::RESET).filter(|_| entry.key.sk == "RESET")?;
    entry.read::<password_resets::PasswordReset>();
    Some("password reset")
}
