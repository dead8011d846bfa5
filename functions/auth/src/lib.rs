//! Schools, accounts and sessions: the routes of this function, a file per operation.

mod cookies;
mod device_token;
mod jwks;
mod login;
mod logout;
mod me;
mod passwords;
mod policies;
mod refresh;
mod refresh_token;
mod schools;
mod session;
mod signer;
mod signup;
mod state;

pub use signer::{TokenSigner, TokenSignerError, generate_signing_key, key_set, public_key};
pub use state::{AuthStartError, AuthState};

use campus_core::lambda::Function;
use campus_core::store::Withdrawals;

campus_core::operations! {
    AuthState:
    schools::search_schools,
    policies::show_policies,
    signup::sign_up,
    login::log_in,
    refresh::refresh,
    logout::log_out,
    me::show::show_me,
    me::update::update_me,
    me::delete::withdraw,
    me::change_password::change_password,
    jwks::publish_keys,
}

/// The auth function: it serves the routes, and on its schedule purges the data of withdrawn users.
pub fn function(state: AuthState) -> Function {
    let withdrawals = state.app.withdrawals.clone();
    Function::new(routes(state)).on_schedule(move || purge(withdrawals.clone()))
}

async fn purge(withdrawals: Withdrawals) -> Result<(), lambda_http::Error> {
    let purged = withdrawals.purge().await?;
    tracing::info!(purged.finished, purged.waiting, "purge of withdrawn users");
    Ok(())
}
