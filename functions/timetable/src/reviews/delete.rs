//! `DELETE /reviews/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ReviewId};
use campus_core::http::{Path, Problem};

/// Deletes a review.
///
/// Only its author and admins of the school can do this. After that, the author can write another review of the course.
#[utoipa::path(delete, path = "/reviews/{id}", tag = "reviews", params(("id" = ReviewId, Path)), responses(
    (status = 204, description = "The review is deleted."),
    (status = 403, description = "`not_author`.")))]
pub(crate) async fn delete_review(
    caller: Caller,
    Path(id): Path<ReviewId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.reviews.find(&caller, id));
    let (access, found) = (access?, found?);
    app.reviews.delete(&access, &caller, &found).await?;
    Ok(StatusCode::NO_CONTENT)
}
