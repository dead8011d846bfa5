//! `PUT` and `DELETE /posts/{id}/mute`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Code, Path, Problem};

/// Mutes a post.
///
/// You get no more notifications about the post and what is written on it, except about decisions of moderation. It may be
/// your own post.
#[utoipa::path(put, path = "/posts/{id}/mute", tag = "notifications", params(("id" = PostId, Path)),
    responses((status = 204, description = "The post is muted.")))]
pub(crate) async fn mute_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.posts.find(caller.school, id));
    let (access, found) = (access?, found?);
    app.reactions.mute(&access, &caller, &found.head).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unmutes a post.
///
/// This also works if the post has been deleted.
#[utoipa::path(delete, path = "/posts/{id}/mute", tag = "notifications", params(("id" = PostId, Path)),
    responses((status = 204, description = "The post is not muted.")))]
pub(crate) async fn unmute_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, post) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.posts.find_live_or_deleted(&caller, id));
    let (access, post) = (access?, post?);
    if post.live.is_none() && post.reaction.muted_at.is_none() {
        return Err(Code::NotFound.into());
    }
    app.reactions.unmute(&access, &caller, &post).await?;
    Ok(StatusCode::NO_CONTENT)
}
