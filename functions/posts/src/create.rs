//! `POST /boards/{id}/posts`.

use axum::extract::State;
use campus_core::domain::{BoardId, Byline, Caller, Content, MediaIds, Post, PostDraft, PostHead, PostId, Title};
use campus_core::http::{AccessRequest, Created, Creation, Path, Problem};
use campus_core::request;
use campus_core::store::{MediaDeletion, Reaction, SeenPost, UserAction, WriteAccess};
use utoipa::ToSchema;

use crate::media::copy::copy_uploads;
use crate::state::PostsState;
use crate::view::PostView;

request! {
    /// A new post.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewPost {
        title: Title,
        content: Content,
        /// Whether to hide your nickname. This cannot be changed later. The board may require or forbid it.
        is_anonymous: bool,
    }
    optional {
        /// Whether the post is a question. A question with comments cannot be edited, and its author cannot delete it.
        /// Default: false.
        is_question: bool,
        /// The ids of up to 10 uploads of yours, from `POST /media`: the pictures of the post, in order. An upload can
        /// be used in one post only.
        media_ids: MediaIds,
    }
    max_bytes = 128 * 1024;
}

/// Creates a post on a board.
#[utoipa::path(post, path = "/boards/{id}/posts", tag = "posts", params(("id" = BoardId, Path)),
    request_body = NewPost,
    responses(
        (status = 201, description = "The new post.", body = PostView),
        (status = 403, description = "`board_archived`, `board_admins_only`."),
        (status = 409, description = "`duplicate_post`: your last post on this board has the same title and text, and \
            is less than 5 minutes old."),
        (status = 429, description = "`rate_limited`: you have created too many posts.")))]
pub(crate) async fn create_post(
    caller: Caller,
    Path(id): Path<BoardId>,
    State(state): State<PostsState>,
    creation: Creation<NewPost>,
) -> Result<Created<PostView>, Problem> {
    creation
        .run(
            &state.app.authorizer,
            &caller,
            async |request, access| create(&state, &caller, id, request, access).await,
            async |uuid| show(&state, &caller, PostId::from_uuid(id, uuid)).await,
            |post| Created::new(format!("/posts/{}", post.id()), post),
        )
        .await
}

async fn show(state: &PostsState, caller: &Caller, id: PostId) -> Result<PostView, Problem> {
    PostView::new(state, state.app.posts.get(caller, id).await?, caller).await
}

async fn create(
    state: &PostsState,
    caller: &Caller,
    id: BoardId,
    request: NewPost,
    access: AccessRequest,
) -> Result<PostView, Problem> {
    let app = &state.app;
    let media = request.media_ids.unwrap_or_default().distinct().map_err(Problem::invalid)?;
    let byline = Byline::of(caller.user, request.is_anonymous);
    let (access, board, nicknames, media) = tokio::join!(
        access.authorize(),
        app.boards.get(caller.school, id),
        app.users.current_nicknames(caller.school, byline.user()),
        app.uploads.find(caller, &media),
    );
    let (access, board) = (access?, board?);
    board.check_can_post(caller)?;
    let author = byline.shown(&nicknames?);
    let draft = PostDraft {
        title: request.title,
        content: request.content,
        is_anonymous: request.is_anonymous,
        is_question: request.is_question.unwrap_or(false),
        media: media?,
    };
    let now = app.clock.now();
    let mut post = Post::write(&board, caller, draft, now)?;
    app.limiter.count(UserAction::WritePost, &access, caller).await?;
    let deletion = copy_pictures(state, &access, caller, &mut post.head).await?;
    app.posts.add(&access, caller, (&post, &board), deletion.as_ref()).await?;
    let appearance = post.head.appearance_to(caller, now);
    let shown = SeenPost { post, author, reaction: Reaction::default(), appearance };
    PostView::new(state, shown, caller).await
}

/// Copies the pictures from the uploads to the post, before the post is created. Returns the media deletion that
/// creating the post cancels.
async fn copy_pictures(
    state: &PostsState,
    access: &WriteAccess,
    caller: &Caller,
    head: &mut PostHead,
) -> Result<Option<MediaDeletion>, Problem> {
    let Some(folder) = head.media_folder else { return Ok(None) };
    let deletion = state.app.media_deletions.prepare(access, caller.school, head).await?;
    let invalid = copy_uploads(&state.bucket, folder, &mut head.media).await?;
    let invalid: Vec<_> = invalid.into_iter().map(|(index, error)| error.at(MediaIds::field(index))).collect();
    if invalid.is_empty() { Ok(deletion) } else { Err(Problem::invalid(invalid)) }
}
