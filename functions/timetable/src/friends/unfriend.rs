//! `DELETE /friends/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, FriendshipId};
use campus_core::http::{Path, Problem};

/// Ends a friendship, for both and at once.
#[utoipa::path(delete, path = "/friends/{id}", tag = "timetable", params(("id" = inline(FriendshipId), Path)),
    responses((status = 204, description = "The two are no friends any more.")))]
pub(crate) async fn unfriend(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, friend) = tokio::join!(app.writers.admit(&caller), app.friends.get(&caller, id));
    let (writer, friend) = (writer?, friend?);
    app.friends.end(&writer, &caller, &friend).await?;
    Ok(StatusCode::NO_CONTENT)
}
