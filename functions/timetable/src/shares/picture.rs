//! `GET /shared-timetables/{token}/picture.svg`.

use axum::extract::State;
use axum::response::IntoResponse;
use campus_core::http::{Path, Problem};

use super::{ShareLink, ShareToken};
use crate::state::TimetableState;
use crate::timetables::picture::picture_response;

/// Shows the timetable of a share link as a picture of the week (SVG).
#[utoipa::path(get, path = "/shared-timetables/{token}/picture.svg", tag = "shares", security(()),
    params(("token" = String, Path)),
    responses((status = 200, description = "The picture.", body = String, content_type = "image/svg+xml")))]
pub(crate) async fn show_shared_picture(
    Path(token): Path<ShareToken>,
    State(state): State<TimetableState>,
) -> Result<impl IntoResponse, Problem> {
    let (timetable, catalogue) = ShareLink::find(&state, &token).await?.load(&state).await?;
    Ok(picture_response(&timetable, &catalogue))
}
