//! `GET`, `PATCH` and `DELETE /auth/me`, `PUT /auth/me/password`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use campus_core::domain::{
    AdmissionYear, Caller, Name, Nickname, Password, PasswordAttempt, School, User, UserChanges,
};
use campus_core::http::{Code, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{Credentials, Error};
use utoipa::ToSchema;

use crate::session::UserView;
use crate::state::Auth;

/// Shows the caller's own account.
#[utoipa::path(get, path = "/auth/me", tag = "auth",
    responses((status = 200, description = "The account.", body = UserView)))]
pub(crate) async fn show_me(caller: Caller, State(auth): State<Auth>) -> Result<Json<UserView>, Problem> {
    let (user, school) = account(&auth, &caller).await?;
    Ok(Json(UserView::new(user, school)))
}

request! {
    /// What to change of one's account; what is absent stays.
    #[derive(Debug, ToSchema)]
    pub(crate) struct AccountEdit {}
    optional {
        /// Unique within the school. The first change is free, later ones once in 30 days.
        #[schema(inline)]
        nickname: Nickname,
        #[schema(inline)]
        admission_year: AdmissionYear,
    }
    clearable {
        /// The real name, which nobody else sees; null for none.
        #[schema(inline)]
        name: Name,
    }
}

/// Changes the caller's own account.
#[utoipa::path(patch, path = "/auth/me", tag = "auth", request_body = AccountEdit, responses(
    (status = 200, description = "The account as it is now.", body = UserView),
    (status = 409, description = "`nickname_taken` or `nickname_locked`.")))]
pub(crate) async fn edit_me(
    caller: Caller,
    State(auth): State<Auth>,
    JsonBody(body): JsonBody<AccountEdit>,
) -> Result<Json<UserView>, Problem> {
    let changes = UserChanges { nickname: body.nickname, name: body.name, admission_year: body.admission_year };
    let (writer, account) = tokio::join!(auth.app.writers.admit(&caller), account(&auth, &caller));
    let (writer, (user, school)) = (writer?, account?);
    let user = auth.app.users.edit(&writer, user, &changes).await?;
    Ok(Json(UserView::new(user, school)))
}

request! {
    /// A change of password.
    #[derive(Debug, ToSchema)]
    pub(crate) struct PasswordChange {
        #[schema(inline)]
        current_password: PasswordAttempt,
        /// 10 to 128 characters of any kind; not the login id, and not a common password.
        #[schema(inline)]
        new_password: Password,
    }
}

/// Changes the caller's password and ends all other sessions.
#[utoipa::path(put, path = "/auth/me/password", tag = "auth", request_body = PasswordChange, responses(
    (status = 204, description = "It is changed, and all other sessions have ended."),
    (status = 403, description = "`wrong_password`."),
    (status = 429, description = "`rate_limited`: too many passwords were wrong."),
    (status = 409, description = "`conflict`: it was changed at the same moment.")))]
pub(crate) async fn change_password(
    caller: Caller,
    State(auth): State<Auth>,
    JsonBody(body): JsonBody<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let (writer, user) = tokio::join!(auth.app.writers.admit(&caller), auth.app.users.get(caller.school, caller.user));
    let (writer, user) = (writer?, user.map_err(no_account)?);
    body.new_password.differs_from(&user.login_id).map_err(|error| error.at("new_password"))?;
    let shown = check_password(&auth, &user, body.current_password).await?;
    let new_hash = auth.passwords.hash(body.new_password).await?;
    auth.app.sessions.change_password(&writer, &caller, &user, &shown, &new_hash).await?;
    Ok(StatusCode::NO_CONTENT)
}

request! {
    /// A withdrawal.
    #[derive(Debug, ToSchema)]
    pub(crate) struct Withdrawal {
        #[schema(inline)]
        password: PasswordAttempt,
    }
}

/// Withdraws the caller from the service, for good. What they wrote under their nickname stays without it, what they
/// wrote anonymously stays as it is, and everything else of theirs is deleted.
#[utoipa::path(delete, path = "/auth/me", tag = "auth", request_body = Withdrawal, responses(
    (status = 204, description = "The account is gone."),
    (status = 403, description = "`wrong_password`."),
    (status = 429, description = "`rate_limited`: too many passwords were wrong."),
    (status = 409, description = "`conflict`: the account was changed at the same moment.")))]
pub(crate) async fn withdraw(
    caller: Caller,
    State(auth): State<Auth>,
    JsonBody(body): JsonBody<Withdrawal>,
) -> Result<StatusCode, Problem> {
    let (writer, user) = tokio::join!(auth.app.writers.admit(&caller), auth.app.users.get(caller.school, caller.user));
    let (writer, user) = (writer?, user.map_err(no_account)?);
    let shown = check_password(&auth, &user, body.password).await?;
    auth.app.withdrawals.withdraw(&writer, &user, &shown).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn account(auth: &Auth, caller: &Caller) -> Result<(User, School), Problem> {
    auth.app.users.with_school(caller.school, caller.user).await.map_err(no_account)
}

fn no_account(error: Error) -> Problem {
    match error {
        // The token outlived the account.
        Error::NotFound => Code::TokenInvalid.into(),
        error => error.into(),
    }
}

/// The credentials that the student has shown to be theirs. A wrong password counts like one at login.
async fn check_password(auth: &Auth, user: &User, attempt: PasswordAttempt) -> Result<Credentials, Problem> {
    let credentials = auth.app.logins.get(&user.login_id).await?.ok_or(Code::TokenInvalid)?;
    auth.app.limiter.count_attempt(&user.login_id).await?;
    if !auth.passwords.verify(attempt, Some(credentials.password_hash.clone())).await? {
        return Err(Code::WrongPassword.into());
    }
    auth.app.limiter.forget_attempts(&user.login_id).await?;
    Ok(credentials)
}
