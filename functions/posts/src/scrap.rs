//! `PUT` and `DELETE /posts/{id}/scrap`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Code, Path, Problem};

/// Puts a post among one's scraps. One that is there keeps its place.
#[utoipa::path(put, path = "/posts/{id}/scrap", tag = "posts", params(("id" = inline(PostId), Path)), responses(
    (status = 204, description = "It is among the scraps."),
    (status = 403, description = "`own_content`.")))]
pub(crate) async fn scrap_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.posts.find(caller.school, id));
    let (writer, found) = (writer?, found?);
    app.marks.scrap(&writer, &caller, &found.head).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a post out of one's scraps, also one that was deleted since.
#[utoipa::path(delete, path = "/posts/{id}/scrap", tag = "posts", params(("id" = inline(PostId), Path)),
    responses((status = 204, description = "It is not among the scraps.")))]
pub(crate) async fn unscrap_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (writer, looked_up) = tokio::join!(app.writers.admit(&caller), app.posts.look_up(&caller, id));
    let (writer, looked_up) = (writer?, looked_up?);
    if looked_up.live.is_none() && looked_up.mark.scrapped_at.is_none() {
        return Err(Code::NotFound.into());
    }
    app.marks.unscrap(&writer, &caller, &looked_up).await?;
    Ok(StatusCode::NO_CONTENT)
}
