//! The HTTP client of the smoke test.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use axum::http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::output::print;

/// Longer than the 15 seconds after which Lambda stops a function.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends requests to a service over HTTP or HTTPS. Trusts the certificate authorities of the operating system.
pub(super) struct Client {
    http: HyperClient<HttpsConnector<HttpConnector>, String>,
    url: String,
}

impl Client {
    /// A client of the API at the URL.
    pub(super) fn new(url: &str) -> Result<Self> {
        let uri: Uri = url.parse().with_context(|| format!("{url} is not a URL"))?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        ensure!(is_http, "{url} is not a URL that starts with http:// or https://");
        let roots = HttpsConnectorBuilder::new().with_native_roots().context("cannot load the root certificates")?;
        let connector = roots.https_or_http().enable_http1().build();
        let http = HyperClient::builder(TokioExecutor::new()).build(connector);
        Ok(Self { http, url: url.trim_end_matches('/').to_owned() })
    }

    /// Sends a request as the given step, and prints a line about it. Fails if the response has another status than the
    /// expected one.
    pub(super) async fn send(&self, step: &'static str, request: Request, expected: u16) -> Result<Response> {
        let response = self.exchange(step, request).await?;
        response.check(response.status == expected, format_args!("the status is not {expected}"))?;
        response.check(response.is_json, "the body is not JSON")?;
        Ok(response)
    }

    /// Sends the preflight request that a browser sends before a page of the origin may change the caller's account. Fails
    /// if the status is neither 200 nor 204.
    pub(super) async fn send_preflight(&self, step: &'static str, origin: &HeaderValue) -> Result<Response> {
        let mut request = Request { method: Method::OPTIONS, ..Request::get("/auth/me") };
        request.headers.insert(header::ORIGIN, origin.clone());
        let (method, headers) = ("PATCH", "authorization,content-type,idempotency-key");
        request.headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static(method));
        request.headers.insert(header::ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_static(headers));
        let response = self.exchange(step, request).await?;
        let is_success = [StatusCode::OK, StatusCode::NO_CONTENT].contains(&response.status);
        response.check(is_success, "the status is neither 200 nor 204")?;
        Ok(response)
    }

    async fn exchange(&self, step: &'static str, request: Request) -> Result<Response> {
        let Request { method, path, token, body, headers } = request;
        let line = format!("{method} {}{path}", self.url);
        let failed = |error: anyhow::Error| anyhow!("{step}\n  request: {line}\n  error: {error:#}");
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let content = body.map_or_else(String::new, |body| body.to_string());
        let request = request.body(content).map_err(|error| failed(error.into()))?;

        let start = Instant::now();
        let response = tokio::time::timeout(TIMEOUT, self.receive(request)).await;
        let elapsed = start.elapsed().as_millis();
        let timed_out = |_| anyhow!("no response within {} seconds", TIMEOUT.as_secs());
        let (head, text) = response.map_err(timed_out).flatten().map_err(failed)?;
        print(format_args!("{} {elapsed:>6} ms  {step}", head.status.as_u16()))?;

        let body = if text.is_empty() { Some(Value::Null) } else { serde_json::from_str(&text).ok() };
        let is_json = body.is_some();
        let (status, headers) = (head.status, head.headers);
        Ok(Response { step, line, status, headers, text, is_json, body: body.unwrap_or_default() })
    }

    async fn receive(&self, request: http::Request<String>) -> Result<(http::response::Parts, String)> {
        let (head, body) = self.http.request(request).await?.into_parts();
        let body = body.collect().await.context("the response is incomplete")?.to_bytes();
        Ok((head, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// A request to the API.
pub(super) struct Request {
    method: Method,
    path: String,
    token: Option<String>,
    body: Option<Value>,
    headers: HeaderMap,
}

impl Request {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), token: None, body: None, headers: HeaderMap::new() }
    }

    pub(super) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::DELETE, ..Self::get(path) }
    }

    pub(super) fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Adds an access token.
    pub(super) fn token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }
}

/// A response, and the step and the request to which it belongs.
pub(super) struct Response {
    step: &'static str,
    line: String,
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    /// Whether the body is empty or JSON.
    is_json: bool,
    body: Value,
}

impl Response {
    /// The body. It is `null` if the response has none.
    pub(super) fn body(&self) -> &Value {
        &self.body
    }

    pub(super) fn header(&self, name: HeaderName) -> Option<&HeaderValue> {
        self.headers.get(name)
    }

    /// The string in a field of the body.
    pub(super) fn text(&self, field: &str) -> Result<String> {
        let text = self.body.get(field).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| self.failure(format_args!("the body has no string `{field}`")))
    }

    /// The values of a field in all items of a list.
    pub(super) fn of_items(&self, field: &str) -> Result<Vec<&Value>> {
        let items = self.body.get("items").and_then(Value::as_array);
        let values = items.and_then(|items| items.iter().map(|item| item.get(field)).collect());
        values.ok_or_else(|| self.failure(format_args!("the body is not a list of items with `{field}`")))
    }

    /// Fails with the message if the condition is false.
    pub(super) fn check(&self, condition: bool, message: impl fmt::Display) -> Result<()> {
        if condition { Ok(()) } else { Err(self.failure(message)) }
    }

    fn failure(&self, message: impl fmt::Display) -> anyhow::Error {
        let Self { step, line, status, text, .. } = self;
        anyhow!("{step}: {message}\n  request: {line}\n  status: {status}\n  body: {text}")
    }
}
