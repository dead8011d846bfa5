//! `GET /lectures/{id}/exam-infos`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, LectureId};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Path, Problem};

use crate::exam_infos::view::ExamInfoView;
use crate::state::TimetableState;

/// Lists the exam infos of the course of a lecture, newest first. A page after the first may be about a second old.
#[utoipa::path(get, path = "/lectures/{id}/exam-infos", tag = "exam-infos",
    params(("id" = LectureId, Path), PageParams),
    responses((status = 200, description = "A page of exam infos.", body = Listing<ExamInfoView>)))]
pub(crate) async fn list_exam_infos(
    caller: Caller,
    Path(id): Path<LectureId>,
    State(state): State<TimetableState>,
    page: PageRequest,
) -> Result<Json<Listing<ExamInfoView>>, Problem> {
    let (app, page) = (&state.app, &page);
    let read = |course| async move {
        let list = CursorScope::of(&caller, &format!("exam infos of {course}"), &[]);
        let after = page.after(&app.cursors, &list)?;
        Ok((app.exam_infos.list(&caller, course, after, page.limit).await?, list))
    };
    let (_, (found, list)) = state.catalogues.lecture_and_course(caller.school, id, read).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, ExamInfoView::from)))
}
