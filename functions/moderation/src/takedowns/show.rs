//! `GET /moderation/takedowns/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, Refusal, TakedownId};
use campus_core::http::{Path, Problem};

use crate::state::ModerationState;
use crate::takedowns::view::TakedownView;

/// Shows a takedown request of your school, with the pictures of what it is about.
///
/// Only admins can do this. A request about something that you wrote does not exist for you.
#[utoipa::path(get, path = "/moderation/takedowns/{id}", tag = "moderation", params(("id" = TakedownId, Path)),
    responses(
    (status = 200, description = "The takedown request.", body = TakedownView),
    (status = 403, description = "`not_admin`.")))]
pub(crate) async fn show_takedown(
    caller: Caller,
    Path(id): Path<TakedownId>,
    State(state): State<ModerationState>,
) -> Result<Json<TakedownView>, Problem> {
    caller.permission(false, Refusal::NotAdmin)?;
    let (seen, media_folder) = state.app.takedowns.show(&caller, id).await?;
    Ok(Json(TakedownView::with_pictures(seen, media_folder, &state.bucket.signer().await?)?))
}
