//! `GET /lectures/{id}/reviews`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, LectureId};
use campus_core::http::{List, Listing, PageParams, PageRequest, Path, Problem};

use crate::review_view::ReviewView;
use crate::state::Planner;

/// Lists the reviews of a lecture's course, newest first.
#[utoipa::path(get, path = "/lectures/{id}/reviews", tag = "timetable",
    params(("id" = inline(LectureId), Path), PageParams),
    responses((status = 200, description = "A page of reviews.", body = Listing<ReviewView>)))]
pub(crate) async fn list_reviews(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(planner): State<Planner>,
    page: PageRequest,
) -> Result<Json<Listing<ReviewView>>, Problem> {
    let app = &planner.app;
    let course = planner.lecture(caller.school, id).await?.facts.course();
    let list = List::of(&caller, &format!("reviews of {course}"), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.reviews.list(&caller, course, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, ReviewView::from)))
}
