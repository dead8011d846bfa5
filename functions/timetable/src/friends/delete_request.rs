//! `DELETE /friends/requests/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, FriendshipId};
use campus_core::http::{Path, Problem};

/// Declines a request that one has got, or takes back one's own. Both can ask again.
#[utoipa::path(delete, path = "/friends/requests/{id}", tag = "timetable",
    params(("id" = inline(FriendshipId), Path)), responses((status = 204, description = "It is gone, for both.")))]
pub(crate) async fn delete_friend_request(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, request) = tokio::join!(app.writers.admit(&caller), app.friends.get_request(&caller, id));
    let (writer, request) = (writer?, request?);
    app.friends.end(&writer, &caller, &request).await?;
    Ok(StatusCode::NO_CONTENT)
}
