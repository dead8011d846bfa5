//! `GET /boards/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{Path, Problem};

use crate::view::BoardView;

/// Shows a board.
#[utoipa::path(get, path = "/boards/{id}", tag = "boards", params(("id" = BoardId, Path)),
    responses((status = 200, description = "The board.", body = BoardView)))]
pub(crate) async fn show_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<Json<BoardView>, Problem> {
    let (board, is_pinned) = tokio::try_join!(app.boards.get(caller.school, id), app.pins.has(&caller, id))?;
    Ok(Json(BoardView::new(board, &caller, is_pinned)))
}
