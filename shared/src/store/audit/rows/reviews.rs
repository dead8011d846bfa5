//! Audit of the rows of [`store::timetables::reviews`](crate::store::timetables::reviews).

use crate::domain::{CaseId, Course, CourseId, Review, ReviewId, SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::audit::{AuditEntry, Fact, Kind};
use crate::store::dynamo::Key;
use crate::store::timetables::reviews;
use crate::store::{schools, withdrawals};

/// A review requires its course and its location. The course counts it, and it counts its likes. At most one student
/// has a row that names it, the author in its location; a review has none if its author has withdrawn. That row may name a
/// deleted review.
pub(crate) fn audit(entry: &mut AuditEntry<'_>) -> Option<Kind> {
    let Key { pk, sk } = entry.key;
    if let Some((school, user)) = users::parse_partition(pk) {
        return audit_of_student(entry, school, user);
    }
    let (school, rest) = schools::parse_partition(pk)?;
    let rest = rest.strip_prefix('#')?;
    if let Some(course) = rest.strip_prefix("COURSE#") {
        let course = course.parse().ok()?;
        return match sk.strip_prefix(reviews::REVIEW) {
            Some(review) => {
                review.rsplit('#').next()?.parse::<ReviewId>().ok()?;
                audit_review(entry, school, course);
                Some("review")
            }
            None if sk == reviews::COURSE => {
                audit_course(entry, school, course);
                Some("course")
            }
            None => None,
        };
    }
    let id = rest.strip_prefix(reviews::REVIEW)?.parse().ok()?;
    if *entry.key != reviews::location_key(school, id) {
        return None;
    }
    if let Some(location) = entry.read::<reviews::ReviewLocation>() {
        entry.requires(reviews::course_key(school, location.course_id));
        match location.deleted_at {
            Some(_) => entry.provides_key(deleted_marker(school, location.course_id, id)),
            None => {
                entry.record(-1, located(school, location.course_id, id, location.created_at));
                audit_author(entry, school, location.author_id, author(school, id));
            }
        }
    }
    Some("review location")
}

fn audit_course(entry: &mut AuditEntry<'_>, school: SchoolId, course: CourseId) {
    entry.provides();
    entry.requires(schools::key(school));
    if let Some(row) = entry.read::<reviews::CourseRow>() {
        let Course { review_count, rating_sum, answers } = row.into();
        entry.record(review_count.into(), number_of("reviews", school, course));
        entry.record(rating_sum.into(), number_of("points in reviews", school, course));
        for (answer, count) in answers {
            entry.record(count.into(), number_of(&format!("answers {answer} in reviews"), school, course));
        }
    }
}

fn audit_review(entry: &mut AuditEntry<'_>, school: SchoolId, course: CourseId) {
    let Some(review) = entry.read::<Review>() else { return };
    if !entry.belongs_at(&reviews::key(school, course, review.created_at, review.id)) {
        return;
    }
    super::moderation::audit_subject(entry, school, CaseId::Review(review.id), review.moderation.as_ref());
    entry.provides_key(live_marker(school, course, review.id));
    entry.record(-1, number_of("reviews", school, course));
    entry.record(-i64::from(review.rating.get()), number_of("points in reviews", school, course));
    for answer in review.choices.names() {
        entry.record(-1, number_of(&format!("answers {answer} in reviews"), school, course));
    }
    entry.record(1, located(school, course, review.id, review.created_at));
    entry.record(review.like_count.into(), likes_of(school, course, review.id));
}

/// Rows about reviews in a student's partition.
fn audit_of_student(entry: &mut AuditEntry<'_>, school: SchoolId, user: UserId) -> Option<Kind> {
    if let Some(course) = entry.key.sk.strip_prefix(reviews::REVIEWED) {
        let course = course.parse().ok()?;
        if let Some(reviews::OwnReview { review_id }) = entry.read() {
            entry.requires_any(withdrawals::owner_keys(school, user));
            entry.requires_any([live_marker, deleted_marker].map(|marker| marker(school, course, review_id)));
            entry.record_value(author(school, review_id), user.to_string());
        }
        return Some("own review");
    }
    let (course, review) = entry.key.sk.strip_prefix(reviews::LIKE)?.split_once('#')?;
    let (course, review) = (course.parse().ok()?, review.parse().ok()?);
    entry.read::<reviews::ReviewLike>();
    entry.requires_any(withdrawals::author_keys(school, user));
    entry.record_unless(-1, likes_of(school, course, review), deleted_marker(school, course, review));
    Some("like of a review")
}

/// The name under which the rows of a review agree about its author.
fn author(school: SchoolId, review: ReviewId) -> String {
    format!("review {review} of school {school}")
}

/// The author in the location of something that is not deleted. The row of the author names the same one.
pub(super) fn audit_author(entry: &mut AuditEntry<'_>, school: SchoolId, author: Option<UserId>, name: String) {
    match author {
        Some(author) => {
            entry.requires_any(withdrawals::author_keys(school, author));
            entry.record_value(name, author.to_string());
        }
        None => entry.report("the location names no author."),
    }
}

fn located(school: SchoolId, course: CourseId, review: ReviewId, created_at: Time) -> Fact {
    Fact::That(format!("review {review} of school {school} is of course {course} and was created at {created_at}"))
}

fn number_of(things: &str, school: SchoolId, course: CourseId) -> Fact {
    Fact::NumberOf(format!("{things} of course {course} of school {school}"))
}

fn likes_of(school: SchoolId, course: CourseId, review: ReviewId) -> Fact {
    Fact::NumberOf(format!("likes of review {review} of course {course} of school {school}"))
}

/// A key that is not in the table. A review provides it.
fn live_marker(school: SchoolId, course: CourseId, review: ReviewId) -> Key {
    Key::new(reviews::location_key(school, review).pk, format!("LIVE#{course}"))
}

/// A key that is not in the table. The location of a deleted review provides it.
fn deleted_marker(school: SchoolId, course: CourseId, review: ReviewId) -> Key {
    Key::new(reviews::location_key(school, review).pk, format!("DELETED#{course}"))
}
