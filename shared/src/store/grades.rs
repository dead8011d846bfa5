//! Grades. A student's settings and the courses of each semester are rows that one query finds. Every change of a semester
//! also changes the version in the settings, so that changes of different semesters are checked against each other: no
//! request adds a minus grade while another changes the scale.
//!
//! | row | pk | sk |
//! | --- | --- | --- |
//! | grade settings | `SCHOOL#<school>#USER#<user>` | `GRADES` |
//! | grades of a semester | `SCHOOL#<school>#USER#<user>` | `GRADES#<semester>` |

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{Caller, GoalCredits, Gradebook, GradedCourse, Parse, Scale, SchoolId, Semester, UserId};
use crate::store::accounts::{users, write_access::WriteAccess};
use crate::store::dynamo::{Backoff, Error, Key, Range, RowUpdate, Table};

pub(crate) const GRADES: &str = "GRADES";

/// Access to grades.
#[derive(Clone, Debug)]
pub struct Grades {
    table: Table,
}

/// The gradebook of a student, as it was read.
#[derive(Clone, Debug, Default)]
pub struct StoredGrades {
    pub gradebook: Gradebook,
    /// The version in the settings; `None` if the student has no settings row.
    version: Option<u32>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Settings {
    scale: Scale,
    #[serde(default)]
    goal_credits: Option<GoalCredits>,
    version: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SemesterGrades {
    courses: Vec<GradedCourse>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    Settings(Settings),
    Semester(SemesterGrades),
}

pub(crate) fn settings_key(school: SchoolId, user: UserId) -> Key {
    Key::new(users::partition(school, user), GRADES)
}

pub(crate) fn semester_key(school: SchoolId, user: UserId, semester: Semester) -> Key {
    Key::new(users::partition(school, user), format!("{GRADES}#{semester}"))
}

/// The semester of a sort key.
pub(crate) fn parse_semester(sk: &str) -> Option<Semester> {
    Semester::parse(sk.strip_prefix(GRADES)?.strip_prefix('#')?.to_owned()).ok()
}

impl Grades {
    pub(crate) fn new(table: Table) -> Self {
        Self { table }
    }

    /// Reads the caller's grades.
    pub async fn get(&self, caller: &Caller) -> Result<StoredGrades, Error> {
        let range = Range::oldest_first(users::partition(caller.school, caller.user), GRADES);
        let (mut settings, mut semesters) = (None, BTreeMap::new());
        for (sk, row) in self.table.query_all::<Row>(range).await? {
            match (row, parse_semester(&sk)) {
                (Row::Settings(row), None) => settings = Some(row),
                (Row::Semester(row), Some(semester)) => drop(semesters.insert(semester, row.courses)),
                _ => return Err(Error::unexpected("a row of grades that does not fit its key")),
            }
        }
        let Some(Settings { scale, goal_credits, version }) = settings else { return Ok(StoredGrades::default()) };
        Ok(StoredGrades { gradebook: Gradebook::new(scale, goal_credits, semesters), version: Some(version) })
    }

    /// Changes the caller's grades, and returns them. If they were modified since they were read, `change` runs again on
    /// the current ones.
    ///
    /// # Errors
    /// Those of `change`.
    pub async fn change<E: From<Error>>(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        mut stored: StoredGrades,
        change: impl Fn(&mut Gradebook) -> Result<(), E>,
    ) -> Result<Gradebook, E> {
        let mut backoff = Backoff::begin();
        loop {
            let mut changed = stored.gradebook.clone();
            change(&mut changed)?;
            match self.save(access, caller, &stored, &changed).await {
                Err(Error::Stale) => {
                    backoff.pause().await?;
                    stored = self.get(caller).await?;
                }
                saved => return Ok(saved.map(|()| changed)?),
            }
        }
    }

    /// Writes what has changed.
    ///
    /// # Errors
    /// [`Error::Stale`] if the grades were modified since they were read.
    async fn save(
        &self,
        access: &WriteAccess,
        caller: &Caller,
        stored: &StoredGrades,
        changed: &Gradebook,
    ) -> Result<(), Error> {
        let StoredGrades { gradebook: old, version } = stored;
        if old == changed {
            return Ok(());
        }
        let settings = match version {
            None => RowUpdate::default().if_absent(&["version"]),
            Some(version) => RowUpdate::default().if_equal(&["version"], version)?,
        };
        let settings = settings
            .set(&["version"], version.unwrap_or_default().saturating_add(1))?
            .set(&["scale"], changed.scale())?
            .set(&["goal_credits"], changed.goal_credits())?;
        let mut transaction = self
            .table
            .transaction(access)
            .update(settings_key(caller.school, caller.user), settings)?
            .on_condition_failed(Error::Stale);
        let semesters: BTreeSet<Semester> = old.semesters().chain(changed.semesters()).collect();
        for semester in semesters.into_iter().filter(|semester| old.courses(*semester) != changed.courses(*semester)) {
            let key = semester_key(caller.school, caller.user, semester);
            transaction = match changed.courses(semester) {
                [] => transaction.delete(key)?.on_condition_failed(Error::Stale),
                courses => transaction.overwrite(&key, &SemesterGrades { courses: courses.to_vec() })?,
            };
        }
        transaction.commit().await
    }
}
