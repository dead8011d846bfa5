//! `POST /takedowns/confirm`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{TakedownRight, Time};
use campus_core::http::{ClientAddress, JsonBody, Problem};
use campus_core::request;
use campus_core::store::{AddressAction, ConfirmedRequest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::ModerationState;

request! {
    /// The proof that a takedown request came from your address.
    #[derive(Debug, ToSchema)]
    pub(crate) struct TakedownConfirmation {
        /// The fragment of the link in the mail: the part after `#`.
        token: String,
    }
}

/// A confirmed takedown request. It does not tell whether the thing exists.
#[derive(Serialize, ToSchema)]
#[schema(as = ConfirmedTakedown)]
pub(crate) struct ConfirmedTakedownView {
    right: TakedownRight,
    confirmed_at: Time,
}

impl From<ConfirmedRequest> for ConfirmedTakedownView {
    fn from(confirmed: ConfirmedRequest) -> Self {
        let ConfirmedRequest { right, confirmed_at } = confirmed;
        Self { right, confirmed_at }
    }
}

/// Confirms a takedown request with the token of the link in the mail.
///
/// From then on it waits for the decision of an admin, which you get by mail. Sending the token again changes nothing, and
/// gets the same response.
#[utoipa::path(post, path = "/takedowns/confirm", tag = "takedowns", security(()), request_body = TakedownConfirmation,
    responses(
        (status = 200, description = "The request is confirmed.", body = ConfirmedTakedownView),
        (status = 403, description = "`takedown_token_invalid`: the token is wrong or more than a day old."),
        (status = 429, description = "`rate_limited`: too many requests from your network address.")))]
pub(crate) async fn confirm_takedown(
    State(state): State<ModerationState>,
    ClientAddress(network): ClientAddress,
    JsonBody(body): JsonBody<TakedownConfirmation>,
) -> Result<Json<ConfirmedTakedownView>, Problem> {
    state.app.limiter.count_address(AddressAction::ConfirmTakedown, network).await?;
    Ok(Json(state.app.takedowns.confirm(&state.mail.sealer, &body.token).await?.into()))
}
