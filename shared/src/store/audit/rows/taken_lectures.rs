//! Audit of the rows of [`store::timetables::taken_lectures`](crate::store::timetables::taken_lectures).

use crate::domain::{LectureId, Parse, Semester};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Kind};
use crate::store::timetables::{catalogues, taken_lectures};
use crate::store::withdrawals;

/// A taken lecture requires its student, and the catalogue of its semester. The semester is part of the lecture's id.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let (school, user) = users::parse_partition(&entry.key.pk)?;
    let (semester, lecture) = entry.key.sk.strip_prefix(taken_lectures::TAKEN)?.split_once('#')?;
    let (semester, lecture) = (Semester::parse(semester.to_owned()).ok()?, lecture.parse::<LectureId>().ok()?);
    if lecture.semester() != Some(semester) {
        return None;
    }
    entry.provides();
    entry.requires_any(withdrawals::owner_keys(school, user));
    entry.requires(catalogues::key(school, semester));
    entry.read::<taken_lectures::TakenLecture>();
    Some("taken lecture")
}
