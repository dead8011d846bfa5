//! `GET /posts/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, PostId};
use campus_core::http::{Path, Problem};

use crate::state::PostsState;
use crate::view::PostView;

/// Shows a post.
#[utoipa::path(get, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)),
    responses((status = 200, description = "The post.", body = PostView)))]
pub(crate) async fn show_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(state): State<PostsState>,
) -> Result<Json<PostView>, Problem> {
    let found = state.app.posts.get(&caller, id).await?;
    Ok(Json(PostView::new(&state, found, &caller).await?))
}
