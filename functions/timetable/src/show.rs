//! `GET /timetables/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, TimetableId};
use campus_core::http::{Path, Problem};
use campus_core::store::{Error, PlacedTimetable};

use crate::state::{Known, Planner};
use crate::view::TimetableView;

/// Shows a timetable: one's own, or one that its owner lets be seen.
#[utoipa::path(get, path = "/timetables/{id}", tag = "timetable", params(("id" = inline(TimetableId), Path)),
    responses((status = 200, description = "The timetable.", body = TimetableView)))]
pub(crate) async fn show_timetable(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(planner): State<Planner>,
) -> Result<Json<TimetableView>, Problem> {
    let (placed, known) = load(&planner, &caller, id).await?;
    Ok(Json(TimetableView::new(placed, &known)))
}

/// The timetable as it now stands, and a catalogue that has its lectures.
pub(crate) async fn load(
    planner: &Planner,
    caller: &Caller,
    id: TimetableId,
) -> Result<(PlacedTimetable, Known), Error> {
    let semester = id.semester().ok_or(Error::NotFound)?;
    let (placed, known) =
        tokio::try_join!(planner.app.timetables.get(caller, id), planner.catalogue(caller.school, semester))?;
    let known = planner.complete(caller.school, known, &placed.timetable).await?;
    Ok((placed, known))
}
