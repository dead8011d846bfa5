//! Middleware that runs for every request: request ids, time limits, logging, problem bodies and response headers.

use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use tokio::time::{Instant, timeout};
use tower::Layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

use super::{Code, Problem};
use crate::domain::Language;
use crate::store::Budget;

/// The time limits of a request.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// The maximum time for a request. Lambda's timeout in `template.yaml` is longer.
    pub request: Duration,
    /// The store's time budget for a request. It is shorter than `request`, so that the store fails first and its error
    /// is logged.
    pub store: Duration,
    /// The maximum time after the first write conflict during which the request is retried. Then it is shed, so that the
    /// instance is free for another request.
    pub conflicts: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { request: Duration::from_secs(9), store: Duration::from_secs(8), conflicts: Duration::from_millis(500) }
    }
}

/// API Gateway's id of a request. It is an extension of each request on Lambda.
#[derive(Clone)]
pub(crate) struct GatewayRequestId(pub(crate) String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds what all routes have in common:
///
/// - Unknown paths and methods return a problem, and a trailing slash is ignored.
/// - `OPTIONS` of a known path returns 204 without a body.
/// - Each response has `X-Request-Id`, `Cache-Control` and `X-Content-Type-Options`.
/// - Each request is logged with one line. If it takes longer than 9 seconds, it fails with 503.
pub fn finish(router: Router) -> Router {
    finish_within(router, TimeLimits::default())
}

/// Like [`finish`], with other time limits.
pub fn finish_within(router: Router, limits: TimeLimits) -> Router {
    let no_store = HeaderValue::from_static("no-store");
    let no_sniff = HeaderValue::from_static("nosniff");
    let observe = from_fn(move |request, next| observe(limits, request, next));
    // Layers of a router run after routing, so `observe` knows which route matched. The two are one layer, because a router
    // boxes each of its layers.
    let router = router
        .fallback(|| async { Problem::from(Code::NotFound) })
        .method_not_allowed_fallback(refuse_method)
        .layer((observe, CatchPanicLayer::custom(panicked)));
    // The trailing slash must be removed before routing, so these layers wrap the router from outside. This also builds
    // them only once, while the layers above are built once for each route.
    let layers = (
        SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, no_store),
        SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, no_sniff),
        NormalizePathLayer::trim_trailing_slash(),
    );
    Router::new().fallback_service(layers.layer(router))
}

/// The response if the path exists and its routes do not have the method.
///
/// API Gateway answers preflight requests of browsers itself. If it forwards them, since the routes in `template.yaml`
/// accept any method, it adds the CORS headers to this response. A browser accepts only a successful one.
async fn refuse_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Problem::from(Code::MethodNotAllowed).into_response()
}

/// Runs a request with an id, a log span and a time budget. Then writes the body of a problem and logs the request.
async fn observe(limits: TimeLimits, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let language = Language::preferred_by(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = info_span!("request", request_id = %id);

    let budget = Budget::new(limits.store).with_conflict_time(limits.conflicts);
    let response = timeout(limits.request, budget.spend(next.run(request))).instrument(span.clone()).await;
    let response = response.unwrap_or_else(|_| Problem::from(Code::Unavailable).into_response());
    let mut response = write_problem(response, language, &id);
    if let Ok(id) = HeaderValue::try_from(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }

    let usage = budget.usage();
    let used = |units: f64| Some(units).filter(|units| *units > 0.0);
    span.in_scope(|| {
        // CloudWatch bills each byte of this line.
        info!(
            target: "http",
            %method,
            route,
            status = response.status().as_u16(),
            ms = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0,
            calls = usage.calls,
            sequence = usage.sequence,
            read_units = used(usage.read_units),
            write_units = used(usage.write_units),
            "answered"
        );
    });
    response.extensions_mut().insert(usage);
    response
}

/// API Gateway's id of the request, or a new id if there is no gateway. An id from the client is ignored, since a client
/// could send anything.
fn request_id(request: &Request) -> String {
    let id = request.extensions().get().map(|GatewayRequestId(id)| id.clone());
    id.unwrap_or_else(|| Uuid::new_v4().to_string())
}

/// Writes the body of a problem response. Other responses stay unchanged.
fn write_problem(mut response: Response, language: Language, request_id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    let (_, body) = Json(problem.body(language, request_id)).into_response().into_parts();
    Response::from_parts(parts, Body::new(body))
}

/// The response if a handler panics. This runs only locally: on Lambda a panic ends the process.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::from(Code::Internal).into_response()
}
