//! `GET /boards/pinned`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::Caller;
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem};
use campus_core::store::Page;

use crate::view::BoardView;

/// Lists the boards that you have pinned, in the order in which you pinned them.
#[utoipa::path(get, path = "/boards/pinned", tag = "pins", params(PageParams),
    responses((status = 200, description = "A page of boards.", body = Listing<BoardView>)))]
pub(crate) async fn list_pinned_boards(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<BoardView>>, Problem> {
    let list = CursorScope::of(&caller, &format!("pinned by {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let Page { items: pinned, next } = app.pins.list(&caller, after, page.limit).await?;
    let boards = app.boards.get_all(caller.school, &pinned).await?;
    let page = Page { items: boards, next };
    Ok(Json(Listing::new(page, &app.cursors, &list, |board| BoardView::new(board, &caller, true))))
}
