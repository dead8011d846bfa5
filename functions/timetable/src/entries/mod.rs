//! Entries of timetables.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod update;

use campus_core::domain::{Caller, Catalogue, EntryId, Time, Timetable};
use campus_core::http::Problem;
use campus_core::store::{Error, WriteAccess};

use crate::catalogue_cache::{SemesterCatalogue, lectures_of};
use crate::state::TimetableState;
use crate::timetables::view::EntryView;

/// Changes the caller's timetable by `change` and returns the entry whose id `change` returns. `change` runs again if
/// the timetable is modified meanwhile; it gets a catalogue that contains the timetable's lectures.
///
/// # Errors
/// Those of `change`; [`Error::NotFound`]; [`Error::Replayed`] and [`Error::KeyReused`] of the idempotency key.
async fn change_timetable(
    state: &TimetableState,
    access: &WriteAccess,
    caller: &Caller,
    timetable: Timetable,
    catalogue: &SemesterCatalogue,
    change: impl Fn(&Timetable, Option<&Catalogue>, Time) -> Result<(Timetable, EntryId), Problem>,
) -> Result<EntryView, Problem> {
    let change = |timetable: Timetable, now: Time| {
        let change = &change;
        async move {
            let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue.clone(), &timetable).await?;
            change(&timetable, lectures_of(&catalogue), now)
        }
    };
    let (timetable, entry) = state.app.timetables.change_entries(access, caller, timetable, change).await?;
    let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue.clone(), &timetable).await?;
    Ok(EntryView::find(&timetable, entry, &catalogue).ok_or(Error::NotFound)?)
}
