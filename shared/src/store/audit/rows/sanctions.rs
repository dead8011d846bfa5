//! Audit of the rows of [`store::accounts::sanctions`](crate::store::accounts::sanctions).

use crate::domain::{Restrictions, SchoolId, UserId};
use crate::store::accounts::{sanctions, users};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::withdrawals;

/// The sessions row has the restrictions that follow from the sanctions.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if entry.key.pk.starts_with(sanctions::SURVIVING) && entry.key.sk == "SANCTION" {
        entry.read::<sanctions::SurvivingSanction>();
        return Some("surviving sanction");
    }
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    if *entry.key != sanctions::key(school, user) {
        return None;
    }
    entry.requires_any(withdrawals::owner_keys(school, user));
    if let Some(row) = entry.read::<sanctions::SanctionsRow>() {
        let restrictions = row.sanctions.restrictions();
        if !restrictions.is_empty() {
            entry.record_if(1, restricted(&restrictions, school, user), users::profile_key(school, user));
        }
    }
    Some("sanctions")
}

/// The fact that a student has these restrictions.
pub(super) fn restricted(restrictions: &Restrictions, school: SchoolId, user: UserId) -> Fact {
    let all: Vec<String> = restrictions.all().map(|it| format!("{:?} until {:?}", it.kind, it.until)).collect();
    Fact::That(format!("user {user} of school {school} is restricted: {}", all.join(", ")))
}
