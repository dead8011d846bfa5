//! Requests.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use campus_core::http;
use serde_json::Value;

use super::{Answer, Student, TestApp};

/// A request to build and send.
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    headers: HeaderMap,
    peer: Option<IpAddr>,
    body: Body,
}

impl Call<'_> {
    /// With the student's access token.
    pub fn by(self, student: &Student) -> Self {
        let token = student.token.clone();
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// From this address.
    pub fn from(mut self, address: &str) -> Self {
        self.peer = Some(address.parse().unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    /// With this body. The content type is JSON, unless it was set before.
    pub fn text(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        self
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().unwrap();
        *request.headers_mut() = self.headers;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(http::Peer(peer));
        }
        self.app.send(request).await
    }
}

impl TestApp {
    pub fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call { app: self, method, path: path.into(), headers: HeaderMap::new(), peer: None, body: Body::empty() }
    }

    pub fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub fn put(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    pub fn patch(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    pub fn delete(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::DELETE, path)
    }
}
