//! Audit of the rows of [`store::accounts::verified_addresses`](crate::store::accounts::verified_addresses).

use crate::domain::{Email, LoginId, SchoolId, User, UserId};
use crate::store::accounts::verified_addresses::{self, AddressOwner};
use crate::store::audit::{AuditEntry, Fact, Kind};

/// An address belongs to a student whose profile says that the student has confirmed it, and names the student's login id.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let folded = entry.key.pk.strip_prefix(verified_addresses::EMAIL).filter(|_| entry.key.sk == "EMAIL")?.to_owned();
    if let Some(AddressOwner { school_id, user_id, login_id }) = entry.read() {
        entry.record(-1, owned(&folded, &login_id, school_id, user_id));
    }
    Some("email address")
}

/// Records the address that a profile must have.
pub(crate) fn audit_address(entry: &mut AuditEntry<'_>, user: &User, address: &Email) {
    entry.record(1, owned(&address.folded(), &user.login_id, user.school_id, user.id));
}

fn owned(folded: &str, login_id: &LoginId, school: SchoolId, user: UserId) -> Fact {
    Fact::owned(&format!("email address {folded:?} of login id {:?}", login_id.as_str()), school, user)
}
