//! Links by which anybody sees a timetable: making and ending them, and what they show.

pub(crate) mod calendar;
pub(crate) mod create;
pub(crate) mod end;
pub(crate) mod picture;
pub(crate) mod show;
mod token;

use campus_core::domain::{ShareHash, Timetable};
use campus_core::store::{Error, SharedTimetable};

pub(crate) use self::token::ShareToken;
use crate::state::{Known, Planner};

/// What a link shows: the timetable, its place, and the catalogue of its semester.
struct Shared {
    hash: ShareHash,
    place: SharedTimetable,
    timetable: Timetable,
    known: Known,
}

/// What the link with this token shows now.
///
/// # Errors
/// [`Error::NotFound`] when it never was, has ended, or leads to what is gone: which of them is not told.
async fn load(planner: &Planner, token: &ShareToken) -> Result<Shared, Error> {
    let hash = token.hash();
    let place = planner.app.timetables.find_shared(&hash).await?;
    let semester = place.id.semester().ok_or(Error::NotFound)?;
    let (timetable, known) =
        tokio::try_join!(planner.app.timetables.shared(&hash, &place), planner.catalogue(place.school, semester))?;
    Ok(Shared { hash, place, timetable, known })
}
