//! `DELETE /timetables/{id}/share`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::TimetableId;
use campus_core::http::{MaybeUnverified, Path, Problem};

/// Deletes the share link to your timetable, if there is one.
#[utoipa::path(delete, path = "/timetables/{id}/share", tag = "shares",
    params(("id" = TimetableId, Path)), responses(
    (status = 204, description = "The timetable has no share link."),
    (status = 403, description = "`not_timetable_owner`.")))]
pub(crate) async fn delete_share(
    MaybeUnverified(caller): MaybeUnverified,
    Path(id): Path<TimetableId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, timetable) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.timetables.get_own_timetable(&caller, id));
    let (access, timetable) = (access?, timetable?);
    app.timetables.set_share_link(&access, &caller, timetable, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
