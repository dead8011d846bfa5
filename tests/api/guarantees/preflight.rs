//! Preflight requests of browsers. API Gateway answers them; if it forwards them instead, the functions must not refuse
//! them, because a browser sends the request itself only after a successful response.

use serde_json::{Value, json};

use crate::guarantees::events::function;
use crate::guarantees::routing::{concrete, document, routed};
use crate::guarantees::template::template;
use crate::support::harness::TestApp;

/// A preflight request as API Gateway forwards it.
fn preflight(path: &str) -> Value {
    let headers = json!({
        "origin": "https://campus.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    });
    json!({
        "version": "2.0", "rawPath": path, "rawQueryString": "", "headers": headers,
        "requestContext": { "http": { "method": "OPTIONS", "path": path }, "stage": "$default" },
    })
}

#[tokio::test]
async fn every_function_accepts_preflight_requests_of_its_paths() {
    let app = TestApp::start().await;
    for name in routed(&template()) {
        let described = serde_json::to_value(document(name)).unwrap();
        for path in described["paths"].as_object().unwrap().keys() {
            let answer = function(&app, name).handle(preflight(&concrete(path))).await.unwrap();
            assert_eq!(answer["statusCode"], 204, "{name} {path}: {answer}");
            assert!(answer["body"].as_str().unwrap_or_default().is_empty(), "{name} {path}: {answer}");
        }
        let answer = function(&app, name).handle(preflight("/no-such-path")).await.unwrap();
        assert_eq!(answer["statusCode"], 404, "{name}: {answer}");
    }
}

#[tokio::test]
async fn other_methods_are_still_refused() {
    let app = TestApp::start().await;
    app.call("OPTIONS".parse().unwrap(), "/boards").send().await.is(204);
    app.call("TRACE".parse().unwrap(), "/boards").send().await.is_problem(405, "method_not_allowed");
}
