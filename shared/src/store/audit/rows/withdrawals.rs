//! Audit of the rows of [`store::withdrawals`](crate::store::withdrawals).

use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::schools;
use crate::store::withdrawals;

/// A withdrawn student has no profile. A purge requires the row of the withdrawn student.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    if entry.key.pk == withdrawals::PURGES {
        let (school, user) = entry.key.sk.split_once('#')?;
        let (school, user) = (school.parse().ok()?, user.parse().ok()?);
        entry.provides();
        entry.requires(withdrawals::withdrawn_key(school, user));
        if let Some(purge) = entry.read::<withdrawals::Purge>() {
            entry.belongs_at(&withdrawals::purge_key(purge.school_id, purge.user_id));
        }
        return Some("purge");
    }
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    if *entry.key != withdrawals::withdrawn_key(school, user) {
        return None;
    }
    entry.provides();
    entry.requires(schools::key(school));
    entry.excludes(users::profile_key(school, user));
    entry.read::<withdrawals::WithdrawnUser>();
    Some("withdrawn student")
}
