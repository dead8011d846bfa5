//! `GET /schools`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use campus_core::domain::{EmailDomain, School, SchoolId, SchoolName, SchoolSearch, VerificationPolicy};
use campus_core::http::{CursorScope, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::state::AuthState;

request! {
    /// Filters of the list of schools.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct SchoolFilter {}
    optional {
        /// Only schools whose name contains this text. Case-insensitive.
        query: SchoolSearch,
    }
}

/// A school at which students can sign up.
#[derive(Serialize, ToSchema)]
#[schema(as = School)]
pub(crate) struct SchoolView {
    id: SchoolId,
    name: SchoolName,
    /// The domains of the school's student email addresses.
    email_domains: Vec<EmailDomain>,
    /// How students are verified: `email` by a code to an address in one of the domains, `manual` by the operator of the
    /// service. With `open`, every account counts as verified.
    policy: VerificationPolicy,
}

impl From<School> for SchoolView {
    fn from(school: School) -> Self {
        Self { id: school.id, name: school.name, email_domains: school.email_domains, policy: school.policy }
    }
}

/// Lists schools, ordered by name.
#[utoipa::path(get, path = "/schools", tag = "schools", security(()), params(SchoolFilter, PageParams),
    responses((status = 200, description = "A page of schools.", body = Listing<SchoolView>)))]
pub(crate) async fn search_schools(
    State(state): State<AuthState>,
    page: PageRequest,
    Query(filter): Query<SchoolFilter>,
) -> Result<impl IntoResponse, Problem> {
    let text = filter.query.as_ref().map(SchoolSearch::as_str);
    let list = CursorScope::public("schools", &[text]);
    let after = page.after(&state.app.cursors, &list)?;
    let found = state.app.schools.search(text, after, page.limit).await?;
    let listing = Listing::new(found, &state.app.cursors, &list, SchoolView::from);
    Ok(([(header::CACHE_CONTROL, "public, max-age=60")], Json(listing)))
}
