//! `GET /timetables/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, TimetableId};
use campus_core::http::{MaybeUnverified, Path, Problem};
use campus_core::store::{Error, TimetableInSemester};

use crate::catalogue_cache::SemesterCatalogue;
use crate::state::TimetableState;
use crate::timetables::view::TimetableView;

/// Shows your timetable, or one that its owner lets you see.
#[utoipa::path(get, path = "/timetables/{id}", tag = "timetables", params(("id" = TimetableId, Path)),
    responses((status = 200, description = "The timetable.", body = TimetableView)))]
pub(crate) async fn show_timetable(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(state): State<TimetableState>,
) -> Result<Json<TimetableView>, Problem> {
    let (found, catalogue) = load_timetable(&state, &caller, id).await?;
    Ok(Json(TimetableView::new(found, &catalogue, &caller)))
}

/// A timetable that the caller can see, and a catalogue that contains its lectures.
///
/// # Errors
/// [`Error::NotFound`] if the timetable does not exist or the caller cannot see it.
pub(crate) async fn load_timetable(
    state: &TimetableState,
    caller: &Caller,
    id: TimetableId,
) -> Result<(TimetableInSemester, SemesterCatalogue), Error> {
    let semester = id.semester().ok_or(Error::NotFound)?;
    let (found, catalogue) =
        tokio::try_join!(state.app.timetables.get(caller, id), state.catalogues.get(caller.school, semester))?;
    let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue, &found.timetable).await?;
    Ok((found, catalogue))
}
