//! `PATCH /posts/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, Content, PostChanges, PostId, Title};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use campus_core::store::UserAction;
use utoipa::ToSchema;

use crate::state::PostsState;
use crate::view::PostView;

request! {
    /// Changes to a post. Fields that you leave out do not change.
    #[derive(Debug, ToSchema)]
    pub(crate) struct PostUpdate {}
    optional {
        title: Title,
        content: Content,
    }
    max_bytes = 128 * 1024;
}

/// Changes the title and the text of a post.
///
/// Its pictures do not change. Only its author can do this. `edited_at` shows that the post was edited, unless the title
/// and the text stay the same.
#[utoipa::path(patch, path = "/posts/{id}", tag = "posts", params(("id" = PostId, Path)),
    request_body = PostUpdate, responses(
    (status = 200, description = "The changed post.", body = PostView),
    (status = 403, description = "`not_author`, `content_blinded`, `board_archived`."),
    (status = 409, description = "`question_locked`: the post is a question with comments that are not deleted."),
    (status = 429, description = "`rate_limited`: you have edited too many posts.")))]
pub(crate) async fn update_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(state): State<PostsState>,
    JsonBody(body): JsonBody<PostUpdate>,
) -> Result<Json<PostView>, Problem> {
    let app = &state.app;
    let changes = PostChanges { title: body.title, content: body.content };
    let (access, found) = tokio::join!(app.authorizer.authorize(&caller), app.posts.get_on_board(&caller, id));
    let (access, found) = (access?, found?);
    app.limiter.count(UserAction::EditPost, &access, &caller).await?;
    let edited = app.posts.edit(&access, &caller, found, &changes).await?;
    Ok(Json(PostView::new(&state, edited, &caller).await?))
}
