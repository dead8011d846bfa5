//! `GET /notifications/unread-count`.

use axum::Json;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use campus_core::domain::Caller;
use campus_core::http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::NotificationsState;

/// How many notifications are unread.
#[derive(Serialize, ToSchema)]
#[schema(as = UnreadCount)]
pub(crate) struct UnreadCountView {
    /// The number of notifications that you have not read, at most 100.
    #[schema(maximum = 100)]
    unread_count: usize,
}

/// Counts your unread notifications.
///
/// This is cheap, so that a client can ask again and again while it is open. Wait as many seconds between two requests as the
/// header `X-Poll-Interval` says. The number may be about a second old.
#[utoipa::path(get, path = "/notifications/unread-count", tag = "notifications", responses(
    (status = 200, description = "The number of unread notifications.", body = UnreadCountView, headers(
        ("X-Poll-Interval" = u32, description = "How many seconds to wait before the next request.")))))]
pub(crate) async fn show_unread_count(
    caller: Caller,
    State(state): State<NotificationsState>,
) -> Result<impl IntoResponse, Problem> {
    let unread_count = state.app.notifications.unread_count(&caller).await?;
    let interval = AppendHeaders([("x-poll-interval", state.poll_interval.0.to_string())]);
    Ok((interval, Json(UnreadCountView { unread_count })))
}
