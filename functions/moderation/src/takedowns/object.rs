//! `POST /takedowns/{id}/objection`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, TakedownId};
use campus_core::http::{Path, Problem};

/// Objects to a takedown request that restricts something that you wrote.
///
/// At the end of the restriction it is visible again. Objecting again changes nothing.
#[utoipa::path(post, path = "/takedowns/{id}/objection", tag = "takedowns", params(("id" = TakedownId, Path)), responses(
    (status = 204, description = "You have objected."),
    (status = 409, description = "`appeal_closed`: the request does not restrict it, or the 30 days are over.")))]
pub(crate) async fn object_to_takedown(
    caller: Caller,
    Path(id): Path<TakedownId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, takedown) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.takedowns.find(caller.school, id));
    let (access, takedown) = (access?, takedown?);
    app.takedowns.object(&access, &caller, takedown).await?;
    Ok(StatusCode::NO_CONTENT)
}
