//! `POST /boards/{id}/posts`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{BoardId, Byline, Caller, Content, Post, PostDraft, PostId, Title};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use campus_core::store::{Mark, PostOnBoard};
use utoipa::ToSchema;

use crate::view::PostView;

request! {
    /// A post to be written.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewPost {
        #[schema(inline)]
        title: Title,
        #[schema(inline)]
        content: Content,
        /// Whether to hide one's name, for good. The board may demand or forbid it.
        #[schema(inline)]
        is_anonymous: bool,
    }
    optional {
        /// Whether it asks a question; false if not given.
        #[schema(inline)]
        is_question: bool,
    }
    max_bytes = 128 * 1024;
}

/// Writes a post.
#[utoipa::path(post, path = "/boards/{id}/posts", tag = "posts", params(("id" = inline(BoardId), Path)),
    request_body = NewPost,
    responses(
        (status = 201, description = "The post.", body = PostView),
        (status = 409, description = "`duplicate_post`: the same text was one's last on this board, less than 5 \
            minutes ago."),
        (status = 429, description = "`rate_limited`: one has written too many.")))]
pub(crate) async fn create_post(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(app): State<App>,
    creation: Creation<NewPost>,
) -> Result<Created<PostView>, Problem> {
    let attempt = write(&app, &caller, id, creation).await;
    let made = Once::settle(attempt, |id| app.posts.get(&caller, PostId::from_uuid(id))).await?;
    Ok(made.created(|made| format!("/posts/{}", made.post.head.id), |made| PostView::new(made, &caller)))
}

async fn write(app: &App, caller: &Caller, id: BoardId, creation: Creation<NewPost>) -> Result<PostOnBoard, Problem> {
    let request = creation.request;
    let draft = PostDraft {
        title: request.title,
        content: request.content,
        is_anonymous: request.is_anonymous,
        is_question: request.is_question.unwrap_or(false),
        media: Vec::new(),
    };
    let byline = Byline::of(caller.user, draft.is_anonymous);
    let (writer, board, nicknames) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.boards.get(caller.school, id),
        app.users.nicknames(caller.school, byline.user()),
    );
    let (writer, board) = (writer?, board?);
    let author = byline.shown(&nicknames?);
    let post = Post::write(&board, caller, draft, app.clock.now())?;
    app.limiter.count_post(&writer, caller).await?;
    app.posts.add(&writer, caller, &post).await?;
    Ok(PostOnBoard { post, board, author, mark: Mark::default() })
}
