//! Audit of the rows of [`store::notifications`](crate::store::notifications).

use crate::domain::StudentKey;
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::{notifications, withdrawals};

/// All rows require their student. A notification has a number that the state has assigned.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    let student = StudentKey { school, user };
    let owners = withdrawals::owner_keys(school, user);
    let series = format!("notifications of user {user} of school {school}");
    if *entry.key == notifications::state_key(student) {
        entry.provides();
        entry.requires_any(owners);
        if let Some(state) = entry.read::<notifications::NotificationState>() {
            entry.assigns_numbers(series, state.unread.last);
            if state.unread.read > state.unread.last {
                entry.report("more is read than there is.");
            }
        }
        return Some("notification state");
    }
    if entry.key.sk.starts_with(notifications::NOTIFIED) {
        entry.requires_any(owners);
        entry.read::<notifications::NotifiedCause>();
        return Some("notified cause");
    }
    let id = notifications::id_from_sk(&entry.key.sk)?;
    entry.requires_any(owners);
    entry.requires(notifications::state_key(student));
    entry.has_number(series, id.number());
    entry.read::<notifications::NotificationRow>();
    Some("notification")
}
