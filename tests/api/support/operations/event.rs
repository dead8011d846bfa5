//! The events of an operation: requests of the demo student as API Gateway sends them to a function. `events/README.md`
//! explains the placeholders, such as `${BOARD_ID}`. `guarantees::events` writes them to files.

/// A request that differs from the specimen in some parts.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Names the event after the operation. Empty for the plain request.
    pub variant: &'static str,
    /// The status of the response, if it is a problem.
    pub refused: Option<u16>,
    /// The method, if it is not that of the operation.
    pub method: Option<&'static str>,
    /// The decoded path and the encoded query, if they are not those of the specimen.
    pub path: Option<&'static str>,
    pub headers: Vec<(&'static str, &'static str)>,
    pub cookies: &'static [&'static str],
    pub body: EventBody,
    pub has_no_token: bool,
}

/// The body of an event.
#[derive(Clone, Copy, Debug, Default)]
pub enum EventBody {
    /// That of the specimen, if it has one.
    #[default]
    Specimen,
    None,
    Text(&'static str),
    /// Sent in base64, as the gateway does if it does not take the body for text.
    Base64(&'static str),
}

/// An event for a path that no operation has. The `auth` function answers these.
pub const UNKNOWN_PATH: (&str, &str) = ("auth-unknown-path", "/no/such/path");

impl Event {
    pub(super) fn plain() -> Self {
        Self::default()
    }

    pub(super) fn variant(variant: &'static str) -> Self {
        Self { variant, ..Self::default() }
    }

    pub(super) fn refused(self, status: u16) -> Self {
        Self { refused: Some(status), ..self }
    }

    pub(super) fn method(self, method: &'static str) -> Self {
        Self { method: Some(method), ..self }
    }

    pub(super) fn path(self, path: &'static str) -> Self {
        Self { path: Some(path), ..self }
    }

    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn cookies(self, cookies: &'static [&'static str]) -> Self {
        Self { cookies, ..self }
    }

    pub(super) fn body(self, text: &'static str) -> Self {
        Self { body: EventBody::Text(text), ..self }
    }

    pub(super) fn base64_body(self, text: &'static str) -> Self {
        Self { body: EventBody::Base64(text), ..self }
    }

    pub(super) fn without_body(self) -> Self {
        Self { body: EventBody::None, ..self }
    }

    pub(super) fn without_token(self) -> Self {
        Self { has_no_token: true, ..self }
    }
}
