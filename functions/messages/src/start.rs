//! `POST /messages`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, CommentId, FieldError, Invalid, MessageText, PostId, ThreadId};
use campus_core::http::{Created, Creation, Once, Problem};
use campus_core::request;
use campus_core::store::{About, SeenThread};
use utoipa::ToSchema;

use crate::view::ThreadView;

request! {
    /// A message to whoever wrote a post or a comment: one of the two ids is needed.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewThread {
        #[schema(inline)]
        content: MessageText,
    }
    optional {
        #[schema(inline)]
        post_id: PostId,
        #[schema(inline)]
        comment_id: CommentId,
    }
}

/// Writes to the author of a post or a comment. Who writes about the same thing again writes to the same thread. Where
/// the author hides, so does whoever writes.
#[utoipa::path(post, path = "/messages", tag = "messages", request_body = NewThread, responses(
    (status = 201, description = "The thread.", body = ThreadView),
    (status = 403, description = "`message_refused`: one of the two has blocked it, or the author has left."),
    (status = 404, description = "`not_found`: there is no such post or comment."),
    (status = 429, description = "`rate_limited`: one has written too many.")))]
pub(crate) async fn start_thread(
    caller: Caller,
    State(app): State<App>,
    creation: Creation<NewThread>,
) -> Result<Created<ThreadView>, Problem> {
    let attempt = write(&app, &caller, creation).await;
    let made = Once::settle(attempt, |id| app.messages.get(&caller, ThreadId::from_uuid(id))).await?;
    Ok(made.created(|made| format!("/messages/{}", made.thread.id), ThreadView::from))
}

async fn write(app: &App, caller: &Caller, creation: Creation<NewThread>) -> Result<SeenThread, Problem> {
    let about = about(&creation.request)?;
    let (writer, subject) =
        tokio::join!(app.writers.admit_once(caller, creation.intent.as_ref()), app.messages.subject(caller, about),);
    let writer = writer?;
    let subject = subject?;
    if subject.is_by(caller) {
        let field = if matches!(about, About::Post(_)) { "post_id" } else { "comment_id" };
        return Err(FieldError::OwnContent.at(field).into());
    }
    app.limiter.count_message(&writer, caller).await?;
    if !subject.has_thread() {
        app.limiter.count_thread(&writer, caller).await?;
    }
    Ok(app.messages.write_about(&writer, caller, about, subject, &creation.request.content).await?)
}

/// What the message is about: exactly one thing.
fn about(request: &NewThread) -> Result<About, Invalid> {
    match (request.post_id, request.comment_id) {
        (Some(post), None) => Ok(About::Post(post)),
        (None, Some(comment)) => Ok(About::Comment(comment)),
        (None, None) => Err(FieldError::Required.at("post_id")),
        (Some(_), Some(_)) => Err(FieldError::OnlyOne.at("comment_id")),
    }
}
