//! `DELETE /boards/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{Path, Problem};

/// Deletes a board and its posts.
///
/// They disappear at once. Admins of the school can do this, and the board's manager as long as nobody else has posted on
/// the board, or answered a question there.
#[utoipa::path(delete, path = "/boards/{id}", tag = "boards", params(("id" = BoardId, Path)), responses(
    (status = 204, description = "The board is deleted."),
    (status = 403, description = "`not_board_manager`."),
    (status = 409, description = "`board_has_posts`: others have written on the board. Archive it instead.")))]
pub(crate) async fn delete_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, board) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.boards.get(caller.school, id));
    let (access, board) = (access?, board?);
    app.boards.delete(&access, &caller, board).await?;
    Ok(StatusCode::NO_CONTENT)
}
