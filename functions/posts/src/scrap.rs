//! `PUT` and `DELETE /posts/{id}/scrap`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Code, Path, Problem};

/// Adds a post to your scraps.
///
/// A post that is already among your scraps keeps its position.
#[utoipa::path(put, path = "/posts/{id}/scrap", tag = "scraps", params(("id" = PostId, Path)), responses(
    (status = 204, description = "The post is among your scraps."),
    (status = 403, description = "`own_content`: the post is yours. `content_blinded`.")))]
pub(crate) async fn scrap_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.posts.find(caller.school, id));
    let (access, found) = (access?, found?);
    app.reactions.scrap(&access, &caller, &found.head).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a post from your scraps.
///
/// This also works if the post has been deleted.
#[utoipa::path(delete, path = "/posts/{id}/scrap", tag = "scraps", params(("id" = PostId, Path)),
    responses((status = 204, description = "The post is not among your scraps.")))]
pub(crate) async fn unscrap_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, post) =
        tokio::join!(app.authorizer.authorize_despite_sanction(&caller), app.posts.find_live_or_deleted(&caller, id));
    let (access, post) = (access?, post?);
    if post.live.is_none() && post.reaction.scrapped_at.is_none() {
        return Err(Code::NotFound.into());
    }
    app.reactions.unscrap(&access, &caller, &post).await?;
    Ok(StatusCode::NO_CONTENT)
}
