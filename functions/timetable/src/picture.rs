//! `GET /timetables/{id}/picture.svg`.

mod grid;
mod text;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use campus_core::domain::{Caller, Timetable, TimetableId};
use campus_core::http::{Path, Problem};

use crate::show::load;
use crate::state::{Known, Planner};
use crate::view::catalogue;

/// A timetable as a picture: the week, drawn to the days and hours that are used.
#[utoipa::path(get, path = "/timetables/{id}/picture.svg", tag = "timetable",
    params(("id" = inline(TimetableId), Path)),
    responses((status = 200, description = "The picture.", body = String, content_type = "image/svg+xml")))]
pub(crate) async fn show_picture(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(planner): State<Planner>,
) -> Result<impl IntoResponse, Problem> {
    let (placed, known) = load(&planner, &caller, id).await?;
    Ok(answer(&placed.timetable, &known))
}

/// The timetable as a picture.
pub(crate) fn answer(timetable: &Timetable, known: &Known) -> impl IntoResponse + use<> {
    let picture = grid::draw(timetable, &timetable.shown(catalogue(known)));
    // Opened by itself, a picture is a document. This one needs nothing, so it may load and run nothing.
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, picture)
}
