//! Audit of the rows of [`store::accounts::users`](crate::store::accounts::users).

use crate::domain::{SchoolId, User, UserId, fold};
use crate::store::accounts::{sessions, users};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::schools;

/// A profile requires its school and its sessions, and has a row for each unique value. The email address is that which the
/// student has confirmed, if the student has.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, id)) = users::parse_partition(pk) {
        return audit_profile(entry, school, id);
    }
    let (school, rest) = schools::parse_partition(pk).filter(|_| sk == "NICKNAME")?;
    let name = nickname_name(school, rest.strip_prefix("#NICKNAME#")?);
    if let Some(users::NicknameOwner { school_id, user_id }) = entry.read() {
        entry.record(-1, Fact::owned(&name, school_id, user_id));
    }
    Some("nickname")
}

fn audit_profile(entry: &mut AuditEntry<'_>, school: SchoolId, id: UserId) -> Option<Kind> {
    if *entry.key != users::profile_key(school, id) {
        return None;
    }
    entry.provides();
    entry.requires(schools::key(school));
    entry.requires(sessions::key(school, id));
    if let Some(user) = entry.read::<User>()
        && entry.belongs_at(&users::profile_key(user.school_id, user.id))
    {
        entry.record(1, Fact::owned(&super::credentials::name_of(&user.login_id), school, id));
        entry.record(1, Fact::owned(&nickname_name(school, &fold(user.nickname.as_str())), school, id));
        super::directory::audit_handle(entry, &user);
        super::deadlines::audit_unverified(entry, &user);
        if user.verification.is_verified() {
            entry.record_if(1, super::sessions::verified(school, id), sessions::key(school, id));
        }
        if let Some(address) = user.verification.email() {
            super::verified_addresses::audit_address(entry, &user, address);
            if user.email != *address {
                entry.report("its email address is not the one that the student has confirmed.");
            }
        }
        if let Some(consents) = &user.consents {
            let versions = consents.versions();
            super::policies::requires_texts(entry, &versions);
            entry.record(1, super::policies::accepted(&versions, school, id));
        }
    }
    Some("profile")
}

fn nickname_name(school: SchoolId, folded: &str) -> String {
    format!("nickname {folded:?} in school {school}")
}
