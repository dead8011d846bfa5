//! Audit of the rows of [`store::grades`](crate::store::grades).

use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::{grades, withdrawals};

/// Grade settings require their student. The grades of a semester require the settings, too.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    let settings_key = grades::settings_key(school, user);
    let is_settings = *entry.key == settings_key;
    if !is_settings {
        grades::parse_semester(&entry.key.sk)?;
    }
    entry.requires_any(withdrawals::owner_keys(school, user));
    if is_settings {
        entry.provides();
        entry.read::<grades::Settings>();
        return Some("grade settings");
    }
    entry.requires(settings_key);
    entry.read::<grades::SemesterGrades>();
    Some("grades of a semester")
}
