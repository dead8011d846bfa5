//! `GET /timetables/{id}/picture.svg`.

mod grid;
mod text;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use campus_core::domain::{Timetable, TimetableId};
use campus_core::http::{MaybeUnverified, Path, Problem};

use crate::catalogue_cache::{SemesterCatalogue, lectures_of};
use crate::state::TimetableState;
use crate::timetables::show::load_timetable;

/// Shows a timetable as a picture of the week (SVG). The picture has only the days and hours that the timetable uses.
#[utoipa::path(get, path = "/timetables/{id}/picture.svg", tag = "timetables",
    params(("id" = TimetableId, Path)),
    responses((status = 200, description = "The picture.", body = String, content_type = "image/svg+xml")))]
pub(crate) async fn show_picture(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(state): State<TimetableState>,
) -> Result<impl IntoResponse, Problem> {
    let (found, catalogue) = load_timetable(&state, &caller, id).await?;
    Ok(picture_response(&found.timetable, &catalogue))
}

/// The response with the picture of a timetable.
pub(crate) fn picture_response(timetable: &Timetable, catalogue: &SemesterCatalogue) -> impl IntoResponse + use<> {
    let picture = grid::draw(timetable, &timetable.shown(lectures_of(catalogue)));
    // A browser that opens an SVG file treats it as a document. The policy forbids it to load or run anything.
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, picture)
}
