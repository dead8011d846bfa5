//! `GET /policies`.

use axum::Json;
use axum::extract::State;
use campus_core::domain::{Policies, Policy, PolicyVersion};
use campus_core::http::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::AuthState;

/// The terms of service and the privacy policy that apply. Both are null if the operator has none; then nobody is asked
/// for consent.
#[derive(Serialize, ToSchema)]
#[schema(as = Policies)]
pub(crate) struct PoliciesView {
    terms: Option<PolicyView>,
    privacy: Option<PolicyView>,
}

/// A version of a policy.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
struct PolicyView {
    /// Names the version. The same version always has the same text.
    version: PolicyVersion,
    text: PolicyTexts,
}

/// The text of a policy in both languages, as Markdown.
#[derive(Serialize, ToSchema)]
struct PolicyTexts {
    ko: String,
    en: String,
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        let Policy { version, ko, en } = policy;
        Self { version, text: PolicyTexts { ko: ko.into(), en: en.into() } }
    }
}

/// Shows the terms of service and the privacy policy.
#[utoipa::path(get, path = "/policies", tag = "auth", security(()),
    responses((status = 200, description = "The policies that apply.", body = PoliciesView)))]
pub(crate) async fn show_policies(State(state): State<AuthState>) -> Result<Json<PoliciesView>, Problem> {
    Ok(Json(match state.app.policies.texts().await? {
        Some(Policies { terms, privacy }) => PoliciesView { terms: Some(terms.into()), privacy: Some(privacy.into()) },
        None => PoliciesView { terms: None, privacy: None },
    }))
}
