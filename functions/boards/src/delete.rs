//! `DELETE /boards/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{Path, Problem};

/// Deletes a board; it and its posts are gone at once. For its manager and the school's admins.
#[utoipa::path(delete, path = "/boards/{id}", tag = "boards", params(("id" = inline(BoardId), Path)), responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "`not_board_manager`.")))]
pub(crate) async fn delete_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, board) = tokio::join!(app.writers.admit(&caller), app.boards.get(caller.school, id));
    let (writer, board) = (writer?, board?);
    app.boards.delete(&writer, &caller, board).await?;
    Ok(StatusCode::NO_CONTENT)
}
