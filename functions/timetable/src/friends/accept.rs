//! `POST /friends/requests/{id}/accept`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, FriendshipId};
use campus_core::http::{Path, Problem};
use campus_core::store::Error;

use super::FriendView;

/// Accepts a request that one has got. It makes nothing that was not asked for, so that it may be sent again, without a
/// key: what has been accepted stays as it is.
#[utoipa::path(post, path = "/friends/requests/{id}/accept", tag = "timetable",
    params(("id" = inline(FriendshipId), Path)), responses(
    (status = 200, description = "The friend.", body = FriendView),
    (status = 403, description = "`own_request`: the other one has to accept it.")))]
pub(crate) async fn accept_friend_request(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(app): State<App>,
) -> Result<Json<FriendView>, Problem> {
    let (writer, known) = tokio::join!(app.writers.admit(&caller), app.friends.find(&caller, id));
    let (writer, known) = (writer?, known?);
    let friend = app.friends.accept(&writer, &caller, known).await?;
    Ok(Json(FriendView::of(friend).ok_or(Error::NotFound)?))
}
