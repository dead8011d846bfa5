//! `DELETE /notifications/push-subscription`.

use axum::extract::State;
use axum::http::StatusCode;
use campus_core::app::App;
use campus_core::domain::Caller;
use campus_core::http::Problem;

/// Sends no more pushes to the browser of your session.
#[utoipa::path(delete, path = "/notifications/push-subscription", tag = "notifications",
    responses((status = 204, description = "The session has no subscription.")))]
pub(crate) async fn unsubscribe_from_pushes(caller: Caller, State(app): State<App>) -> Result<StatusCode, Problem> {
    let (access, subscriptions) =
        tokio::join!(app.authorizer.authorize_account(&caller), app.push_subscriptions.of(&caller));
    let (access, subscriptions) = (access?, subscriptions?);
    app.push_subscriptions.remove(&access, &caller, subscriptions).await?;
    Ok(StatusCode::NO_CONTENT)
}
