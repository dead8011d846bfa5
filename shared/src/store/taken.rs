//! Taken lectures: what has stood in a student's timetables, also where it stands there no longer. Only what one has
//! taken can one review (rule 14).
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | taken lecture | `SCHOOL#<school>#USER#<user>` | `TAKEN#<semester>#<lecture>` |

use serde::{Deserialize, Serialize};

use super::audit::{Entry, Kind};
use super::{Error, Key, Range, Timetables, Transaction, catalogues, users, withdrawals};
use crate::domain::{Caller, LectureId, Parse, SchoolId, Semester, Time, Timetable, UserId};

const TAKEN: &str = "TAKEN#";

#[derive(Serialize, Deserialize)]
struct Taken {
    /// When it was last put into a timetable.
    taken_at: Time,
}

fn prefix(semester: Semester) -> String {
    format!("{TAKEN}{semester}#")
}

pub(super) fn key(school: SchoolId, user: UserId, semester: Semester, lecture: LectureId) -> Key {
    Key::new(users::partition(school, user), format!("{}{lecture}", prefix(semester)))
}

impl Timetables {
    /// The lectures of the semester that are, or were, in the caller's timetables.
    ///
    /// # Errors
    /// Those of a read.
    pub async fn taken(&self, caller: &Caller, semester: Semester) -> Result<Vec<LectureId>, Error> {
        let range = Range::oldest_first(users::partition(caller.school, caller.user), prefix(semester).as_str());
        let rows = self.table.query_all::<Taken>(range).await?;
        Ok(rows.iter().filter_map(|(sk, _)| sk.rsplit('#').next()?.parse().ok()).collect())
    }
}

impl Transaction {
    /// Remembers the lectures that the timetable has, unless it had them before.
    pub(super) fn take(
        self,
        school: SchoolId,
        timetable: &Timetable,
        before: Option<&Timetable>,
    ) -> Result<Self, Error> {
        let Timetable { owner_id, semester, updated_at, .. } = timetable;
        let taken = Taken { taken_at: *updated_at };
        let is_new = |id: &LectureId| before.is_none_or(|before| !before.lectures().any(|known| known == *id));
        let mut new = timetable.lectures().filter(is_new);
        new.try_fold(self, |transaction, lecture| {
            transaction.overwrite(&key(school, *owner_id, *semester, lecture), &taken)
        })
    }
}

/// A taken lecture is of a student, and of the semester that its id tells, which has a catalogue.
pub(super) fn audit(entry: &mut Entry<'_>) -> Option<Kind> {
    let (school, user) = users::of_partition(&entry.key.pk)?;
    let (semester, lecture) = entry.key.sk.strip_prefix(TAKEN)?.split_once('#')?;
    let (semester, lecture) = (Semester::parse(semester.to_owned()).ok()?, lecture.parse::<LectureId>().ok()?);
    if lecture.semester() != Some(semester) {
        return None;
    }
    entry.gives();
    entry.needs_any(withdrawals::owner_keys(school, user));
    entry.needs(catalogues::key(school, semester));
    entry.read::<Taken>();
    Some("taken lecture")
}
