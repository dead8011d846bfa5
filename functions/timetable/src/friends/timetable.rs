//! `GET /friends/{id}/timetable`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, FriendshipId, Semester};
use campus_core::http::{Path, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use crate::state::TimetableState;
use crate::timetables::view::TimetableView;

request! {
    /// The timetable to show.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct FriendsTimetableQuery {
        /// The semester of the timetable.
        semester: Semester,
    }
}

/// Shows a friend's primary timetable of a semester, if its visibility is `friends` or `school`.
#[utoipa::path(get, path = "/friends/{id}/timetable", tag = "friends",
    params(("id" = FriendshipId, Path), FriendsTimetableQuery),
    responses((status = 200, description = "The timetable.", body = TimetableView)))]
pub(crate) async fn show_friends_timetable(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(state): State<TimetableState>,
    Query(query): Query<FriendsTimetableQuery>,
) -> Result<Json<TimetableView>, Problem> {
    let app = &state.app;
    let (friend, catalogue) =
        tokio::try_join!(app.friends.get(&caller, id), state.catalogues.get(caller.school, query.semester))?;
    let found = app.timetables.primary_of_friend(&caller, &friend, query.semester).await?;
    let catalogue = state.catalogues.get_for_timetable(caller.school, catalogue, &found.timetable).await?;
    Ok(Json(TimetableView::new(found, &catalogue, &caller)))
}
