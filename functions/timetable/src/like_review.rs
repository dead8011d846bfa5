//! `POST /reviews/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, ReviewId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes a review, once and for good.
#[utoipa::path(post, path = "/reviews/{id}/like", tag = "timetable", params(("id" = inline(ReviewId), Path)), responses(
    (status = 200, description = "How many like it.", body = LikeCount),
    (status = 403, description = "`own_content`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_review(
    caller: Caller,
    Path(id): Path<ReviewId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.reviews.find(&caller, id));
    let (writer, found) = (writer?, found?);
    let like_count = app.reviews.like(&writer, &caller, &found).await?;
    Ok(Json(LikeCount { like_count }))
}
