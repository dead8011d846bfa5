//! `GET /grades/{semester}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::Semester;
use campus_core::http::{MaybeUnverified, Path, Problem};

use crate::grades::view::SemesterGradesView;

/// Shows your courses of a semester. A semester that you have not filled in has none.
#[utoipa::path(get, path = "/grades/{semester}", tag = "grades", params(("semester" = Semester, Path)),
    responses((status = 200, description = "The courses.", body = SemesterGradesView)))]
pub(crate) async fn show_semester_grades(
    MaybeUnverified(caller): MaybeUnverified,
    Path(semester): Path<Semester>,
    State(app): State<App>,
) -> Result<Json<SemesterGradesView>, Problem> {
    let stored = app.grades.get(&caller).await?;
    Ok(Json(SemesterGradesView::new(&stored.gradebook, semester)))
}
