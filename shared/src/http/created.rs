//! Requests that create a resource, and their responses.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::{Creation, Problem};
use crate::domain::Caller;
use crate::store::{Authorizer, Error, IdempotencyKey, WriteAccess};

/// Requests write access for a request that creates a resource. [`Creation::run`] passes it to the handler, which calls
/// [`authorize`](Self::authorize), usually concurrently with its own reads.
#[derive(Debug)]
pub struct AccessRequest {
    authorizer: Authorizer,
    caller: Caller,
    key: Option<IdempotencyKey>,
}

impl AccessRequest {
    /// Checks the caller's session and account, and the request's idempotency key. The transaction that creates the
    /// resource must record the key with the returned access.
    ///
    /// # Errors
    /// - [`Error::SessionEnded`]; [`Refusal::SchoolUnverified`](crate::domain::Refusal::SchoolUnverified);
    ///   [`Refusal::ConsentNeeded`](crate::domain::Refusal::ConsentNeeded);
    ///   [`Refusal::WriteSuspended`](crate::domain::Refusal::WriteSuspended)
    /// - [`Error::Replayed`] if an earlier request with this key succeeded.
    /// - [`Error::KeyReused`] if the key was used for a different request.
    pub async fn authorize(&self) -> Result<WriteAccess, Error> {
        self.authorizer.authorize_once(&self.caller, self.key.as_ref()).await
    }

    /// Like [`authorize`](Self::authorize), for what a sanction does not bar.
    ///
    /// # Errors
    /// Those of `authorize`, except [`Refusal::WriteSuspended`](crate::domain::Refusal::WriteSuspended).
    pub async fn authorize_despite_sanction(&self) -> Result<WriteAccess, Error> {
        self.authorizer.authorize_despite_sanction_once(&self.caller, self.key.as_ref()).await
    }

    /// Like [`authorize`](Self::authorize), for what only the caller can see: the caller need not be verified.
    ///
    /// # Errors
    /// Those of `authorize`, except [`Refusal::SchoolUnverified`](crate::domain::Refusal::SchoolUnverified).
    pub async fn authorize_private(&self) -> Result<WriteAccess, Error> {
        self.authorizer.authorize_private_once(&self.caller, self.key.as_ref()).await
    }

    /// Like [`authorize`](Self::authorize), for what nothing bars, such as a report.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; those of the idempotency key.
    pub async fn authorize_account(&self) -> Result<WriteAccess, Error> {
        self.authorizer.authorize_account_once(&self.caller, self.key.as_ref()).await
    }
}

impl<T> Creation<T> {
    /// Runs the request at most once per idempotency key.
    ///
    /// - `create` creates the resource.
    /// - `load` reads the resource if a request with the same key has already created it, including a concurrent request
    ///   that makes this one fail. The response then has `Idempotency-Replayed: true`.
    /// - `respond` builds the response from the resource.
    ///
    /// # Errors
    /// Those of `create`, and those of `load`: usually 404 if the resource has been deleted.
    pub async fn run<R, V, E>(
        self,
        authorizer: &Authorizer,
        caller: &Caller,
        create: impl AsyncFnOnce(T, AccessRequest) -> Result<R, Problem>,
        load: impl AsyncFnOnce(Uuid) -> Result<R, E>,
        respond: impl FnOnce(R) -> Created<V>,
    ) -> Result<Created<V>, Problem>
    where
        Problem: From<E>,
    {
        let Self { request, idempotency_key: key } = self;
        let access = AccessRequest { authorizer: authorizer.clone(), caller: *caller, key: key.clone() };
        let problem = match create(request, access).await {
            Err(problem) => problem,
            Ok(created) => return Ok(respond(created)),
        };
        let replayed = match problem.replayed() {
            None if key.is_some() && problem.is_client_error() => {
                // The request may have been refused because a concurrent request with the same key has just created
                // the resource.
                match authorizer.authorize_private_once(caller, key.as_ref()).await {
                    Err(Error::Replayed(id)) => Some(id),
                    _ => None,
                }
            }
            replayed => replayed,
        };
        match replayed {
            Some(id) => Ok(Created { replayed: true, ..respond(load(id).await?) }),
            None => Err(problem),
        }
    }
}

/// The response 201 with the resource and its `Location`. It has `Idempotency-Replayed: true` if an earlier request with
/// the same key created the resource.
#[derive(Debug)]
pub struct Created<V> {
    location: String,
    body: V,
    replayed: bool,
}

impl<V> Created<V> {
    /// The response for a resource at the path `location`.
    pub fn new(location: impl Into<String>, body: V) -> Self {
        Self { location: location.into(), body, replayed: false }
    }
}

impl<V: Serialize> IntoResponse for Created<V> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, Json(self.body)).into_response();
        if let Ok(location) = HeaderValue::try_from(self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if self.replayed {
            let name = HeaderName::from_static("idempotency-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}
