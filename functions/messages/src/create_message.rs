//! `POST /messages/{thread_id}`.

use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{Caller, MessageText, ThreadId};
use campus_core::http::{AccessRequest, Created, Creation, Path, Problem};
use campus_core::request;
use campus_core::store::{SeenMessage, UserAction};
use utoipa::ToSchema;

use crate::view::MessageView;

request! {
    /// A new message.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewMessage {
        content: MessageText,
    }
}

/// Sends a message in a thread.
///
/// If you or the partner has deleted the thread, it appears in that user's list again.
#[utoipa::path(post, path = "/messages/{thread_id}", tag = "messages",
    params(("thread_id" = ThreadId, Path)), request_body = NewMessage, responses(
    (status = 201, description = "The new message.", body = MessageView),
    (status = 403, description = "`message_refused`: one side has blocked the other, or a named partner has withdrawn."),
    (status = 429, description = "`rate_limited`: you have sent too many messages.")))]
pub(crate) async fn create_message(
    caller: Caller,
    Path(id): Path<ThreadId>,
    State(app): State<App>,
    creation: Creation<NewMessage>,
) -> Result<Created<MessageView>, Problem> {
    creation
        .run(
            &app.authorizer,
            &caller,
            async |request, access| create(&app, &caller, id, request, access).await,
            async |created| app.messages.get_created_message(&caller, id, created).await,
            |message| Created::new(format!("/messages/{id}"), MessageView::from(message)),
        )
        .await
}

async fn create(
    app: &App,
    caller: &Caller,
    id: ThreadId,
    request: NewMessage,
    access: AccessRequest,
) -> Result<SeenMessage, Problem> {
    let (access, found) = tokio::join!(access.authorize(), app.messages.find(caller, id));
    let (access, found) = (access?, found?);
    app.limiter.count(UserAction::SendMessage, &access, caller).await?;
    Ok(app.messages.write_to_thread(&access, caller, found, &request.content).await?)
}
