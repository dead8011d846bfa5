//! `PATCH /boards/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Anonymity, BoardChanges, BoardId, BoardName, Caller, Category, Description, Posting};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::view::BoardView;

request! {
    /// Changes to a board. Fields that you leave out do not change.
    #[derive(Debug, ToSchema)]
    pub(crate) struct BoardUpdate {}
    optional {
        category: Category,
        /// Unique within the school, case-insensitively.
        name: BoardName,
        description: Description,
        /// Applies to new posts and comments only.
        anonymity: Anonymity,
        /// Applies to new posts only.
        posting: Posting,
        hot_enabled: bool,
        /// An archived board is read-only: nothing can be written, edited or liked on it. Its posts can still be read,
        /// added to the scraps and deleted.
        is_archived: bool,
    }
}

/// Changes a board.
///
/// Only the board's manager and admins of the school can do this.
#[utoipa::path(patch, path = "/boards/{id}", tag = "boards", params(("id" = BoardId, Path)),
    request_body = BoardUpdate, responses(
    (status = 200, description = "The changed board.", body = BoardView),
    (status = 403, description = "`not_board_manager`."),
    (status = 409, description = "`board_name_taken`.")))]
pub(crate) async fn update_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
    JsonBody(body): JsonBody<BoardUpdate>,
) -> Result<Json<BoardView>, Problem> {
    let changes = BoardChanges {
        category: body.category,
        name: body.name,
        description: body.description,
        anonymity: body.anonymity,
        posting: body.posting,
        hot_enabled: body.hot_enabled,
        is_archived: body.is_archived,
    };
    let (access, board, is_pinned) =
        tokio::join!(app.authorizer.authorize(&caller), app.boards.get(caller.school, id), app.pins.has(&caller, id));
    let (access, board, is_pinned) = (access?, board?, is_pinned?);
    let board = app.boards.edit(&access, &caller, board, &changes).await?;
    Ok(Json(BoardView::new(board, &caller, is_pinned)))
}
