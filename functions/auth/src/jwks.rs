//! `GET /.well-known/jwks.json`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::state::Auth;

/// Publishes the keys that check access tokens, as a JSON Web Key Set (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tags = ["auth", "public"],
    responses((status = 200, description = "The keys.", body = serde_json::Value)))]
pub(crate) async fn publish_keys(State(auth): State<Auth>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(auth.app.verifier.published().clone()))
}
