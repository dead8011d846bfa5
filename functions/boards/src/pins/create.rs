//! `PUT /boards/{id}/pin`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{Path, Problem};

/// Pins a board.
///
/// A board that you have already pinned keeps its position.
#[utoipa::path(put, path = "/boards/{id}/pin", tag = "pins", params(("id" = BoardId, Path)),
    responses(
    (status = 204, description = "The board is pinned."),
    (status = 409, description = "`pins_full`: you have already pinned 100 boards.")))]
pub(crate) async fn pin_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, board, pinned) = tokio::join!(
        app.authorizer.authorize_despite_sanction(&caller),
        app.boards.get(caller.school, id),
        app.pins.all(&caller)
    );
    let (access, board) = (access?, board?);
    app.pins.add(&access, &caller, board.id, &pinned?).await?;
    Ok(StatusCode::NO_CONTENT)
}
