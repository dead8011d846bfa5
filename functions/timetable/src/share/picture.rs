//! `GET /shared-timetables/{token}/picture.svg`.

use axum::extract::State;
use axum::response::IntoResponse;
use campus_core::http::{Path, Problem};

use super::{Link, ShareToken};
use crate::picture::answer;
use crate::state::Planner;

/// The timetable that a link leads to, as a picture.
#[utoipa::path(get, path = "/shared-timetables/{token}/picture.svg", tags = ["timetable", "public"],
    params(("token" = String, Path)),
    responses((status = 200, description = "The picture.", body = String, content_type = "image/svg+xml")))]
pub(crate) async fn show_shared_picture(
    Path(token): Path<ShareToken>,
    State(planner): State<Planner>,
) -> Result<impl IntoResponse, Problem> {
    let (timetable, known) = Link::find(&planner, &token).await?.load(&planner).await?;
    Ok(answer(&timetable, &known))
}
