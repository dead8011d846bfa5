//! A student's timetables of one semester, in which names are unique and one is the primary one.

use serde::{Deserialize, Serialize};

use super::{Timetable, TimetableChanges, TimetableName};
use crate::domain::{Refusal, Semester, Time, TimetableId, fold};

/// All timetables of a student in a semester; there is at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// The semester.
    pub semester: Semester,
    /// The primary one.
    pub primary_id: TimetableId,
    /// The timetables.
    pub timetables: Vec<Listed>,
    /// When any of this last changed.
    pub updated_at: Time,
}

/// A timetable on a shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its id.
    pub id: TimetableId,
    /// Its name.
    pub name: TimetableName,
}

impl Shelf {
    /// The most timetables of a semester.
    pub const MOST: usize = 10;

    /// A shelf with one timetable, which is the primary one.
    pub fn first(timetable: &Timetable) -> Self {
        Self {
            semester: timetable.semester,
            primary_id: timetable.id,
            timetables: vec![Listed::of(timetable)],
            updated_at: timetable.created_at,
        }
    }

    /// The shelf with one more.
    ///
    /// # Errors
    /// [`Refusal::TimetablesFull`], [`Refusal::TimetableNameTaken`].
    pub fn with(&self, timetable: &Timetable, now: Time) -> Result<Self, Refusal> {
        if self.timetables.len() >= Self::MOST {
            return Err(Refusal::TimetablesFull);
        }
        self.check_name(timetable.id, &timetable.name)?;
        let mut shelf = self.touched(now);
        shelf.timetables.push(Listed::of(timetable));
        Ok(shelf)
    }

    /// The shelf after changes of one of its timetables; none if they do not concern it.
    ///
    /// # Errors
    /// [`Refusal::TimetableNameTaken`]; [`Refusal::PrimaryNeeded`] when none would be the primary one.
    pub fn edit(&self, id: TimetableId, changes: &TimetableChanges, now: Time) -> Result<Option<Self>, Refusal> {
        let mut shelf = self.touched(now);
        if let Some(name) = &changes.name {
            self.check_name(id, name)?;
            for listed in shelf.timetables.iter_mut().filter(|listed| listed.id == id) {
                listed.name = name.clone();
            }
        }
        match changes.is_primary {
            Some(true) => shelf.primary_id = id,
            Some(false) if self.primary_id == id => return Err(Refusal::PrimaryNeeded),
            _ => {}
        }
        let is_same = shelf.timetables == self.timetables && shelf.primary_id == self.primary_id;
        Ok((!is_same).then_some(shelf))
    }

    /// The shelf without one of its timetables; none if nothing is left. Where the primary one goes, the newest of the
    /// others takes its place.
    pub fn without(&self, id: TimetableId, now: Time) -> Option<Self> {
        let mut shelf = self.touched(now);
        shelf.timetables.retain(|listed| listed.id != id);
        let newest = shelf.timetables.iter().map(|listed| listed.id).max()?;
        if shelf.primary_id == id {
            shelf.primary_id = newest;
        }
        Some(shelf)
    }

    fn check_name(&self, own: TimetableId, name: &TimetableName) -> Result<(), Refusal> {
        let folded = fold(name.as_str());
        let is_taken = |listed: &Listed| listed.id != own && fold(listed.name.as_str()) == folded;
        if self.timetables.iter().any(is_taken) { Err(Refusal::TimetableNameTaken) } else { Ok(()) }
    }

    fn touched(&self, now: Time) -> Self {
        Self { updated_at: now.max(self.updated_at.plus_millis(1)), ..self.clone() }
    }
}

impl Listed {
    fn of(timetable: &Timetable) -> Self {
        Self { id: timetable.id, name: timetable.name.clone() }
    }
}
