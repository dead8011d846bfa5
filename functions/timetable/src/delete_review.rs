//! `DELETE /reviews/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, ReviewId};
use campus_core::http::{Path, Problem};

/// Deletes a review of one's own; from then on one may write another. Nobody else may, admins neither.
#[utoipa::path(delete, path = "/reviews/{id}", tag = "timetable", params(("id" = inline(ReviewId), Path)), responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_author`.")))]
pub(crate) async fn delete_review(
    caller: Caller,
    Path(id): Path<ReviewId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.reviews.find(&caller, id));
    let (writer, found) = (writer?, found?);
    app.reviews.delete(&writer, &caller, &found).await?;
    Ok(StatusCode::NO_CONTENT)
}
