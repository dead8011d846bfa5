//! `POST /takedowns`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use campus_core::domain::{ApplicantName, ContentLink, Email, Language, TakedownExplanation, TakedownRight};
use campus_core::http::{ClientAddress, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{Applicant, NewTakedownRequest};
use utoipa::ToSchema;

use crate::state::ModerationState;

request! {
    /// A request to hide a post, comment, review or exam info, because it infringes a right of yours.
    #[derive(Debug, ToSchema)]
    pub(crate) struct NewTakedown {
        /// The URL in the web client: of a post, of a comment as `/posts/{id}?comment={id}`, of a review as
        /// `/lectures/{id}?review={id}`, of an exam info as `/lectures/{id}?exam_info={id}`.
        link: ContentLink,
        right: TakedownRight,
        /// Why it infringes your right. The admins of the school read it, so do not say who you are. The author does not see
        /// it.
        explanation: TakedownExplanation,
        /// Your name. Neither the admins nor the author see it.
        name: ApplicantName,
        /// Your address. Neither the admins nor the author see it.
        email: Email,
    }
}

/// Asks for something to be hidden, because it infringes a right of yours.
///
/// You need no account. A mail with a link is sent to your address. When you have confirmed the request with it, an admin
/// decides. The response is the same whether or not the thing exists.
#[utoipa::path(post, path = "/takedowns", tag = "takedowns", security(()), request_body = NewTakedown, responses(
    (status = 202, description = "A mail will be sent, whether or not the thing exists. An address gets 3 such mails in an
        hour and 5 in a day; further requests are answered alike, and send nothing."),
    (status = 429, description = "`rate_limited`: too many requests from your network address.")))]
pub(crate) async fn create_takedown(
    State(state): State<ModerationState>,
    ClientAddress(network): ClientAddress,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewTakedown>,
) -> Result<StatusCode, Problem> {
    let NewTakedown { link: ContentLink(case_id), right, explanation, name, email } = body;
    let mailbox = state.mail.mailboxes.of(&email);
    if state.app.limiter.count_takedown_request(mailbox, network).await? {
        let applicant = Applicant { name, email, language: Language::preferred_by(&headers) };
        let request = NewTakedownRequest { case_id, right, explanation, applicant };
        state.app.takedowns.request((&state.mail.sealer, &state.mail.applicants), &request).await?;
    }
    Ok(StatusCode::ACCEPTED)
}
