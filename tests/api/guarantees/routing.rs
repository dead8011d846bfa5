//! The routes of `template.yaml`, of the functions and of the OpenAPI document are the same.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use crate::guarantees::events::{self, Pairs};
use crate::guarantees::openapi::{self, operations};
use crate::guarantees::template::{events, functions, template};
use crate::support::harness::TestApp;

/// The OpenAPI document of a function.
pub fn document(function: &str) -> OpenApi {
    match function {
        "auth" => campus_auth::document(),
        "boards" => campus_boards::document(),
        "posts" => campus_posts::document(),
        "comments" => campus_comments::document(),
        "messages" => campus_messages::document(),
        "moderation" => campus_moderation::document(),
        "notifications" => campus_notifications::document(),
        "timetable" => campus_timetable::document(),
        other => panic!("no function {other}"),
    }
}

/// A route of API Gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GatewayRoute {
    pub path: String,
    pub function: String,
}

/// The segments of a path.
fn segments(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

impl GatewayRoute {
    /// How well the route matches a path, by API Gateway's rule: a full match is better than a greedy one, a longer
    /// greedy one is better than a shorter one, and `$default` is last. Of full matches, the one with fewer variables
    /// is better. None if the route does not match.
    fn matches(&self, path: &str) -> Option<(u8, usize)> {
        if self.path == "$default" {
            return Some((0, 0));
        }
        let (own, asked) = (segments(&self.path), segments(path));
        let fits = |own: &[&str]| own.iter().zip(&asked).all(|(own, asked)| is_variable(own) || own == asked);
        match own.split_last() {
            Some((&"{proxy+}", own)) => (asked.len() > own.len() && fits(own)).then_some((1, own.len())),
            _ => {
                let literals = own.iter().filter(|segment| !is_variable(segment)).count();
                (asked.len() == own.len() && !asked.contains(&"") && fits(&own)).then_some((2, literals))
            }
        }
    }

    /// The path parameters that the gateway takes from a path.
    pub fn parameters(&self, path: &str) -> Pairs {
        let (own, asked) = (segments(&self.path), segments(path));
        let parameters = own.iter().enumerate().filter(|(_, segment)| is_variable(segment));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let pair = |(at, segment): (usize, &&str)| match *segment {
            "{proxy+}" => ("proxy".to_owned(), decoded(&asked[at..].join("/"))),
            variable => (variable.trim_matches(['{', '}']).to_owned(), decoded(asked[at])),
        };
        Pairs(parameters.map(pair).collect())
    }
}

/// The routes of the gateway.
pub struct GatewayRoutes(BTreeSet<GatewayRoute>);

impl GatewayRoutes {
    pub fn of_template() -> Self {
        let template = template();
        let mut routes = BTreeSet::new();
        for (function, (_, properties)) in functions(&template) {
            let events = events(properties).into_iter();
            for (_, event) in events.filter(|(_, event)| event["Type"] == "HttpApi") {
                let properties = &event["Properties"];
                let expected = (&"ANY".into(), &"Api".into());
                assert_eq!((&properties["Method"], &properties["ApiId"]), expected, "{properties}");
                let path = properties["Path"].as_str().unwrap().to_owned();
                assert!(routes.insert(GatewayRoute { path, function: function.to_owned() }), "{properties}");
            }
        }
        Self(routes)
    }

    /// The route that the gateway chooses.
    pub fn route_of(&self, path: &str) -> &GatewayRoute {
        let matching = self.0.iter().filter(|route| route.matches(path).is_some());
        matching.max_by_key(|route| route.matches(path)).unwrap()
    }
}

/// The functions that have routes.
pub fn routed(template: &Value) -> Vec<&str> {
    let has_routes = |properties: &Value| events(properties).iter().any(|(_, event)| event["Type"] == "HttpApi");
    let functions = functions(template).into_iter();
    functions.filter(|(_, (_, properties))| has_routes(properties)).map(|(name, _)| name).collect()
}

/// The path of an operation with a value for each variable.
pub fn concrete(path: &str) -> String {
    let filled = path.split('/').map(|segment| if is_variable(segment) { "7" } else { segment });
    filled.collect::<Vec<_>>().join("/")
}

/// The paths of the function's operations that do not reach it, with the routes that the gateway chooses instead.
pub fn misrouted<'a>(routes: &'a GatewayRoutes, function: &str, path: &str) -> Option<&'a GatewayRoute> {
    // A path with a trailing slash is either the same as without it, or has an empty last segment.
    let paths = [concrete(path), format!("{}/", concrete(path))];
    paths.iter().map(|path| routes.route_of(path)).find(|route| route.function != function)
}

#[test]
fn every_path_of_the_document_reaches_the_function_that_describes_it() {
    let (template, routes) = (template(), GatewayRoutes::of_template());
    let mut reached = BTreeSet::new();
    let mut described = BTreeSet::new();
    for function in routed(&template) {
        let document = serde_json::to_value(document(function)).unwrap();
        described.extend(operations(&document).into_iter().map(|(name, _)| name));
        for path in document["paths"].as_object().unwrap().keys() {
            assert_eq!(misrouted(&routes, function, path), None, "{path}");
            reached.extend([concrete(path), format!("{}/", concrete(path))].map(|path| routes.route_of(&path).clone()));
        }
    }
    let unused: Vec<_> = routes.0.difference(&reached).collect();
    assert!(unused.is_empty(), "routes that no operation needs: {unused:?}");
    let published: BTreeSet<_> = operations(openapi::document()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(described, published);
}

#[tokio::test]
async fn a_function_serves_what_it_describes() {
    let app = TestApp::start().await;
    for function in routed(&template()) {
        let document = serde_json::to_value(document(function)).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let mut described: BTreeSet<_> =
                item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            if described.contains("GET") {
                described.insert("HEAD".to_owned());
            }
            let event = json!({
                "version": "2.0", "rawPath": concrete(path), "rawQueryString": "", "headers": {},
                "requestContext": { "http": { "method": "TRACE", "path": concrete(path) }, "stage": "$default" },
            });
            let answer = events::function(&app, function).handle(event).await.unwrap();
            assert_eq!(answer["statusCode"], 405, "{function} {path}: {answer}");
            let served: BTreeSet<_> =
                answer["headers"]["allow"].as_str().unwrap().split(',').map(str::to_owned).collect();
            assert_eq!(served, described, "{function} {path}");
        }
    }
}

#[test]
fn the_gateway_chooses_the_most_specific_route() {
    let route = |path: &str| GatewayRoute { path: path.to_owned(), function: String::new() };
    let paths = ["$default", "/a", "/a/{proxy+}", "/a/{id}/b", "/a/{id}/b/{proxy+}", "/a/mine/b"];
    let routes = GatewayRoutes(paths.map(route).into());
    for (asked, chosen) in [
        ("/a", "/a"),
        ("/a/", "/a/{proxy+}"),
        ("/a/7", "/a/{proxy+}"),
        ("/a/7/b", "/a/{id}/b"),
        ("/a/mine/b", "/a/mine/b"),
        ("/a/7/b/", "/a/{id}/b/{proxy+}"),
        ("/a/7/b/c/d", "/a/{id}/b/{proxy+}"),
        ("/a/7/c", "/a/{proxy+}"),
        ("/ab", "$default"),
        ("/", "$default"),
    ] {
        assert_eq!(routes.route_of(asked).path, chosen, "{asked}");
    }
}
