//! `GET /lectures/{id}/reviews`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, LectureId};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Path, Problem};

use crate::reviews::view::ReviewView;
use crate::state::TimetableState;

/// Lists the reviews of the course of a lecture, newest first. A page after the first may be about a second old.
#[utoipa::path(get, path = "/lectures/{id}/reviews", tag = "reviews",
    params(("id" = LectureId, Path), PageParams),
    responses((status = 200, description = "A page of reviews.", body = Listing<ReviewView>)))]
pub(crate) async fn list_reviews(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(state): State<TimetableState>,
    page: PageRequest,
) -> Result<Json<Listing<ReviewView>>, Problem> {
    let (app, page) = (&state.app, &page);
    let read = |course| async move {
        let list = CursorScope::of(&caller, &format!("reviews of {course}"), &[]);
        let after = page.after(&app.cursors, &list)?;
        Ok((app.reviews.list(&caller, course, after, page.limit).await?, list))
    };
    let (_, (found, list)) = state.catalogues.lecture_and_course(caller.school, id, read).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, ReviewView::from)))
}
