//! `PATCH /posts/{id}`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Caller, Content, PostChanges, PostId, Title};
use campus_core::http::{JsonBody, Path, Problem};
use campus_core::request;
use campus_core::store::PostOnBoard;
use utoipa::ToSchema;

use crate::state::Posts;
use crate::view::PostView;

request! {
    /// What to change of a post; what is absent stays.
    #[derive(Debug, ToSchema)]
    pub(crate) struct PostEdit {}
    optional {
        #[schema(inline)]
        title: Title,
        #[schema(inline)]
        content: Content,
    }
    max_bytes = 128 * 1024;
}

/// Changes a post's title and text; its pictures stay as they are. For its author and the school's admins.
#[utoipa::path(patch, path = "/posts/{id}", tag = "posts", params(("id" = inline(PostId), Path)),
    request_body = PostEdit, responses(
    (status = 200, description = "The post as it is now.", body = PostView),
    (status = 403, description = "`not_author`."),
    (status = 409, description = "`question_locked`: it is a question that has comments; deleted ones do not count.")))]
pub(crate) async fn edit_post(
    caller: Caller,
    Path(id): Path<PostId>,
    State(posts): State<Posts>,
    JsonBody(body): JsonBody<PostEdit>,
) -> Result<Json<PostView>, Problem> {
    let app = &posts.app;
    let changes = PostChanges { title: body.title, content: body.content };
    let (writer, found) = tokio::join!(app.writers.admit(&caller), app.posts.get(&caller, id));
    let (writer, found) = (writer?, found?);
    let post = app.posts.edit(&writer, &caller, found.post, &changes).await?;
    Ok(Json(PostView::new(&posts, PostOnBoard { post, ..found }, &caller).await?))
}
