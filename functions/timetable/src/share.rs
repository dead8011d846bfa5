//! Links by which anybody sees a timetable: making and ending them, and what they show.

pub(crate) mod calendar;
pub(crate) mod create;
pub(crate) mod end;
pub(crate) mod picture;
pub(crate) mod show;
mod token;

use campus_core::domain::{Semester, ShareHash, Timetable};
use campus_core::store::{Error, SharedTimetable};

pub(crate) use self::token::ShareToken;
use crate::state::{Known, Planner};

/// A link that is there.
struct Link {
    hash: ShareHash,
    to: SharedTimetable,
    semester: Semester,
}

impl Link {
    /// The link with this token.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it never was, or has ended: which of them is not told.
    async fn find(planner: &Planner, token: &ShareToken) -> Result<Self, Error> {
        let hash = token.hash();
        let to = planner.app.timetables.find_shared(&hash).await?;
        let semester = to.id.semester().ok_or(Error::NotFound)?;
        Ok(Self { hash, to, semester })
    }

    /// The timetable that it shows, and a catalogue that has its lectures.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it leads to what is gone.
    async fn load(&self, planner: &Planner) -> Result<(Timetable, Known), Error> {
        let timetable = planner.app.timetables.shared(&self.hash, &self.to);
        let (timetable, known) = tokio::try_join!(timetable, planner.catalogue(self.to.school, self.semester))?;
        let known = planner.complete(self.to.school, known, &timetable).await?;
        Ok((timetable, known))
    }
}
