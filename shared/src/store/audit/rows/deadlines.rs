//! Audit of the rows of [`store::accounts::deadlines`](crate::store::accounts::deadlines).

use crate::domain::User;
use crate::store::accounts::deadlines::{self, VerificationDeadline};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::dynamo::Key;

/// A deadline requires its student, who is not verified.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    entry.key.pk.strip_prefix(deadlines::UNVERIFIED)?;
    let deadline = entry.read::<VerificationDeadline>()?;
    if entry.belongs_at(&deadline.key()) {
        entry.requires(unverified_key(&users::profile_key(deadline.school_id, deadline.user_id)));
    }
    Some("verification deadline")
}

/// Records that deadlines may require this profile, because the student is not verified.
pub(crate) fn audit_unverified(entry: &mut AuditEntry<'_>, user: &User) {
    if !user.verification.is_verified() {
        entry.provides_key(unverified_key(entry.key));
    }
}

/// A name for the state of a profile whose student is not verified.
fn unverified_key(profile: &Key) -> Key {
    Key::new(&profile.pk, format!("{} UNVERIFIED", profile.sk))
}
