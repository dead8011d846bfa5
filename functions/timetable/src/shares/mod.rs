//! Share links, which show a timetable to anyone without a login.

pub(crate) mod calendar;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod picture;
pub(crate) mod show;
mod token;

use campus_core::domain::{Semester, ShareHash, Timetable};
use campus_core::store::{Error, SharedTimetable};

pub(crate) use self::token::ShareToken;
use crate::catalogue_cache::SemesterCatalogue;
use crate::state::TimetableState;

/// An existing share link.
struct ShareLink {
    hash: ShareHash,
    target: SharedTimetable,
    semester: Semester,
}

impl ShareLink {
    /// The link with this token.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such link. Deleted links are not distinguished from those that never existed.
    async fn find(state: &TimetableState, token: &ShareToken) -> Result<Self, Error> {
        let hash = token.hash();
        let target = state.app.timetables.find_share_link(&hash).await?;
        let semester = target.id.semester().ok_or(Error::NotFound)?;
        Ok(Self { hash, target, semester })
    }

    /// The timetable of the link, and a catalogue that contains its lectures.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the timetable or the link was deleted meanwhile.
    async fn load(&self, state: &TimetableState) -> Result<(Timetable, SemesterCatalogue), Error> {
        let timetable = state.app.timetables.get_shared(&self.hash, &self.target);
        let (timetable, catalogue) =
            tokio::try_join!(timetable, state.catalogues.get(self.target.school, self.semester))?;
        let catalogue = state.catalogues.get_for_timetable(self.target.school, catalogue, &timetable).await?;
        Ok((timetable, catalogue))
    }
}
