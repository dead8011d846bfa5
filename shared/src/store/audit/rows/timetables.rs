//! Audit of the rows of [`store::timetables`](crate::store::timetables).

use crate::domain::{Parse, SchoolId, Semester, SemesterTimetables, Timetable, TimetableId, UserId, fold};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::timetables;
use crate::store::timetables::{catalogues, taken_lectures};
use crate::store::withdrawals;

/// A timetable is in its owner's row of the semester, under its name. If it has lectures, it requires the semester's
/// catalogue, and for each lecture the owner's taken lecture and an indexed lecture.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        let semester = Semester::parse(sk.strip_prefix(timetables::TIMETABLES)?.to_owned()).ok()?;
        entry.requires_any(withdrawals::owner_keys(school, user));
        if let Some(semester_timetables) = entry.read::<SemesterTimetables>()
            && entry.belongs_at(&timetables::semester_key(school, user, semester_timetables.semester))
        {
            for listed in &semester_timetables.timetables {
                entry.record(1, listing(school, user, semester, listed.id, &fold(listed.name.as_str())));
            }
            if !semester_timetables.timetables.iter().any(|listed| listed.id == semester_timetables.primary_id) {
                entry.report("its primary timetable is not one of its timetables.");
            }
        }
        return Some("semester timetables");
    }
    let (school, _) = timetables::parse_key(entry.key)?;
    if let Some(timetable) = entry.read::<Timetable>()
        && entry.belongs_at(&timetables::key(school, timetable.id))
    {
        super::share_links::audit_shared(entry, school, &timetable);
        let Timetable { id, owner_id, semester, name, .. } = &timetable;
        entry.record(-1, listing(school, *owner_id, *semester, *id, &fold(name.as_str())));
        if timetable.lectures().next().is_some() {
            entry.requires(catalogues::key(school, *semester));
        }
        for lecture in timetable.lectures() {
            entry.requires(taken_lectures::key(school, *owner_id, *semester, lecture));
            entry.record(1, super::lecture_index::contains(school, *id, *owner_id, lecture));
        }
    }
    Some("timetable")
}

/// A timetable is in its owner's list of the semester. The list states it, and the timetable confirms it.
fn listing(school: SchoolId, user: UserId, semester: Semester, id: TimetableId, name: &str) -> Fact {
    Fact::That(format!(
        "timetable {id} of school {school} belongs to user {user} and semester {semester}, and is named {name:?}"
    ))
}
