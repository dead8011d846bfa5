//! `POST /boards/{id}/posts`.

use axum::extract::State;
use campus_core::domain::{
    BoardId, Byline, Caller, Content, FieldError, MediaIds, Post, PostDraft, PostHead, PostId, Title,
};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use campus_core::store::{Mark, PostOnBoard, Sweep, Writer};
use utoipa::ToSchema;

use crate::state::Posts;
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
        /// The pictures in it, in order: uploads of one's own, each for one post.
        #[schema(inline)]
        media_ids: MediaIds,
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
    State(posts): State<Posts>,
    creation: Creation<NewPost>,
) -> Result<Created<PostView>, Problem> {
    let intent = creation.intent.clone();
    // Whoever was first has also taken the pictures.
    let attempt =
        Once::attempt(&posts.app.writers, &caller, intent.as_ref(), write(&posts, &caller, id, creation)).await;
    let made = Once::settle(attempt, async |id| show(&posts, &caller, PostId::from_uuid(id)).await).await?;
    Ok(made.created(|view| format!("/posts/{}", view.id()), |view| view))
}

async fn show(posts: &Posts, caller: &Caller, id: PostId) -> Result<PostView, Problem> {
    PostView::new(posts, posts.app.posts.get(caller, id).await?, caller).await
}

async fn write(posts: &Posts, caller: &Caller, id: BoardId, creation: Creation<NewPost>) -> Result<PostView, Problem> {
    let (app, request) = (&posts.app, creation.request);
    let media = request.media_ids.unwrap_or_default().distinct().map_err(Problem::invalid)?;
    let byline = Byline::of(caller.user, request.is_anonymous);
    let (writer, board, nicknames, media) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.boards.get(caller.school, id),
        app.users.nicknames(caller.school, byline.user()),
        app.uploads.find(caller, &media),
    );
    let (writer, board) = (writer?, board?);
    let author = byline.shown(&nicknames?);
    let draft = PostDraft {
        title: request.title,
        content: request.content,
        is_anonymous: request.is_anonymous,
        is_question: request.is_question.unwrap_or(false),
        media: media?,
    };
    let post = Post::write(&board, caller, draft, app.clock.now())?;
    app.limiter.count_post(&writer, caller).await?;
    let sweep = copy_pictures(posts, &writer, caller, &post.head).await?;
    app.posts.add(&writer, caller, &post, sweep.as_ref()).await?;
    PostView::new(posts, PostOnBoard { post, board, author, mark: Mark::default() }, caller).await
}

/// Copies the pictures to where the post is going to show them, before there is a post that shows them.
async fn copy_pictures(
    posts: &Posts,
    writer: &Writer,
    caller: &Caller,
    head: &PostHead,
) -> Result<Option<Sweep>, Problem> {
    if head.media.is_empty() {
        return Ok(None);
    }
    let sweep = posts.app.sweeps.prepare(writer, caller.school, head).await?;
    let copied = posts.bucket.copy(head.id, &head.media).await?;
    let missing = copied.iter().enumerate().filter(|(_, is_copied)| !**is_copied);
    let invalid: Vec<_> = missing.map(|(place, _)| FieldError::NotUploaded.at(MediaIds::field(place))).collect();
    if invalid.is_empty() { Ok(Some(sweep)) } else { Err(Problem::invalid(invalid)) }
}
