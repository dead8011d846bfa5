//! `DELETE /timetables/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::TimetableId;
use campus_core::http::{MaybeUnverified, Path, Problem};

/// Deletes your timetable. If it was the primary one, your newest other timetable of the semester becomes primary.
#[utoipa::path(delete, path = "/timetables/{id}", tag = "timetables", params(("id" = TimetableId, Path)),
    responses(
    (status = 204, description = "The timetable is deleted."),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn delete_timetable(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, own) = tokio::join!(app.authorizer.authorize_account(&caller), app.timetables.get_own(&caller, id));
    let (access, own) = (access?, own?);
    app.timetables.delete(&access, &caller, own).await?;
    Ok(StatusCode::NO_CONTENT)
}
