//! `POST /messages`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CommentId, FieldError, Invalid, MessageSource, MessageText, PostId, ThreadId};
use campus_core::http::{AccessRequest, Created, Creation, Problem};
use campus_core::request;
use campus_core::store::{SeenThread, UserAction};
use utoipa::ToSchema;

use crate::view::ThreadView;

request! {
    /// A message to the author of a post or comment. Give either `post_id` or `comment_id`.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewThread {
        content: MessageText,
    }
    optional {
        post_id: PostId,
        comment_id: CommentId,
    }
}

/// Sends a message to the author of a post or comment.
///
/// Your first message about a post or comment starts a thread; later ones continue it. If the author is anonymous, you
/// are anonymous too. Otherwise both sides see each other's nickname.
#[utoipa::path(post, path = "/messages", tag = "messages", request_body = NewThread, responses(
    (status = 201, description = "The thread with the message.", body = ThreadView),
    (status = 403, description = "`message_refused`: one side has blocked the other, or a named author has withdrawn. \
        `content_blinded`."),
    (status = 404, description = "`not_found`: the post or comment does not exist."),
    (status = 429, description = "`rate_limited`: you have sent too many messages or started too many threads.")))]
pub(crate) async fn create_thread(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewThread>,
) -> Result<Created<ThreadView>, Problem> {
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&app, &caller, request, access).await,
            async |id| app.messages.get(&caller, ThreadId::from_uuid(id)).await,
            |seen| Created::new(format!("/messages/{}", seen.thread.id), ThreadView::from(seen)),
        )
        .await
}

async fn create(app: &App, caller: &Caller, request: NewThread, access: AccessRequest) -> Result<SeenThread, Problem> {
    let source = source(&request)?;
    let (access, target) = tokio::join!(access.authorize(), app.messages.target(caller, source));
    let (access, target) = (access?, target?);
    if target.is_by(caller) {
        let field = if matches!(source, MessageSource::Post(_)) { "post_id" } else { "comment_id" };
        return Err(FieldError::OwnContent.at(field).into());
    }
    app.limiter.count(UserAction::SendMessage, &access, caller).await?;
    if !target.has_thread() {
        app.limiter.count(UserAction::StartThread, &access, caller).await?;
    }
    Ok(app.messages.write_to_author(&access, caller, target, &request.content).await?)
}

/// The post or comment that the message is about.
fn source(request: &NewThread) -> Result<MessageSource, Invalid> {
    match (request.post_id, request.comment_id) {
        (Some(post), None) => Ok(MessageSource::Post(post)),
        (None, Some(comment)) => Ok(MessageSource::Comment(comment)),
        (None, None) => Err(FieldError::Required.at("post_id")),
        (Some(_), Some(_)) => Err(FieldError::OnlyOne.at("comment_id")),
    }
}
