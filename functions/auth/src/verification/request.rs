//! `POST /auth/verification`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use campus_core::domain::{Email, Language, Time, VerificationCode};
use campus_core::http::{ClientAddress, MaybeUnverified, OptionalJsonBody, Problem};
use campus_core::request;
use serde::Serialize;
use utoipa::ToSchema;

use crate::me::load_account;
use crate::state::AuthState;

request! {
    /// The address to verify.
    #[derive(Debug, ToSchema)]
    pub(crate) struct VerificationRequest {}
    optional {
        /// An address in one of the email domains of your school. Default: the address of your account.
        email: Email,
    }
}

/// A verification code that is on its way.
#[derive(Serialize, ToSchema)]
#[schema(as = VerificationCode)]
pub(crate) struct VerificationCodeView {
    /// The code is valid until this time: for 10 minutes.
    expires_at: Time,
    /// Wait for the mail until this time before you ask for another code.
    resend_after: Time,
}

/// Sends a verification code to your school address.
///
/// A code has 6 digits and can be tried 5 times. A new code replaces the one before. To change a verified address, verify
/// the new one; the old one stays until then. The response does not tell whether somebody else has verified the address.
#[utoipa::path(post, path = "/auth/verification", tag = "account", request_body = Option<VerificationRequest>, responses(
    (status = 202, description = "The code will be sent.", body = VerificationCodeView),
    (status = 403, description = "`manual_verification`: an operator verifies the students of your school."),
    (status = 409, description = "`already_verified`: you have verified exactly this address."),
    (status = 429, description = "`rate_limited`: you asked for too many codes, or too many codes went to the address.")))]
pub(crate) async fn request_verification(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
    ClientAddress(network): ClientAddress,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<VerificationRequest>,
) -> Result<(StatusCode, Json<VerificationCodeView>), Problem> {
    let (access, account) =
        tokio::join!(state.app.authorizer.authorize_account(&caller), load_account(&state, &caller));
    let (access, (user, school)) = (access?, account?);
    let address = body.email.unwrap_or_else(|| user.email.clone());
    school.check_verifies_addresses()?;
    school.check_domain(&address).map_err(|error| error.at("email"))?;
    user.check_can_verify(&address)?;
    state.app.limiter.count_code(&access, &caller, state.mailboxes.of(&address), network).await?;
    let to = (address, Language::preferred_by(&headers));
    let sent = state.app.verification_codes.send(&access, &user, to, &state.codes, &state.mail_sealer).await?;
    let resend_after = state.app.clock.now().plus_secs(VerificationCode::RESEND_AFTER_S);
    Ok((StatusCode::ACCEPTED, Json(VerificationCodeView { expires_at: sent, resend_after })))
}
