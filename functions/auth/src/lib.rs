//! Schools, accounts and sessions: the routes of this function, a file per operation.

mod cookies;
mod device_token;
mod jwks;
mod login;
mod logout;
mod me;
mod passwords;
mod policies;
mod recovery;
mod refresh;
mod refresh_token;
mod schools;
mod session;
mod signer;
mod signup;
mod state;
mod verification;

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
    recovery::request::request_password_reset,
    recovery::reset::reset_password,
    recovery::remind::remind_login_id,
    logout::log_out,
    me::show::show_me,
    me::update::update_me,
    me::delete::withdraw,
    me::accept_policies::accept_policies,
    me::change_password::change_password,
    verification::request::request_verification,
    verification::confirm::confirm_verification,
    jwks::publish_keys,
}

/// The auth function: it serves the routes, and on its schedule deletes accounts that were not verified in time, and purges
/// the data of withdrawn users.
pub fn function(state: AuthState) -> Function {
    let withdrawals = state.app.withdrawals.clone();
    Function::new(routes(state)).on_schedule(move || delete_accounts(withdrawals.clone()))
}

async fn delete_accounts(withdrawals: Withdrawals) -> Result<(), lambda_http::Error> {
    // Neither a failure nor the length of one task must keep the other from running.
    let (purged, unverified) = tokio::join!(withdrawals.purge(), withdrawals.delete_unverified());
    let (purged, unverified) = (purged?, unverified?);
    tracing::info!(purged.finished, purged.waiting, unverified, "purge of withdrawn users and unverified accounts");
    Ok(())
}
