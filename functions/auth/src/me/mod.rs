//! The caller's own account.

pub(crate) mod accept_policies;
pub(crate) mod change_password;
pub(crate) mod delete;
pub(crate) mod show;
pub(crate) mod update;

use campus_core::domain::{Caller, PasswordAttempt, School, User};
use campus_core::http::{Code, Problem};
use campus_core::store::{Credentials, Error};

use crate::state::AuthState;

pub(crate) async fn load_account(state: &AuthState, caller: &Caller) -> Result<(User, School), Problem> {
    state.app.users.with_school(caller.school, caller.user).await.map_err(account_error)
}

/// Maps an error of loading the account. A missing account means that the user withdrew after the access token was
/// issued.
fn account_error(error: Error) -> Problem {
    match error {
        Error::NotFound => Code::TokenInvalid.into(),
        error => error.into(),
    }
}

/// Checks the caller's password and returns the credentials. Wrong passwords count for the session.
async fn check_password(
    state: &AuthState,
    caller: &Caller,
    user: &User,
    password: PasswordAttempt,
) -> Result<Credentials, Problem> {
    let credentials = state.app.logins.get(&user.login_id).await?.ok_or(Code::TokenInvalid)?;
    let attempt = state.app.limiter.count_password_check(caller).await?;
    if !state.passwords.verify(password, Some(credentials.password_hash.clone())).await? {
        return Err(Code::WrongPassword.into());
    }
    state.app.limiter.forget(attempt).await?;
    Ok(credentials)
}
