//! `POST /posts/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes a post.
///
/// You can like a post once, and cannot take the like back. The 10th like makes a post hot, the 100th makes it a best
/// post, unless its board has `hot_enabled: false`. From 100 likes on, a like is counted after a few seconds. `like_count`
/// has your like at once, also in other responses to you; in a list that many students read at that moment, a second later.
#[utoipa::path(post, path = "/posts/{id}/like", tag = "posts", params(("id" = PostId, Path)), responses(
    (status = 200, description = "The number of likes, with yours.", body = LikeCount),
    (status = 403, description = "`own_content`: the post is yours. `content_blinded`, `board_archived`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (access, found) = tokio::join!(app.authorizer.authorize(&caller), app.posts.find(caller.school, id));
    let (access, found) = (access?, found?);
    let like_count = app.reactions.like(&access, &caller, found).await?;
    Ok(Json(LikeCount { like_count }))
}
