//! `POST /auth/verification/confirm`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use campus_core::domain::{Language, Refusal, VerificationCode};
use campus_core::http::{ClientAddress, JsonBody, MaybeUnverified, Problem};
use campus_core::request;
use utoipa::ToSchema;

use crate::me::load_account;
use crate::session::UserView;
use crate::state::AuthState;

request! {
    /// The code of the mail.
    #[derive(Debug, ToSchema)]
    pub(crate) struct VerificationConfirmation {
        /// 6 digits.
        code: VerificationCode,
    }
}

/// Verifies your account with the code of the mail.
///
/// The address of the code becomes the address of your account. Access tokens from before stay unverified, so refresh the
/// session. If the address replaces another one, a mail tells the old one. The same code sent again, because the response
/// was lost, returns the account until the code expires.
#[utoipa::path(post, path = "/auth/verification/confirm", tag = "account", request_body = VerificationConfirmation, responses(
    (status = 200, description = "Your account.", body = UserView),
    (status = 403, description = "`code_invalid`: the code is wrong, expired, replaced, or was tried too often."),
    (status = 409, description = "`email_taken`: another account has verified the address. `address_resting`: it belonged
        to an account that was deleted less than 30 days ago."),
    (status = 429, description = "`rate_limited`: you tried too many codes, or too many wrong ones came from your network address.")))]
pub(crate) async fn confirm_verification(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    headers: HeaderMap,
    JsonBody(body): JsonBody<VerificationConfirmation>,
) -> Result<Json<UserView>, Problem> {
    let (codes, limiter) = (&state.app.verification_codes, &state.app.limiter);
    let (access, account, sent) = tokio::join!(
        state.app.authorizer.authorize_account(&caller),
        load_account(&state, &caller),
        codes.sent(&caller)
    );
    let (access, (user, school), sent) = (access?, account?, sent?);
    let counted = limiter.count_guess(&access, &caller, network).await?;
    let sent = sent.ok_or(Refusal::CodeInvalid)?;
    let confirmed = codes.guess(&access, &caller, sent, &body.code, &state.codes).await?;
    let language = Language::preferred_by(&headers);
    let (user, forgotten) = tokio::join!(
        codes.confirm(&access, user, confirmed, language, &state.resting, &state.mail_sealer),
        limiter.forget_guess(counted)
    );
    if let Err(error) = forgotten {
        tracing::warn!(%error, "a right verification code stays counted as a wrong one");
    }
    let (user, inherited) = user?;
    let restrictions = inherited.as_ref().unwrap_or(access.restrictions());
    Ok(Json(UserView::new(user, school, restrictions, state.app.clock.now())))
}
