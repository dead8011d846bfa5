//! `DELETE /timetables/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, TimetableId};
use campus_core::http::{Path, Problem};

/// Deletes a timetable of one's own. If it was the primary one, the newest of the semester's others becomes that.
#[utoipa::path(delete, path = "/timetables/{id}", tag = "timetable", params(("id" = inline(TimetableId), Path)),
    responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn delete_timetable(
    caller: Caller,
    Path(id): Path<TimetableId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, own) = tokio::join!(app.writers.admit(&caller), app.timetables.own(&caller, id));
    let (writer, own) = (writer?, own?);
    app.timetables.delete(&writer, &caller, own).await?;
    Ok(StatusCode::NO_CONTENT)
}
