//! `DELETE /friends/requests/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, FriendshipId};
use campus_core::http::{Path, Problem};

/// Declines a friend request that you received, or withdraws one that you sent.
///
/// A request that you decline stays in the list of its sender, who does not learn about it. Further requests of the sender
/// do not reach you for 30 days, unless you send one yourself.
#[utoipa::path(delete, path = "/friends/requests/{id}", tag = "friend-requests",
    params(("id" = FriendshipId, Path)), responses((status = 204, description = "The request is gone from your list.")))]
pub(crate) async fn delete_friend_request(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, request) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.friends.get_request(&caller, id));
    let (access, request) = (access?, request?);
    app.friends.end(&access, &caller, &request).await?;
    Ok(StatusCode::NO_CONTENT)
}
