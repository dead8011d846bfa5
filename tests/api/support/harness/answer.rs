//! Responses.

use std::io::Read;

use axum::http::{HeaderMap, StatusCode};
use campus_core::store::Usage;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// A response.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The size of the body as it was sent, in bytes.
    pub length: usize,
    /// The body, decompressed.
    pub text: String,
    pub usage: Usage,
}

/// The text of a body that is compressed with gzip.
pub fn decompressed(body: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(body).read_to_string(&mut text).unwrap();
    text
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The value at a JSON pointer. Panics if there is none.
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}: {self:?}")).clone()
    }

    /// The text at a JSON pointer. Panics if there is none.
    pub fn text_at(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at {pointer}: {self:?}")).to_owned()
    }

    /// The value of the header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The seconds of the `Retry-After` header. Panics if there is none.
    pub fn retry_after_s(&self) -> u64 {
        self.header("retry-after").parse().unwrap_or_else(|_| panic!("no Retry-After: {self:?}"))
    }

    /// The `code` of a problem; empty for a success.
    pub fn code(&self) -> String {
        if self.status.is_success() { String::new() } else { self.text_at("/code") }
    }

    /// Asserts that the response is a complete problem with this status and code.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status.as_u16(), self.text_at("/code").as_str()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.at("/status"), json!(status));
        assert_eq!(self.text_at("/type"), format!("urn:campus:problem:{code}"));
        assert_eq!(self.text_at("/request_id"), self.header("x-request-id"));
        self
    }

    /// Asserts that the response is a 422 with exactly these fields and field codes, in any order.
    #[track_caller]
    pub fn is_invalid(&self, expected: &[(&str, &str)]) {
        self.is_problem(422, "validation_failed");
        let errors = self.at("/errors");
        let field = |error: &'_ Value, name: &str| error[name].as_str().unwrap().to_owned();
        let errors = errors.as_array().unwrap().iter();
        let mut actual: Vec<_> = errors.map(|error| (field(error, "field"), field(error, "code"))).collect();
        let mut expected: Vec<_> =
            expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        actual.sort_unstable();
        expected.sort_unstable();
        assert_eq!(actual, expected);
    }

    /// Asserts the status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }
}

/// Asserts that one of the attempts succeeds and that all others are a 409 with this code.
pub async fn one_succeeds(attempts: Vec<JoinHandle<Answer>>, code: &str) {
    let mut succeeded = 0;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        match answer.status.is_success() {
            true => succeeded += 1,
            false => drop(answer.is_problem(409, code)),
        }
    }
    assert_eq!(succeeded, 1);
}
