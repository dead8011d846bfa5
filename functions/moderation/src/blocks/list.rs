//! `GET /blocks`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::Caller;
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem};

use super::BlockView;

/// Lists your blocks, newest first.
///
/// A block of a thread (`POST /messages/{thread_id}/block`) is listed, too, unless you are the anonymous author whom the
/// other side wrote to: such a block covers threads only, and is removed at the thread.
#[utoipa::path(get, path = "/blocks", tag = "blocks", params(PageParams),
    responses((status = 200, description = "A page of blocks.", body = Listing<BlockView>)))]
pub(crate) async fn list_blocks(
    caller: Caller,
    State(app): State<App>,
    page: PageRequest,
) -> Result<Json<Listing<BlockView>>, Problem> {
    let list = CursorScope::of(&caller, &format!("blocks of {}", caller.user), &[]);
    let after = page.after(&app.cursors, &list)?;
    let found = app.blocks.page(&caller, after, page.limit).await?;
    Ok(Json(Listing::new(found, &app.cursors, &list, BlockView::from)))
}
