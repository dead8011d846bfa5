//! `POST /notifications/read`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::{Caller, NotificationId};
use campus_core::http::{JsonBody, Problem};
use campus_core::request;
use utoipa::ToSchema;

request! {
    /// Which notifications you have read.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NotificationsRead {
        /// The newest notification that you have seen. All older ones become read, too.
        up_to: NotificationId,
    }
}

/// Marks notifications as read.
///
/// A notification that has grown since you saw it has a new id, so it stays unread.
#[utoipa::path(post, path = "/notifications/read", tag = "notifications", request_body = NotificationsRead,
    responses(
    (status = 204, description = "The notifications are read."),
    (status = 404, description = "`not_found`: you never had this notification.")))]
pub(crate) async fn mark_notifications_read(
    caller: Caller,
    State(app): State<App>,
    JsonBody(body): JsonBody<NotificationsRead>,
) -> Result<StatusCode, Problem> {
    let access = app.authorizer.authorize_account(&caller).await?;
    app.notifications.mark_read(&access, &caller, body.up_to).await?;
    Ok(StatusCode::NO_CONTENT)
}
