//! `POST /posts/{id}/comments`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Byline, Caller, Comment, CommentDraft, CommentId, CommentText, PostId};
use campus_core::http::{AccessRequest, Created, Creation, Path, Problem};
use campus_core::request;
use campus_core::store::{CommentThread, UserAction};
use utoipa::ToSchema;

use crate::view::CommentView;

request! {
    /// A new comment or reply.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewComment {
        content: CommentText,
        /// Whether to hide your nickname. This cannot be changed later. The board may require or forbid it.
        is_anonymous: bool,
    }
    optional {
        /// The comment that you reply to. It must not be a reply. Leave it out to comment on the post itself.
        parent_id: CommentId,
    }
}

/// Comments on a post, or replies to a comment.
#[utoipa::path(post, path = "/posts/{id}/comments", tag = "comments", params(("id" = PostId, Path)),
    request_body = NewComment,
    responses(
        (status = 201, description = "The new comment.", body = CommentView),
        (status = 403, description = "`content_blinded`: the post or the comment `parent_id` is hidden. `board_archived`."),
        (status = 404, description = "`not_found`: also if the post has no comment `parent_id`."),
        (status = 409, description = "`replies_full`: the comment already has 200 replies."),
        (status = 429, description = "`rate_limited`: you have written too many comments.")))]
pub(crate) async fn create_comment(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
    creation: Creation<NewComment>,
) -> Result<Created<CommentView>, Problem> {
    let parent = creation.request.parent_id;
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&app, &caller, id, request, access).await,
            async |uuid| app.comments.get(&caller, CommentId::from_uuid(id, parent, uuid)).await,
            |thread| Created::new(format!("/comments/{}", thread.comment.comment.id), CommentView::from(thread)),
        )
        .await
}

async fn create(
    app: &App,
    caller: &Caller,
    id: PostId,
    request: NewComment,
    access: AccessRequest,
) -> Result<CommentThread, Problem> {
    let NewComment { content, is_anonymous, parent_id } = request;
    let draft = CommentDraft { content, is_anonymous };
    let (access, context) = tokio::join!(
        access.authorize(),
        app.comments.context(caller, id, parent_id, Byline::of(caller.user, is_anonymous)),
    );
    let (access, context) = (access?, context?);
    context.board.check_not_archived()?;
    context.check_parent()?;
    let number = context.number();
    let comment = Comment::write((&context.head, &context.board), parent_id, caller, number, draft, app.clock.now())?;
    app.limiter.count(UserAction::WriteComment, &access, caller).await?;
    let comment = app.comments.add(&access, caller, context, comment).await?;
    Ok(CommentThread { comment, replies: Vec::new() })
}
