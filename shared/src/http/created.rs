//! Answers to requests that make something.

use std::future::Future;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::Problem;
use crate::domain::Caller;
use crate::store::{Intent, Writers};

/// Something that a request made: just now, or when the client first sent it.
#[derive(Debug)]
pub struct Once<T> {
    made: T,
    replayed: bool,
}

impl<T> Once<T> {
    /// What the attempt comes to. One that is refused for what a request with the same idempotency key has done while it
    /// was under way counts as done.
    ///
    /// # Errors
    /// Those of the attempt.
    pub async fn attempt(
        writers: &Writers,
        caller: &Caller,
        intent: Option<&Intent>,
        attempt: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        match attempt.await {
            Err(problem) => Err(problem.unless_done(writers, caller, intent).await),
            made => made,
        }
    }

    /// What the attempt made; or, where it turned out that the request had been carried out before, the thing as it
    /// now stands.
    ///
    /// # Errors
    /// Those of the attempt, and of loading the thing: 404 when it is gone.
    pub async fn settle<F, E>(attempt: Result<T, Problem>, load: impl FnOnce(Uuid) -> F) -> Result<Self, Problem>
    where
        F: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        match attempt {
            Ok(made) => Ok(Self { made, replayed: false }),
            Err(problem) => match problem.replayed() {
                Some(id) => Ok(Self { made: load(id).await?, replayed: true }),
                None => Err(problem),
            },
        }
    }

    /// The answer: where the thing is, and what the client is shown of it.
    pub fn created<V>(self, location: impl FnOnce(&T) -> String, show: impl FnOnce(T) -> V) -> Created<V> {
        Created { location: location(&self.made), body: show(self.made), replayed: self.replayed }
    }
}

/// 201, the thing and its `Location`; with `Idempotency-Replayed: true` when it had been made before.
#[derive(Debug)]
pub struct Created<V> {
    location: String,
    body: V,
    replayed: bool,
}

impl<V> Created<V> {
    /// For what is made without an idempotency key.
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
