//! `DELETE /friends/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, FriendshipId};
use campus_core::http::{Path, Problem};

/// Ends a friendship, for both sides.
#[utoipa::path(delete, path = "/friends/{id}", tag = "friends", params(("id" = FriendshipId, Path)),
    responses((status = 204, description = "You are no longer friends.")))]
pub(crate) async fn delete_friend(
    caller: Caller,
    Path(id): Path<FriendshipId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, friend) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.friends.get(&caller, id));
    let (access, friend) = (access?, friend?);
    app.friends.end(&access, &caller, &friend).await?;
    Ok(StatusCode::NO_CONTENT)
}
