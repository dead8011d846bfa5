//! `GET /.well-known/jwks.json`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::state::AuthState;

/// Publishes the public keys that verify access tokens, as a JSON Web Key Set (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "keys", security(()),
    responses((status = 200, description = "The JSON Web Key Set.", body = serde_json::Value)))]
pub(crate) async fn publish_keys(State(state): State<AuthState>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(state.app.verifier.published().clone()))
}
