//! `PUT` and `DELETE /posts/{id}/hide`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Code, Path, Problem};

/// Hides a post from your lists.
///
/// `GET /posts/hidden` lists what you hide. The post itself can still be opened.
#[utoipa::path(put, path = "/posts/{id}/hide", tag = "posts", params(("id" = PostId, Path)), responses(
    (status = 204, description = "The post is hidden."),
    (status = 403, description = "`own_content`: the post is yours.")))]
pub(crate) async fn hide_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize_account(&caller), app.posts.find(caller.school, id));
    let (access, found) = (access?, found?);
    app.reactions.hide(&access, &caller, &found.head).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a hidden post in your lists again.
///
/// This also works if the post has been deleted.
#[utoipa::path(delete, path = "/posts/{id}/hide", tag = "posts", params(("id" = PostId, Path)),
    responses((status = 204, description = "The post is not hidden.")))]
pub(crate) async fn unhide_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<StatusCode, Problem> {
    let (access, post) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.posts.find_live_or_deleted(&caller, id));
    let (access, post) = (access?, post?);
    if post.live.is_none() && post.reaction.hidden_at.is_none() {
        return Err(Code::NotFound.into());
    }
    app.reactions.unhide(&access, &caller, &post).await?;
    Ok(StatusCode::NO_CONTENT)
}
