//! Audit of the rows of [`store::timetables::exam_infos`](crate::store::timetables::exam_infos).

use crate::domain::{CaseId, CourseId, Exam, ExamInfo, ExamInfoId, Parse, SchoolId, Semester, Time, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::timetables::exam_infos;
use crate::store::{schools, withdrawals};

/// An exam info requires its school and its location, and it counts its likes. At most one student has a row that names
/// it, the author in its location; an exam info has none if its author has withdrawn. That row may name a deleted exam
/// info.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let rest = rest.strip_prefix('#')?;
    if let Some(course) = rest.strip_prefix("COURSE#") {
        let course = course.parse().ok()?;
        sk.strip_prefix(exam_infos::EXAM_INFO)?.rsplit('#').next()?.parse::<ExamInfoId>().ok()?;
        audit_exam_info(entry, school, course);
        return Some("exam info");
    }
    let id = rest.strip_prefix(exam_infos::EXAM_INFO)?.parse().ok()?;
    if *entry.key != exam_infos::location_key(school, id) {
        return None;
    }
    if let Some(location) = entry.read::<exam_infos::ExamInfoLocation>() {
        entry.requires(schools::key(school));
        match location.deleted_at {
            Some(_) => entry.provides_key(deleted_marker(school, location.course_id, id)),
            None => {
                entry.record(-1, located(school, location.course_id, id, location.created_at));
                super::reviews::audit_author(entry, school, location.author_id, author(school, id));
            }
        }
    }
    Some("exam info location")
}

fn audit_exam_info(entry: &mut AuditEntry<'_>, school: SchoolId, course: CourseId) {
    let Some(info) = entry.read::<ExamInfo>() else { return };
    if !entry.belongs_at(&exam_infos::key(school, course, info.created_at, info.id)) {
        return;
    }
    entry.requires(schools::key(school));
    entry.provides_key(live_marker(school, course, info.id));
    entry.record(1, located(school, course, info.id, info.created_at));
    entry.record(info.like_count.into(), likes_of(school, course, info.id));
    super::moderation::audit_subject(entry, school, CaseId::ExamInfo(info.id), info.moderation.as_ref());
}

/// Rows about exam infos in a student's partition.
fn audit_of_student(entry: &mut AuditEntry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    if let Some(about) = entry.key.sk.strip_prefix(exam_infos::OWN) {
        let [course, semester, exam] = about.split('#').collect::<Vec<_>>()[..] else { return None };
        let course = course.parse().ok()?;
        Semester::parse(semester.to_owned()).ok()?;
        Exam::parse(exam.to_owned()).ok()?;
        if let Some(exam_infos::OwnExamInfo { exam_info_id }) = entry.read() {
            entry.requires_any(withdrawals::owner_keys(school, user));
            entry.requires_any([live_marker, deleted_marker].map(|marker| marker(school, course, exam_info_id)));
            entry.record_value(author(school, exam_info_id), user.to_string());
        }
        return Some("own exam info");
    }
    let (course, id) = entry.key.sk.strip_prefix(exam_infos::LIKE)?.split_once('#')?;
    let (course, id) = (course.parse().ok()?, id.parse().ok()?);
    entry.read::<exam_infos::ExamInfoLike>();
    entry.requires_any(withdrawals::author_keys(school, user));
    entry.record_unless(-1, likes_of(school, course, id), deleted_marker(school, course, id));
    Some("like of an exam info")
}

/// The name under which the rows of an exam info agree about its author.
fn author(school: SchoolId, id: ExamInfoId) -> String {
    format!("exam info {id} of school {school}")
}

fn located(school: SchoolId, course: CourseId, id: ExamInfoId, created_at: Time) -> Fact {
    Fact::That(format!("exam info {id} of school {school} is of course {course} and was created at {created_at}"))
}

fn likes_of(school: SchoolId, course: CourseId, id: ExamInfoId) -> Fact {
    Fact::NumberOf(format!("likes of exam info {id} of course {course} of school {school}"))
}

/// A key that is not in the table. An exam info provides it.
fn live_marker(school: SchoolId, course: CourseId, id: ExamInfoId) -> Key {
    Key::new(exam_infos::location_key(school, id).pk, format!("LIVE#{course}"))
}

/// A key that is not in the table. The location of a deleted exam info provides it.
fn deleted_marker(school: SchoolId, course: CourseId, id: ExamInfoId) -> Key {
    Key::new(exam_infos::location_key(school, id).pk, format!("DELETED#{course}"))
}
