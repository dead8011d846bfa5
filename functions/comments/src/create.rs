//! `POST /posts/{id}/comments`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Byline, Caller, Comment, CommentDraft, CommentId, CommentText, PostId};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use campus_core::store::CommentThread;
use utoipa::ToSchema;

use crate::view::CommentView;

request! {
    /// A comment to be written.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewComment {
        #[schema(inline)]
        content: CommentText,
        /// Whether to hide one's name, for good. The board may demand or forbid it.
        #[schema(inline)]
        is_anonymous: bool,
    }
    optional {
        /// The comment to reply to, which must not be a reply itself.
        #[schema(inline)]
        parent_id: CommentId,
    }
}

/// Writes a comment, or a reply to one.
#[utoipa::path(post, path = "/posts/{id}/comments", tag = "comments", params(("id" = inline(PostId), Path)),
    request_body = NewComment,
    responses(
        (status = 201, description = "The comment.", body = CommentView),
        (status = 404, description = "`not_found`: also when there is no comment `parent_id` on the post."),
        (status = 409, description = "`replies_full`: the comment has 200 replies."),
        (status = 429, description = "`rate_limited`: one has written too many.")))]
pub(crate) async fn create_comment(
    caller: Caller,
    Path(id): Path<PostId>,
    State(app): State<App>,
    creation: Creation<NewComment>,
) -> Result<Created<CommentView>, Problem> {
    let intent = creation.intent.clone();
    // Whoever was first may have taken the last room for a reply.
    let attempt = Once::attempt(&app.writers, &caller, intent.as_ref(), write(&app, &caller, id, creation)).await;
    let made = Once::settle(attempt, |id| app.comments.get(&caller, CommentId::from_uuid(id))).await?;
    Ok(made.created(|made| format!("/comments/{}", made.comment.comment.id), CommentView::from))
}

async fn write(
    app: &App,
    caller: &Caller,
    id: PostId,
    creation: Creation<NewComment>,
) -> Result<CommentThread, Problem> {
    let NewComment { content, is_anonymous, parent_id } = creation.request;
    let draft = CommentDraft { content, is_anonymous };
    let (writer, ground) = tokio::join!(
        app.writers.admit_once(caller, creation.intent.as_ref()),
        app.comments.ground(caller, id, parent_id, Byline::of(caller.user, is_anonymous)),
    );
    let (writer, ground) = (writer?, ground?);
    ground.check_parent()?;
    let number = ground.number();
    let comment = Comment::write((&ground.head, &ground.board), parent_id, caller, number, draft, app.clock.now())?;
    app.limiter.count_comment(&writer, caller).await?;
    let comment = app.comments.add(&writer, caller, ground, comment).await?;
    Ok(CommentThread { comment, replies: Vec::new() })
}
