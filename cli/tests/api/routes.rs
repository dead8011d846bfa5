//! One list of routes: what `template.yaml` sends to a function, what the function serves, and what the OpenAPI document
//! promises.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use crate::harness::TestApp;
use crate::openapi::operations;
use crate::template::{functions, template};
use crate::{events, openapi};

/// The description of what a function serves.
pub fn document(function: &str) -> OpenApi {
    match function {
        "auth" => campus_auth::document(),
        "boards" => campus_boards::document(),
        "posts" => campus_posts::document(),
        "comments" => campus_comments::document(),
        "messages" => campus_messages::document(),
        "timetable" => campus_timetable::document(),
        other => panic!("no function {other}"),
    }
}

/// A route of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    path: String,
    function: String,
}

/// What stands between the slashes of a path.
fn segments(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{')
}

impl Route {
    /// How well it matches a path, by API Gateway's rule: a full match before a greedy one, the longest greedy one before
    /// the others, `$default` last. None if it does not match. Of full matches the one with fewer variables is better.
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
}

fn routes(template: &Value) -> BTreeSet<Route> {
    let mut routes = BTreeSet::new();
    for (function, (_, properties)) in functions(template) {
        let events = properties["Events"].as_object().unwrap();
        for event in events.values().filter(|event| event["Type"] == "HttpApi") {
            let properties = &event["Properties"];
            assert_eq!((&properties["Method"], &properties["ApiId"]), (&"ANY".into(), &"Api".into()), "{properties}");
            let path = properties["Path"].as_str().unwrap().to_owned();
            assert!(routes.insert(Route { path, function: function.to_owned() }), "{properties}");
        }
    }
    routes
}

/// The route that the gateway takes.
fn route_of<'a>(routes: &'a BTreeSet<Route>, path: &str) -> &'a Route {
    routes.iter().filter(|route| route.matches(path).is_some()).max_by_key(|route| route.matches(path)).unwrap()
}

/// A path of the document as clients ask for it.
fn concrete(path: &str) -> String {
    let filled = path.split('/').map(|segment| if is_variable(segment) { "7" } else { segment });
    filled.collect::<Vec<_>>().join("/")
}

#[test]
fn every_path_of_the_document_reaches_the_function_that_describes_it() {
    let template = template();
    let routes = routes(&template);
    let mut reached = BTreeSet::new();
    let mut described = BTreeSet::new();
    for function in functions(&template).into_keys() {
        let document = serde_json::to_value(document(function)).unwrap();
        described.extend(operations(&document).into_iter().map(|(name, _)| name));
        for path in document["paths"].as_object().unwrap().keys() {
            // With a trailing slash a path is either read like the one without it, or has an empty last segment.
            for path in [concrete(path), format!("{}/", concrete(path))] {
                let route = route_of(&routes, &path);
                assert_eq!(route.function, function, "{path} goes to {route:?}");
                reached.insert(route.clone());
            }
        }
    }
    let needless: Vec<_> = routes.difference(&reached).collect();
    assert!(needless.is_empty(), "routes that no operation needs: {needless:?}");
    let promised: BTreeSet<_> = operations(&openapi::document()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(described, promised);
}

#[tokio::test]
async fn a_function_serves_what_it_describes() {
    let app = TestApp::start().await;
    for function in functions(&template()).into_keys() {
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
            let answer = events::function(&app, function).answer(event).await.unwrap();
            assert_eq!(answer["statusCode"], 405, "{function} {path}: {answer}");
            let served: BTreeSet<_> =
                answer["headers"]["allow"].as_str().unwrap().split(',').map(str::to_owned).collect();
            assert_eq!(served, described, "{function} {path}");
        }
    }
}

#[test]
fn the_gateway_takes_the_most_specific_route() {
    let route = |path: &str| Route { path: path.to_owned(), function: String::new() };
    let paths = ["$default", "/a", "/a/{proxy+}", "/a/{id}/b", "/a/{id}/b/{proxy+}", "/a/mine/b"];
    let routes: BTreeSet<_> = paths.map(route).into();
    for (asked, taken) in [
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
        assert_eq!(route_of(&routes, asked).path, taken, "{asked}");
    }
}
