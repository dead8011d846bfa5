//! What happens around every request.

use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use tokio::time::{Instant, timeout};
use tower::Layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

use super::{Code, Language, Problem};
use crate::store::Budget;

/// The longest that a request may take. The store gives up a second earlier, so that it can say why.
const LIMIT: Duration = Duration::from_secs(9);
const STORE_LIMIT: Duration = Duration::from_secs(8);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A router as it meets the world: unknown paths and methods are problems, a trailing slash makes no difference,
/// every answer has its headers, and each request is logged and ends in time.
pub fn finish(router: Router) -> Router {
    let no_store = HeaderValue::from_static("no-store");
    let no_sniff = HeaderValue::from_static("nosniff");
    // These two know the route.
    let router = router
        .fallback(|| async { Problem::from(Code::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::from(Code::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(observe));
    // The others stand before all routes at once: a layer of a router is built for each of its routes.
    let layers = (
        SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, no_store),
        SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, no_sniff),
        NormalizePathLayer::trim_trailing_slash(),
    );
    Router::new().fallback_service(layers.layer(router))
}

/// Gives the request an id, a span and a budget of time; afterwards renders problems and logs a line.
async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let language = Language::preferred_by(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = info_span!("request", request_id = %id);

    let budget = Budget::of(STORE_LIMIT);
    let answer = timeout(LIMIT, budget.spend(next.run(request))).instrument(span.clone()).await;
    let response = answer.unwrap_or_else(|_| Problem::from(Code::Unavailable).into_response());
    let mut response = render(response, language, &id);
    if let Ok(id) = HeaderValue::try_from(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }

    let usage = budget.usage();
    span.in_scope(|| {
        info!(
            %method,
            route,
            status = response.status().as_u16(),
            ms = started.elapsed().as_secs_f64() * 1000.0,
            calls = usage.calls,
            sequence = usage.sequence,
            read_units = usage.read_units,
            write_units = usage.write_units,
            "answered"
        );
    });
    response.extensions_mut().insert(usage);
    response
}

/// API Gateway's id of the request, or a new one where there is no gateway. A client's own is not taken over: it could
/// be anything.
fn request_id(request: &Request) -> String {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    }
    .unwrap_or_else(|| Uuid::new_v4().to_string())
}

/// Writes the body of a problem; other answers pass.
fn render(mut response: Response, language: Language, request_id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    let (_, body) = Json(problem.body(language, request_id)).into_response().into_parts();
    Response::from_parts(parts, Body::new(body))
}

/// What a handler answers that panics. It is for the desk: a function on Lambda is built to end.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::from(Code::Internal).into_response()
}
