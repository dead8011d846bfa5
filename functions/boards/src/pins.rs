//! `PUT` and `DELETE /boards/{id}/pin`, `GET /boards/pinned`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BoardId, Caller};
use campus_core::http::{List, Listing, PageParams, PageRequest, Path, Problem};
use campus_core::store::{Error, Page};

use crate::view::BoardView;

/// Pins a board. A pinned one keeps its place.
#[utoipa::path(put, path = "/boards/{id}/pin", tag = "boards", params(("id" = inline(BoardId), Path)),
    responses(
    (status = 204, description = "It is pinned."),
    (status = 409, description = "`pins_full`: one has pinned 100 boards.")))]
pub(crate) async fn pin_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, board, pinned) =
        tokio::join!(app.writers.admit(&caller), app.boards.get(caller.school, id), app.pins.all(&caller));
    let (writer, board) = (writer?, board?);
    app.pins.add(&writer, &caller, board.id, &pinned?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unpins a board.
#[utoipa::path(delete, path = "/boards/{id}/pin", tag = "boards", params(("id" = inline(BoardId), Path)),
    responses((status = 204, description = "It is not pinned.")))]
pub(crate) async fn unpin_board(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, board, is_pinned) =
        tokio::join!(app.writers.admit(&caller), app.boards.get(caller.school, id), app.pins.has(&caller, id));
    let (writer, is_pinned) = (writer?, is_pinned?);
    match board {
        // A board that was deleted leaves its pins behind.
        Err(Error::NotFound) if is_pinned => {}
        board => drop(board?),
    }
    if is_pinned {
        app.pins.remove(&writer, &caller, id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the boards that one has pinned, in the order in which one pinned them.
#[utoipa::path(get, path = "/boards/pinned", tag = "boards", params(PageParams),
    responses((status = 200, description = "A page of boards.", body = Listing<BoardView>)))]
pub(crate) async fn list_pinned(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<BoardView>>, Problem> {
    let list = List::of(&caller, &format!("pinned by {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let Page { items: pinned, next } = app.pins.list(&caller, after, page.limit).await?;
    let boards = app.boards.get_all(caller.school, &pinned).await?;
    let page = Page { items: boards, next };
    Ok(Json(Listing::new(page, &app.cursors, &list, |board| BoardView::new(board, &caller, true))))
}
