//! `DELETE /timetables/{id}/entries/{entry_id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{EntryId, Time, Timetable, TimetableId};
use campus_core::http::{MaybeUnverified, Path, Problem};
use campus_core::store::Error;

/// Removes an entry from your timetable.
#[utoipa::path(delete, path = "/timetables/{id}/entries/{entry_id}", tag = "entries",
    params(("id" = TimetableId, Path), ("entry_id" = EntryId, Path)), responses(
    (status = 204, description = "The entry is removed."),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn delete_entry(
    MaybeUnverified(caller): MaybeUnverified,
    Path((id, entry_id)): Path<(TimetableId, EntryId)>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, timetable) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.timetables.get_own_timetable(&caller, id));
    let (access, timetable) = (access?, timetable?);
    let remove = async |timetable: Timetable, now: Time| {
        let changed = timetable.remove_entry(entry_id, now).ok_or(Error::NotFound)?;
        Ok::<_, Error>((changed, entry_id))
    };
    app.timetables.change_entries(&access, &caller, timetable, remove).await?;
    Ok(StatusCode::NO_CONTENT)
}
