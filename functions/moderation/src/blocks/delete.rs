//! `DELETE /blocks/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{BlockId, Caller};
use campus_core::http::{Code, Path, Problem};

/// Removes a block of yours.
///
/// If the other side blocks you, their block stays.
#[utoipa::path(delete, path = "/blocks/{id}", tag = "blocks", params(("id" = BlockId, Path)),
    responses((status = 204, description = "The block is removed.")))]
pub(crate) async fn delete_block(
    caller: Caller,
    Path(id): Path<BlockId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, blocks) = tokio::join!(app.authorizer.authorize_account(&caller), app.blocks.list(&caller));
    let (access, blocks) = (access?, blocks?);
    let block = blocks.find(id).ok_or(Code::NotFound)?;
    app.blocks.remove(&access, &caller, block.target).await?;
    Ok(StatusCode::NO_CONTENT)
}
