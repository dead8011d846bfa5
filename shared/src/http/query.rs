//! Queries of requests, and pages of lists.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Code, Cursors, List, Problem, Request, input};
use crate::domain::{FieldError, Parse};
use crate::store::Page;

/// The query of a request, all fields of it good. Parameters that the operation does not know are ignored.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: Request> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let axum::extract::Query(raw) =
            axum::extract::Query::<T::Raw>::try_from_uri(&parts.uri).or(Err(FieldError::InvalidFormat.at("query")))?;
        input::parse(raw).map(Self).map_err(Problem::invalid)
    }
}

/// Which part of a list is asked for.
#[derive(Debug)]
pub struct PageRequest {
    /// The most items on the page: 1 to 50.
    pub limit: usize,
    cursor: Option<String>,
}

crate::request! {
    /// The parameters of every list.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub struct PageParams {}
    optional {
        /// The most items on the page.
        #[param(inline)]
        limit: Limit,
        /// Where the page starts: the `next_cursor` of the page before.
        cursor: String,
    }
}

/// How many items a page has: 1 to 50.
#[derive(Clone, Copy, Debug)]
pub struct Limit(usize);

impl Limit {
    /// The most.
    pub const MAX: usize = 50;
    /// How many where nobody says.
    pub const DEFAULT: usize = 20;
}

impl Parse for Limit {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        match raw.parse() {
            Ok(limit) if (1..=Self::MAX).contains(&limit) => Ok(Self(limit)),
            _ => Err(FieldError::OutOfRange { min: 1, max: 50 }),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(PageParams { limit, cursor }) = Query::from_request_parts(parts, state).await?;
        let limit = limit.map_or(Limit::DEFAULT, |limit| limit.0);
        Ok(Self { limit, cursor })
    }
}

impl PageRequest {
    /// The position in the list behind which the page starts; none for the first page.
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub fn after(&self, cursors: &Cursors, list: &List) -> Result<Option<String>, Problem> {
        let open = |cursor: &String| cursors.open(list, cursor).ok_or(Problem::from(Code::InvalidCursor));
        self.cursor.as_ref().map(open).transpose()
    }
}

/// A page of a list. A page may be short, even empty; only `next_cursor: null` ends the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Where the next page starts; null when there is none.
    pub next_cursor: Option<String>,
}

impl<T> Listing<T> {
    /// The page of the list, each item as the function shows it.
    pub fn new<E>(page: Page<E, String>, cursors: &Cursors, list: &List, show: impl FnMut(E) -> T) -> Self {
        let next_cursor = page.next.map(|position| cursors.seal(list, &position));
        Self { items: page.items.into_iter().map(show).collect(), next_cursor }
    }
}
