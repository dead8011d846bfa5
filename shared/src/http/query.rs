//! Extractors for query parameters, and pagination.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Code, CursorScope, Cursors, Problem, Request};
use crate::domain::{FieldError, Parse};
use crate::store::Page;

/// The query parameters, all of them valid. Unknown parameters are ignored; an invalid or repeated one is 422.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: Request> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let axum::extract::Query(raw) =
            axum::extract::Query::<T::Raw>::try_from_uri(&parts.uri).or(Err(FieldError::InvalidFormat.at("query")))?;
        T::from_raw(raw).map(Self).map_err(Problem::invalid)
    }
}

/// The `limit` and `cursor` parameters of a request for a list.
#[derive(Debug)]
pub struct PageRequest {
    /// The maximum number of items on the page: 1 to 50.
    pub limit: usize,
    cursor: Option<String>,
}

crate::request! {
    /// The query parameters of every list.
    #[derive(Debug, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub struct PageParams {}
    optional {
        /// The maximum number of items on the page.
        limit: Limit,
        /// The `next_cursor` of the previous page. Leave it out, or empty, for the first page.
        cursor: String,
    }
}

/// The maximum number of items on a page: 1 to 50.
#[derive(Clone, Copy, Debug)]
pub struct Limit(usize);

impl Limit {
    pub const MAX: usize = 50;
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
        Ok(Self { limit, cursor: cursor.filter(|cursor| !cursor.is_empty()) })
    }
}

impl PageRequest {
    /// The position in the list after which the page starts. `None` for the first page.
    ///
    /// # Errors
    /// 400 `invalid_cursor` if the cursor does not belong to this list.
    pub fn after(&self, cursors: &Cursors, list: &CursorScope) -> Result<Option<String>, Problem> {
        let open = |cursor: &String| cursors.open(list, cursor).ok_or(Problem::from(Code::InvalidCursor));
        self.cursor.as_ref().map(open).transpose()
    }
}

/// A page of a list. A page may be short, even empty; only `next_cursor: null` ends the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// The `cursor` of the next page. Null if this is the last page.
    pub next_cursor: Option<String>,
}

impl<T> Listing<T> {
    /// Converts a page from the store: `show` converts each item, and the next position becomes a cursor of `list`.
    pub fn new<E>(page: Page<E, String>, cursors: &Cursors, list: &CursorScope, show: impl FnMut(E) -> T) -> Self {
        let next_cursor = page.next.map(|position| cursors.seal(list, &position));
        Self { items: page.items.into_iter().map(show).collect(), next_cursor }
    }
}
