//! `DELETE /boards/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{Path, Problem};

/// Deletes a board and its posts.
///
/// They disappear at once. Only the board's manager and admins of the school can do this.
#[utoipa::path(delete, path = "/boards/{id}", tag = "boards", params(("id" = BoardId, Path)), responses(
    (status = 204, description = "The board is deleted."),
    (status = 403, description = "`not_board_manager`.")))]
pub(crate) async fn delete_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, board) = tokio::join!(app.authorizer.authorize(&caller), app.boards.get(caller.school, id));
    let (access, board) = (access?, board?);
    app.boards.delete(&access, &caller, board).await?;
    Ok(StatusCode::NO_CONTENT)
}
