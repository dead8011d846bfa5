//! Audit of the rows of [`store::accounts::credentials`](crate::store::accounts::credentials).

use crate::domain::{LoginId, Parse};
use crate::store::accounts::credentials;
use crate::store::audit::{AuditEntry, Fact, Kind};

/// A login belongs to a student whose profile has the login id.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let login_id = LoginId::parse(entry.key.pk.strip_prefix("LOGIN#")?.to_owned()).ok()?;
    if *entry.key != credentials::key(&login_id) {
        return None;
    }
    if let Some(credentials::Credentials { school_id, user_id, .. }) = entry.read() {
        entry.record(-1, Fact::owned(&name_of(&login_id), school_id, user_id));
    }
    Some("login")
}

/// The name of a login id in findings.
pub(crate) fn name_of(login_id: &LoginId) -> String {
    format!("login id {:?}", login_id.as_str())
}
