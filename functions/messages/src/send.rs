//! `POST /messages/{thread_id}`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, Message, MessageText, ThreadId};
use campus_core::http::{Created, Creation, Once, Path, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::view::MessageView;

request! {
    /// Another message.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewMessage {
        #[schema(inline)]
        content: MessageText,
    }
}

/// Writes another message to a thread, which comes back into the lists of both.
#[utoipa::path(post, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = inline(ThreadId), Path)), request_body = NewMessage, responses(
    (status = 201, description = "The message.", body = MessageView),
    (status = 403, description = "`message_refused`: one of the two has blocked it, or the partner has left."),
    (status = 429, description = "`rate_limited`: one has written too many.")))]
pub(crate) async fn send_message(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
    creation: Creation<NewMessage>,
) -> Result<Created<MessageView>, Problem> {
    let attempt = write(&app, &caller, id, creation).await;
    let made = Once::settle(attempt, |made| app.messages.made(&caller, id, made)).await?;
    Ok(made.created(|_| format!("/messages/{id}"), MessageView::own))
}

async fn write(app: &App, caller: &Caller, id: ThreadId, creation: Creation<NewMessage>) -> Result<Message, Problem> {
    let (writer, found) =
        tokio::join!(app.writers.admit_once(caller, creation.intent.as_ref()), app.messages.find(caller, id));
    let (writer, found) = (writer?, found?);
    app.limiter.count_message(&writer, caller).await?;
    Ok(app.messages.write(&writer, caller, found, &creation.request.content).await?)
}
