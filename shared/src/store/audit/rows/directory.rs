//! Audit of the rows of [`store::accounts::directory`](crate::store::accounts::directory).

use crate::domain::User;
use crate::store::accounts::directory;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::schools;

/// A user handle belongs to a student whose profile has the login id.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    let (school, rest) = schools::parse_partition(pk)?;
    if sk != directory::PERSON || !rest.starts_with(directory::LOGIN) {
        return None;
    }
    if let Some(directory::DirectoryRow { user_id }) = entry.read() {
        entry.record(-1, Fact::owned(&name_of(pk), school, user_id));
    }
    Some("user handle")
}

/// Records the user handle that a profile must have.
pub(crate) fn audit_handle(entry: &mut AuditEntry<'_>, user: &User) {
    let Key { pk, .. } = directory::key(user.school_id, &user.login_id);
    entry.record(1, Fact::owned(&name_of(&pk), user.school_id, user.id));
}

/// The name of a user handle in findings.
fn name_of(pk: &str) -> String {
    format!("user handle {pk:?}")
}
