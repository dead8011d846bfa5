//! `GET /schools`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use campus_core::domain::{EmailDomain, School, SchoolId, SchoolName, SchoolSearch};
use campus_core::http::{List, Listing, PageParams, PageRequest, Problem, Query};
use campus_core::request;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::state::Auth;

request! {
    /// Which schools to list.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct SchoolFilter {}
    optional {
        /// Text in the name, without regard to case.
        #[param(inline)]
        query: SchoolSearch,
    }
}

/// A school at which students can sign up.
#[derive(Serialize, ToSchema)]
#[schema(as = School)]
pub(crate) struct SchoolView {
    #[schema(inline)]
    id: SchoolId,
    #[schema(inline)]
    name: SchoolName,
    /// The domains of the addresses that the school gives to its students. Information only.
    #[schema(inline)]
    email_domains: Vec<EmailDomain>,
}

impl From<School> for SchoolView {
    fn from(school: School) -> Self {
        Self { id: school.id, name: school.name, email_domains: school.email_domains }
    }
}

/// Lists schools by name.
#[utoipa::path(get, path = "/schools", tags = ["auth", "public"], params(SchoolFilter, PageParams),
    responses((status = 200, description = "A page of schools.", body = Listing<SchoolView>)))]
pub(crate) async fn search_schools(
    State(auth): State<Auth>,
    page: PageRequest,
    Query(filter): Query<SchoolFilter>,
) -> Result<impl IntoResponse, Problem> {
    let text = filter.query.as_ref().map(SchoolSearch::as_str);
    let list = List::public("schools", &[text]);
    let after = page.after(&auth.app.cursors, &list)?;
    let found = auth.app.schools.search(text, after, page.limit).await?;
    let listing = Listing::new(found, &auth.app.cursors, &list, SchoolView::from);
    Ok(([(header::CACHE_CONTROL, "public, max-age=60")], Json(listing)))
}
