//! Schools, accounts and sessions: the routes of this group, a file per operation.

mod jwks;
mod login;
mod me;
mod passwords;
mod schools;
mod session;
mod signer;
mod signup;
mod state;

pub use signer::{Signer, SignerError, generate_signing_key};
pub use state::{Auth, StartError};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(auth: Auth) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(schools::search_schools))
        .routes(routes!(signup::sign_up))
        .routes(routes!(login::log_in))
        .routes(routes!(me::show_me))
        .routes(routes!(jwks::publish_keys))
        .with_state(auth)
}
