//! Audit of the rows of [`store::timetables::lecture_index`](crate::store::timetables::lecture_index).

use crate::domain::{LectureId, SchoolId, TimetableId, UserId};
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::timetables::lecture_index;

/// An indexed lecture is in the timetable. The timetable states it, and the index confirms it.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    let (school, lecture) = lecture_index::parse_partition(pk)?;
    let (owner, timetable) = lecture_index::parse_sort_key(sk)?;
    if entry.read::<lecture_index::IndexedLecture>().is_some() {
        entry.record(-1, contains(school, timetable, owner, lecture));
    }
    Some("indexed lecture")
}

pub(super) fn contains(school: SchoolId, timetable: TimetableId, owner: UserId, lecture: LectureId) -> Fact {
    Fact::That(format!("timetable {timetable} of user {owner} of school {school} has lecture {lecture}"))
}
