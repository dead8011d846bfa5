//! `PATCH /boards/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Anonymity, BoardChanges, BoardId, BoardName, Caller, Category, Description};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::view::BoardView;

request! {
    /// What to change of a board; what is absent stays.
    #[derive(Debug, ToSchema)]
    pub(crate) struct BoardEdit {}
    optional {
        #[schema(inline)]
        category: Category,
        /// Unique within the school, without regard to case.
        #[schema(inline)]
        name: BoardName,
        #[schema(inline)]
        description: Description,
        /// For what is written from now on; what stands keeps its own.
        #[schema(inline)]
        anonymity: Anonymity,
        #[schema(inline)]
        hot_enabled: bool,
    }
}

/// Changes a board. For its manager and the school's admins.
#[utoipa::path(patch, path = "/boards/{id}", tag = "boards", params(("id" = inline(BoardId), Path)),
    request_body = BoardEdit, responses(
    (status = 200, description = "The board as it is now.", body = BoardView),
    (status = 403, description = "`not_board_manager`."),
    (status = 409, description = "`board_name_taken`.")))]
pub(crate) async fn edit_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
    JsonBody(body): JsonBody<BoardEdit>,
) -> Result<Json<BoardView>, Problem> {
    let changes = BoardChanges {
        category: body.category,
        name: body.name,
        description: body.description,
        anonymity: body.anonymity,
        hot_enabled: body.hot_enabled,
    };
    let (writer, board, is_pinned) =
        tokio::join!(app.writers.admit(&caller), app.boards.get(caller.school, id), app.pins.has(&caller, id));
    let (writer, board, is_pinned) = (writer?, board?, is_pinned?);
    let board = app.boards.edit(&writer, &caller, board, &changes).await?;
    Ok(Json(BoardView::new(board, &caller, is_pinned)))
}
