//! `GET /shared-timetables/{token}/calendar.ics`.

use axum::extract::State;
use axum::response::IntoResponse;
use campus_core::http::{Path, Problem};

use super::{ShareLink, ShareToken};
use crate::catalogue_cache::lectures_of;
use crate::state::TimetableState;
use crate::timetables::calendar::{calendar_response, write_others_calendar};

/// Shows the timetable of a share link as a calendar file (iCalendar, RFC 5545), with the events of
/// `GET /timetables/{id}/calendar.ics`.
///
/// The file does not reveal when the timetable was created or changed. The time stamps of its events are the first day
/// of the term, or the last change of the term or of the lecture in the catalogue if that is later.
#[utoipa::path(get, path = "/shared-timetables/{token}/calendar.ics", tag = "shares", security(()),
    params(("token" = String, Path)),
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar")))]
pub(crate) async fn show_shared_calendar(
    Path(token): Path<ShareToken>,
    State(state): State<TimetableState>,
) -> Result<impl IntoResponse, Problem> {
    let link = ShareLink::find(&state, &token).await?;
    let ((timetable, catalogue), term) =
        tokio::try_join!(link.load(&state), state.app.terms.get(link.target.school, link.semester))?;
    let entries = timetable.shown(lectures_of(&catalogue));
    Ok(calendar_response(write_others_calendar(&timetable, &entries, &term, link.hash.as_str())))
}
