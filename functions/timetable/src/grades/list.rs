//! `GET /grades`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::http::{MaybeUnverified, Problem};

use crate::grades::view::GradesView;

/// Shows your means, your credits and the totals of each semester.
#[utoipa::path(get, path = "/grades", tag = "grades",
    responses((status = 200, description = "Your grades.", body = GradesView)))]
pub(crate) async fn list_grades(
    MaybeUnverified(caller): MaybeUnverified,
    State(app): State<App>,
) -> Result<Json<GradesView>, Problem> {
    let stored = app.grades.get(&caller).await?;
    Ok(Json(GradesView::new(&stored.gradebook)))
}
