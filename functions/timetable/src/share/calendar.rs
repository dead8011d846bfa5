//! `GET /shared-timetables/{token}/calendar.ics`.

use axum::extract::State;
use axum::response::IntoResponse;
use campus_core::http::{Path, Problem};

use super::token::name_of;
use super::{Link, ShareToken};
use crate::calendar::{answer, calendar, midnight};
use crate::state::Planner;
use crate::view::catalogue;

/// The timetable that a link leads to, for calendar programs. Its events are said to be of the first day of the term, or
/// of when the catalogue last changed the lecture, and have names of the link's own: when the timetable was made or
/// changed is not told.
#[utoipa::path(get, path = "/shared-timetables/{token}/calendar.ics", tags = ["timetable", "public"],
    params(("token" = String, Path)),
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar")))]
pub(crate) async fn show_shared_calendar(
    Path(token): Path<ShareToken>,
    State(planner): State<Planner>,
) -> Result<impl IntoResponse, Problem> {
    let link = Link::find(&planner, &token).await?;
    let ((timetable, known), term) =
        tokio::try_join!(link.load(&planner), planner.app.terms.get(link.to.school, link.semester))?;
    let entries = timetable.shown(catalogue(&known));
    let calendar = calendar(&timetable, &entries, term, midnight(term.first_day), |entry| name_of(entry, &link.hash));
    Ok(answer(calendar))
}
