//! `POST /posts/{id}/like`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{LikeCount, Path, Problem};

/// Likes a post, once and for good. With its 10th like a post is hot, with its 100th one of the best.
#[utoipa::path(post, path = "/posts/{id}/like", tag = "posts", params(("id" = inline(PostId), Path)), responses(
    (status = 200, description = "How many like it.", body = LikeCount),
    (status = 403, description = "`own_content`."),
    (status = 409, description = "`already_liked`.")))]
pub(crate) async fn like_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
) -> Result<Json<LikeCount>, Problem> {
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.posts.find(caller.school, id));
    let (writer, found) = (writer?, found?);
    let like_count = app.marks.like(&writer, &caller, found).await?;
    Ok(Json(LikeCount { like_count }))
}
