//! Taken lectures: the lectures that are or were in a student's timetables. The rows stay when an entry is removed,
//! because a student may review only courses that the student has taken (rule 14).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | taken lecture | `SCHOOL#<school>#USER#<user>` | `TAKEN#<semester>#<lecture>` |

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, LectureId, SchoolId, Semester, Time, Timetable, UserId};
use crate::store::accounts::users;
use crate::store::dynamo::{Error, Key, Range, Transaction};
use crate::store::timetables::Timetables;

pub(crate) const TAKEN: &str = "TAKEN#";

#[derive(Serialize, Deserialize)]
pub(crate) struct TakenLecture {
    /// When the lecture was last added to a timetable.
    pub(crate) taken_at: Time,
}

fn prefix(semester: Semester) -> String {
    format!("{TAKEN}{semester}#")
}

pub(crate) fn key(school: SchoolId, user: UserId, semester: Semester, lecture: LectureId) -> Key {
    Key::new(users::partition(school, user), format!("{}{lecture}", prefix(semester)))
}

impl Timetables {
    /// Returns the lectures of the semester that the caller has taken.
    pub async fn taken_lectures(&self, caller: &Caller, semester: Semester) -> Result<Vec<LectureId>, Error> {
        let range = Range::oldest_first(users::partition(caller.school, caller.user), prefix(semester).as_str());
        let rows = self.table.query_all::<TakenLecture>(range).await?;
        Ok(rows.iter().filter_map(|(sk, _)| sk.rsplit('#').next()?.parse().ok()).collect())
    }
}

impl Transaction {
    /// Records the lectures in the timetable as taken, except for those that were already in the timetable `before`.
    pub(crate) fn record_taken_lectures(
        self,
        school: SchoolId,
        timetable: &Timetable,
        before: Option<&Timetable>,
    ) -> Result<Self, Error> {
        let Timetable { owner_id, semester, updated_at, .. } = timetable;
        let taken = TakenLecture { taken_at: *updated_at };
        let is_new = |id: &LectureId| before.is_none_or(|before| !before.lectures().any(|old| old == *id));
        let mut new = timetable.lectures().filter(is_new);
        new.try_fold(self, |transaction, lecture| {
            transaction.overwrite(&key(school, *owner_id, *semester, lecture), &taken)
        })
    }
}
