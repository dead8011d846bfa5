//! `PUT /auth/me/consents`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Consents, PolicyVersion, PolicyVersions};
use campus_core::http::{JsonBody, MaybeUnverified, Problem};
use campus_core::request;
use utoipa::ToSchema;

use super::load_account;
use crate::session::UserView;
use crate::state::AuthState;

request! {
    /// The versions of the policies that you accept, from `GET /policies`.
    #[derive(Debug, ToSchema)]
    pub(crate) struct AcceptedPolicies {
        terms: PolicyVersion,
        privacy: PolicyVersion,
    }
}

impl From<AcceptedPolicies> for PolicyVersions {
    fn from(AcceptedPolicies { terms, privacy }: AcceptedPolicies) -> Self {
        Self { terms, privacy }
    }
}

/// Accepts the terms of service and the privacy policy.
///
/// Needed when `GET /policies` shows other versions than your account: then writing is 403 `consent_needed`.
#[utoipa::path(put, path = "/auth/me/consents", tag = "account", request_body = AcceptedPolicies, responses(
    (status = 200, description = "Your account.", body = UserView)))]
pub(crate) async fn accept_policies(
    MaybeUnverified(caller): MaybeUnverified,
    State(state): State<AuthState>,
    JsonBody(body): JsonBody<AcceptedPolicies>,
) -> Result<Json<UserView>, Problem> {
    let versions = PolicyVersions::from(body);
    let (access, account, current) = tokio::join!(
        state.app.authorizer.authorize_account(&caller),
        load_account(&state, &caller),
        state.app.policies.current_for(&versions),
    );
    let (access, (mut user, school)) = (access?, account?);
    versions.check_current(current?.as_ref()).map_err(Problem::invalid)?;
    let consents = Consents::new(versions, state.app.clock.now());
    state.app.users.accept_policies(&access, &caller, &consents).await?;
    user.consents = Some(consents);
    Ok(Json(UserView::new(user, school, access.restrictions(), state.app.clock.now())))
}
