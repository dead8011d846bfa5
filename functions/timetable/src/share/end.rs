//! `DELETE /timetables/{id}/share`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, TimetableId};
use campus_core::http::{Path, Problem};

/// Ends the link to a timetable of one's own, if it has one.
#[utoipa::path(delete, path = "/timetables/{id}/share", tag = "timetable",
    params(("id" = inline(TimetableId), Path)), responses(
    (status = 204, description = "No link leads to it."),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn unshare_timetable(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, timetable) = tokio::join!(app.writers.admit(&caller), app.timetables.own_alone(&caller, id));
    let (writer, timetable) = (writer?, timetable?);
    app.timetables.share(&writer, &caller, timetable, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
