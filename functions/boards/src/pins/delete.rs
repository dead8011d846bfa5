//! `DELETE /boards/{id}/pin`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{Path, Problem};
use campus_core::store::Error;

/// Unpins a board.
#[utoipa::path(delete, path = "/boards/{id}/pin", tag = "pins", params(("id" = BoardId, Path)),
    responses((status = 204, description = "The board is not pinned.")))]
pub(crate) async fn unpin_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, board, is_pinned) = tokio::join!(
        app.authorizer.authorize_despite_sanction(&caller),
        app.boards.get(caller.school, id),
        app.pins.has(&caller, id)
    );
    let (access, is_pinned) = (access?, is_pinned?);
    match board {
        // Deleting a board does not delete its pins.
        Err(Error::NotFound) if is_pinned => {}
        board => drop(board?),
    }
    if is_pinned {
        app.pins.remove(&access, &caller, id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
