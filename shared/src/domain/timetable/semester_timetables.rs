//! The list of a user's timetables of one semester. It keeps names unique and exactly one timetable primary (rule 12).

use serde::{Deserialize, Serialize};

use super::{Timetable, TimetableChanges, TimetableName};
use crate::domain::{Refusal, Semester, Time, TimetableId, fold};

/// All timetables of a user in a semester. The list is never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SemesterTimetables {
    pub semester: Semester,
    pub primary_id: TimetableId,
    pub timetables: Vec<TimetableSummary>,
    /// When the list, a name in it or the primary timetable last changed.
    pub updated_at: Time,
}

/// A timetable in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimetableSummary {
    pub id: TimetableId,
    pub name: TimetableName,
}

impl SemesterTimetables {
    /// The maximum number of timetables of a user in a semester.
    pub const MAX: usize = 10;

    /// Creates a list with one timetable, which is primary.
    pub fn first(timetable: &Timetable) -> Self {
        Self {
            semester: timetable.semester,
            primary_id: timetable.id,
            timetables: vec![TimetableSummary::of(timetable)],
            updated_at: timetable.created_at,
        }
    }

    /// Returns the list with another timetable.
    ///
    /// # Errors
    /// [`Refusal::TimetablesFull`], [`Refusal::TimetableNameTaken`].
    pub fn with(&self, timetable: &Timetable, now: Time) -> Result<Self, Refusal> {
        if self.timetables.len() >= Self::MAX {
            return Err(Refusal::TimetablesFull);
        }
        self.check_name(timetable.id, &timetable.name)?;
        let mut list = self.touched(now);
        list.timetables.push(TimetableSummary::of(timetable));
        Ok(list)
    }

    /// Returns the list after changes to one of its timetables, or `None` if they do not change the list.
    ///
    /// # Errors
    /// [`Refusal::TimetableNameTaken`]; [`Refusal::PrimaryNeeded`] if no timetable would be primary.
    pub fn edit(&self, id: TimetableId, changes: &TimetableChanges, now: Time) -> Result<Option<Self>, Refusal> {
        let mut edited = self.touched(now);
        if let Some(name) = &changes.name {
            self.check_name(id, name)?;
            for listed in edited.timetables.iter_mut().filter(|listed| listed.id == id) {
                listed.name = name.clone();
            }
        }
        match changes.is_primary {
            Some(true) => edited.primary_id = id,
            Some(false) if self.primary_id == id => return Err(Refusal::PrimaryNeeded),
            _ => {}
        }
        let is_same = edited.timetables == self.timetables && edited.primary_id == self.primary_id;
        Ok((!is_same).then_some(edited))
    }

    /// Returns the list without one of its timetables, or `None` if it would be empty. If the primary timetable is
    /// removed, the newest of the others becomes primary.
    pub fn without(&self, id: TimetableId, now: Time) -> Option<Self> {
        let mut list = self.touched(now);
        list.timetables.retain(|listed| listed.id != id);
        let newest = list.timetables.iter().map(|listed| listed.id).max()?;
        if list.primary_id == id {
            list.primary_id = newest;
        }
        Some(list)
    }

    /// Checks that no other timetable of the list has the name.
    fn check_name(&self, own: TimetableId, name: &TimetableName) -> Result<(), Refusal> {
        let folded = fold(name.as_str());
        let is_taken = |listed: &TimetableSummary| listed.id != own && fold(listed.name.as_str()) == folded;
        if self.timetables.iter().any(is_taken) { Err(Refusal::TimetableNameTaken) } else { Ok(()) }
    }

    /// A copy with `updated_at` set to `now`. The time always increases, because concurrent writers detect a change by
    /// it.
    fn touched(&self, now: Time) -> Self {
        Self { updated_at: now.max(self.updated_at.plus_millis(1)), ..self.clone() }
    }
}

impl TimetableSummary {
    fn of(timetable: &Timetable) -> Self {
        Self { id: timetable.id, name: timetable.name.clone() }
    }
}
