//! `GET /notifications/push-key`.

use axum::Json;
use axum::extract::State;
use campus_core::app::App;
use campus_core::domain::{ApplicationServerKey, Caller};
use campus_core::http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// The key that signs pushes.
#[derive(Serialize, ToSchema)]
#[schema(as = PushKey)]
pub(crate) struct PushKeyView {
    /// The `applicationServerKey` for `PushManager.subscribe()`, in base64url.
    public_key: ApplicationServerKey,
}

/// Shows the public key that a browser needs to subscribe to pushes (VAPID, RFC 8292).
///
/// If a browser has a subscription for another key, end that one and subscribe again: the keys of the service are replaced
/// from time to time.
#[utoipa::path(get, path = "/notifications/push-key", tag = "notifications",
    responses((status = 200, description = "The key.", body = PushKeyView)))]
pub(crate) async fn show_push_key(_: Caller, State(app): State<App>) -> Result<Json<PushKeyView>, Problem> {
    Ok(Json(PushKeyView { public_key: app.push_keys.public().await?.current }))
}
