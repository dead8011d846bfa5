//! Information about exams. Its rows are those of [reviews](super::reviews), with the same reasons, but no row counts them:
//! the exam infos of a course are one range of rows beside its reviews, and the location says who wrote one, for moderation
//! only.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | exam info | `SCHOOL#<school>#COURSE#<course>` | `EXAM#<when>#<exam info>` |
//! | exam info location | `SCHOOL#<school>#EXAM#<exam info>` | `PLACE` |
//! | own exam info | `SCHOOL#<school>#USER#<user>` | `EXAMINFO#<course>#<semester>#<exam>` |
//! | like of an exam info | `SCHOOL#<school>#USER#<user>` | `EXAMLIKE#<course>#<exam info>` |

mod read;
mod write;

pub use read::{FoundExamInfo, SeenExamInfo};

use serde::{Deserialize, Serialize};

use crate::domain::{Choice, CourseId, Exam, ExamInfoId, SchoolId, Semester, Time, UserId};
use crate::store::accounts::users;
use crate::store::dynamo::{Key, Range, Table};
use crate::store::schools;
use crate::store::timetables::reviews;

pub(crate) const EXAM_INFO: &str = "EXAM#";
pub(crate) const OWN: &str = "EXAMINFO#";
pub(crate) const LIKE: &str = "EXAMLIKE#";

/// Access to exam infos.
#[derive(Clone, Debug)]
pub struct ExamInfos {
    table: Table,
}

impl ExamInfos {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }
}

/// The location of an exam info: the parts of its key, and of the key of its author's row, that its id does not tell.
/// It stays when the exam info is deleted, without the author.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ExamInfoLocation {
    /// For cases about the exam info. Responses never hold this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) author_id: Option<UserId>,
    pub(crate) course_id: CourseId,
    pub(crate) semester: Semester,
    pub(crate) exam: Exam,
    pub(crate) created_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Time>,
}

/// A student's exam info about an exam of a course.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct OwnExamInfo {
    pub(crate) exam_info_id: ExamInfoId,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ExamInfoLike {
    pub(crate) liked_at: Time,
}

/// The key of an exam info. The exam infos of a course are sorted by time, but their ids do not tell it.
pub(crate) fn key(school: SchoolId, course: CourseId, created_at: Time, id: ExamInfoId) -> Key {
    Key::new(reviews::partition(school, course), format!("{EXAM_INFO}{created_at}#{id}"))
}

pub(crate) fn location_key(school: SchoolId, id: ExamInfoId) -> Key {
    Key::new(format!("{}#{EXAM_INFO}{id}", schools::partition(school)), "PLACE")
}

fn own_key(school: SchoolId, user: UserId, course: CourseId, semester: Semester, exam: Exam) -> Key {
    Key::new(users::partition(school, user), format!("{OWN}{course}#{semester}#{}", exam.as_str()))
}

fn like_key(school: SchoolId, user: UserId, course: CourseId, id: ExamInfoId) -> Key {
    Key::new(users::partition(school, user), format!("{LIKE}{course}#{id}"))
}

/// A student's likes of the exam infos of a course.
fn likes(school: SchoolId, user: UserId, course: CourseId) -> Range {
    Range::oldest_first(users::partition(school, user), format!("{LIKE}{course}#").as_str())
}

/// Whether the sort key, in a student's partition, is that of the like of an exam info.
pub(crate) fn is_like(sk: &str) -> bool {
    sk.starts_with(LIKE)
}
