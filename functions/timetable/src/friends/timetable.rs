//! `GET /friends/{id}/timetable`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, FriendshipId, Semester};
use campus_core::http::{Path, Problem, Query};
use campus_core::request;
use utoipa::IntoParams;

use crate::state::Planner;
use crate::view::TimetableView;

request! {
    /// Which timetable to show.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct FriendsTimetableQuery {
        /// The friend's primary one of this semester.
        #[param(inline)]
        semester: Semester,
    }
}

/// Shows a friend's primary timetable of a semester, if friends may see it.
#[utoipa::path(get, path = "/friends/{id}/timetable", tag = "timetable",
    params(("id" = inline(FriendshipId), Path), FriendsTimetableQuery),
    responses((status = 200, description = "The timetable.", body = TimetableView)))]
pub(crate) async fn show_friends_timetable(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(planner): State<Planner>,
    Query(query): Query<FriendsTimetableQuery>,
) -> Result<Json<TimetableView>, Problem> {
    let app = &planner.app;
    let (friend, known) =
        tokio::try_join!(app.friends.get(&caller, id), planner.catalogue(caller.school, query.semester))?;
    let placed = app.timetables.of_friend(&caller, &friend, query.semester).await?;
    let known = planner.complete(caller.school, known, &placed.timetable).await?;
    Ok(Json(TimetableView::new(placed, &known)))
}
