//! `DELETE /timetables/{id}/entries/{entry_id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, EntryId, Time, Timetable, TimetableId};
use campus_core::http::{Path, Problem};
use campus_core::store::Error;

/// Takes an entry out of one's own timetable.
#[utoipa::path(delete, path = "/timetables/{id}/entries/{entry_id}", tag = "timetable",
    params(("id" = inline(TimetableId), Path), ("entry_id" = inline(EntryId), Path)), responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn remove_entry(
    caller: Caller,
    Path((id, entry_id)): Path<(TimetableId, EntryId)>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, timetable) = tokio::join!(app.writers.admit(&caller), app.timetables.own_alone(&caller, id));
    let (writer, timetable) = (writer?, timetable?);
    let remove = async |timetable: Timetable, now: Time| {
        let shorter = timetable.remove_entry(entry_id, now).ok_or(Error::NotFound)?;
        Ok::<_, Error>((shorter, entry_id))
    };
    app.timetables.change(&writer, &caller, timetable, remove).await?;
    Ok(StatusCode::NO_CONTENT)
}
