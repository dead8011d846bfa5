//! Audit of the rows of [`store::timetables::terms`](crate::store::timetables::terms).

use crate::store::audit::{AuditEntry, Kind};
use crate::store::schools;
use crate::store::timetables::{catalogues, terms};

/// A term requires its school.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, semester) = catalogues::parse_partition(&entry.key.pk)?;
    if *entry.key != terms::key(school, semester) {
        return None;
    }
    entry.requires(schools::key(school));
    entry.read::<terms::TermRow>();
    Some("term")
}
