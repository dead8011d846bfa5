//! `POST /reviews/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, ReviewId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes a review. You cannot take a like back.
#[utoipa::path(post, path = "/reviews/{id}/like", tag = "reviews", params(("id" = ReviewId, Path)), responses(
    (status = 200, description = "The number of likes.", body = LikeCount),
    (status = 403, description = "`own_content`: you wrote the review. `content_blinded`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_review(
    caller: Caller,
    Path(id): Path<ReviewId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize(&caller), app.reviews.find(&caller, id));
    let (access, found) = (access?, found?);
    let like_count = app.reviews.like(&access, &caller, &found).await?;
    Ok(Json(LikeCount { like_count }))
}
