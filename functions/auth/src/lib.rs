//! Schools, accounts and sessions: the routes of this group, a file per operation.

mod jwks;
mod login;
mod logout;
mod me;
mod passwords;
mod refresh;
mod refresh_token;
mod schools;
mod session;
mod signer;
mod signup;
mod state;

pub use signer::{Signer, SignerError, generate_signing_key, key_set, public_key};
pub use state::{Auth, AuthError};

use campus_core::lambda::Function;
use campus_core::store::Withdrawals;

campus_core::operations! {
    Auth:
    schools::search_schools,
    signup::sign_up,
    login::log_in,
    refresh::refresh,
    logout::log_out,
    me::show_me,
    me::edit_me,
    me::withdraw,
    me::change_password,
    jwks::publish_keys,
}

/// The function: the routes, and the purges on schedule.
pub fn function(auth: Auth) -> Function {
    let withdrawals = auth.app.withdrawals.clone();
    Function::new(routes(auth)).on_schedule(move || purge(withdrawals.clone()))
}

async fn purge(withdrawals: Withdrawals) -> Result<(), lambda_http::Error> {
    let purged = withdrawals.purge().await?;
    tracing::info!(purged.finished, purged.waiting, "purged");
    Ok(())
}
