//! Audit of the rows of [`store::timetables::announcements`](crate::store::timetables::announcements).

use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::schools;
use crate::store::timetables::announcements;

/// An announcement and its rows of changed lectures name each other, so none is missing or left over.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    let (school, edition) = announcements::parse_partition(pk)?;
    let has_row = |number: &str| {
        Fact::That(format!("row {number} of changed lectures is of the announcement of edition {edition}"))
    };
    if sk == announcements::ANNOUNCEMENT {
        entry.requires(schools::key(school));
        if let Some(announcement) = entry.read::<announcements::AnnouncementRow>() {
            for number in 0..announcement.rows {
                entry.record(1, has_row(&format!("{number:02}")));
            }
        }
        return Some("announcement");
    }
    let number = sk.strip_prefix(announcements::CHANGES)?;
    if entry.read::<announcements::ChangesRow>().is_some() {
        entry.record(-1, has_row(number));
    }
    Some("changed lectures")
}
