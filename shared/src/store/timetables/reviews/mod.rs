//! Reviews. The reviews of a course are one range of rows, and the course row counts them. The review location finds a
//! review by its id alone, and says who wrote it, for moderation only. The own-review row, in the student's partition, makes
//! the review unique by student and course. When the student leaves, this row is deleted and the review stays. When an admin
//! deletes the review, this row stays, because nothing leads to it; then the student may write another review.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | course | `SCHOOL#<school>#COURSE#<course>` | `COURSE` |
//! | review | `SCHOOL#<school>#COURSE#<course>` | `REVIEW#<when>#<review>` |
//! | review location | `SCHOOL#<school>#REVIEW#<review>` | `PLACE` |
//! | own review | `SCHOOL#<school>#USER#<user>` | `REVIEWED#<course>` |
//! | like of a review | `SCHOOL#<school>#USER#<user>` | `REVIEWLIKE#<course>#<review>` |

mod read;
mod write;

pub use read::{FoundReview, SeenReview};

use std::collections::{BTreeMap, HashMap};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::domain::{Course, CourseId, ReviewId, SchoolId, Time, UserId};
use crate::store::accounts::users;
use crate::store::dynamo::{Key, Range, Table};
use crate::store::schools;

pub(crate) const COURSE: &str = "COURSE";
pub(crate) const REVIEW: &str = "REVIEW#";
pub(crate) const REVIEWED: &str = "REVIEWED#";
pub(crate) const LIKE: &str = "REVIEWLIKE#";

/// Access to reviews and to the ratings of courses.
#[derive(Clone, Debug)]
pub struct Reviews {
    table: Table,
}

impl Reviews {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }
}

/// The row of a course. Each answer that a review has given is an attribute of its own, with the number of reviews that
/// gave it.
#[derive(Deserialize)]
pub(crate) struct CourseRow {
    review_count: u32,
    rating_sum: u32,
    #[serde(flatten)]
    others: HashMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Attribute {
    Count(u32),
    Other(IgnoredAny),
}

/// The location of a review: the parts of its key that its id does not tell. It stays when the review is deleted, without
/// the author.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ReviewLocation {
    /// For cases about the review. Responses never hold this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) author_id: Option<UserId>,
    pub(crate) course_id: CourseId,
    pub(crate) created_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Time>,
}

/// A student's review of a course.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct OwnReview {
    pub(crate) review_id: ReviewId,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ReviewLike {
    pub(crate) liked_at: Time,
}

impl From<CourseRow> for Course {
    fn from(row: CourseRow) -> Self {
        let CourseRow { review_count, rating_sum, others } = row;
        let count = |(name, attribute)| match attribute {
            Attribute::Count(count) => Some((name, count)),
            Attribute::Other(_) => None,
        };
        let answers: BTreeMap<String, u32> = others.into_iter().filter_map(count).collect();
        Self { review_count, rating_sum, answers }
    }
}

pub(crate) fn partition(school: SchoolId, course: CourseId) -> String {
    format!("{}#COURSE#{course}", schools::partition(school))
}

/// The school of the partition of a course.
pub(crate) fn parse_school_of_partition(pk: &str) -> Option<SchoolId> {
    let (school, rest) = schools::parse_partition(pk)?;
    rest.starts_with("#COURSE#").then_some(school)
}

pub(crate) fn course_key(school: SchoolId, course: CourseId) -> Key {
    Key::new(partition(school, course), COURSE)
}

/// The key of a review. The reviews of a course are sorted by time, but their ids do not tell it.
pub(crate) fn key(school: SchoolId, course: CourseId, created_at: Time, review: ReviewId) -> Key {
    Key::new(partition(school, course), format!("{REVIEW}{created_at}#{review}"))
}

pub(crate) fn location_key(school: SchoolId, review: ReviewId) -> Key {
    Key::new(format!("{}#{REVIEW}{review}", schools::partition(school)), "PLACE")
}

pub(crate) fn own_key(school: SchoolId, user: UserId, course: CourseId) -> Key {
    Key::new(users::partition(school, user), format!("{REVIEWED}{course}"))
}

fn like_key(school: SchoolId, user: UserId, course: CourseId, review: ReviewId) -> Key {
    Key::new(users::partition(school, user), format!("{LIKE}{course}#{review}"))
}

/// A student's likes of the reviews of a course.
fn likes(school: SchoolId, user: UserId, course: CourseId) -> Range {
    Range::oldest_first(users::partition(school, user), format!("{LIKE}{course}#").as_str())
}

/// Whether the sort key, in a student's partition, is that of the like of a review.
pub(crate) fn is_like(sk: &str) -> bool {
    sk.starts_with(LIKE)
}
