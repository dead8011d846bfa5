//! `POST /friends/requests/{id}/accept`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, FriendshipId};
use campus_core::http::{Path, Problem};
use campus_core::store::Error;

use crate::friends::FriendView;

/// Accepts a friend request that you received.
///
/// You can repeat this request without an idempotency key. Accepting an accepted request changes nothing.
#[utoipa::path(post, path = "/friends/requests/{id}/accept", tag = "friend-requests",
    params(("id" = FriendshipId, Path)), responses(
    (status = 200, description = "The new friend.", body = FriendView),
    (status = 403, description = "`own_request`: you sent the request, so the other student has to accept it.")))]
pub(crate) async fn accept_friend_request(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(app): State<App>,
) -> Result<Json<FriendView>, Problem> {
    let (access, link) = tokio::join!(app.authorizer.authorize(&caller), app.friends.find(&caller, id));
    let (access, link) = (access?, link?);
    let friend = app.friends.accept(&access, &caller, link).await?;
    // An accepted request always has `since`; without it there is no friend to show.
    Ok(Json(FriendView::of(friend).ok_or(Error::NotFound)?))
}
