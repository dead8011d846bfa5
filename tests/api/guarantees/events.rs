//! Events of API Gateway, sent to the functions as on AWS. The files in `events/` are generated
//! from the events of [`operations`](crate::support::operations).

mod demo;
mod files;

use std::collections::BTreeSet;
use std::fs;

use axum::body::Body;
use axum::http::Request;
use campus_core::lambda::Function;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

pub use self::demo::EventFixture;
pub use self::files::{Pairs, generate, name};
use crate::support::generated;
use crate::support::harness::{APP_URL, TestApp};
use crate::support::operations::GROUPS;

/// The function as its `main` builds it.
pub fn function(app: &TestApp, name: &str) -> Function {
    let state = app.service.app.clone();
    match name {
        "auth" => campus_auth::function(app.service.auth.clone()),
        "boards" => Function::new(campus_boards::routes(state)),
        "posts" => campus_posts::function(app.service.posts.clone()),
        "comments" => Function::new(campus_comments::routes(state)),
        "messages" => Function::new(campus_messages::routes(state)),
        "moderation" => campus_moderation::function(app.service.moderation.clone()),
        "timetable" => Function::new(campus_timetable::routes(app.service.timetable.clone())),
        "posts-stream" => campus_posts::stream::function(app.service.posts_stream.clone()),
        "notifications" => Function::new(campus_notifications::routes(app.service.notifications.clone())),
        "notifications-stream" => campus_notifications::stream::function(
            app.service.notifications_stream(app.ses.mailer(), APP_URL.to_owned()).unwrap(),
        ),
        other => panic!("no function {other}"),
    }
}

/// What is wrong with the files in `events/`.
pub fn problems_of_files() -> Vec<String> {
    let generated = generate();
    let files = fs::read_dir(generated::path("events")).unwrap().map(|entry| entry.unwrap().file_name());
    let files = files.map(|file| file.into_string().unwrap()).filter(|file| file.ends_with(".json"));
    let stale = files.filter(|file| !generated.contains_key(file.trim_end_matches(".json")));
    let stale: Vec<_> = stale.filter_map(|file| generated::hold_absence(&format!("events/{file}"))).collect();
    let files = generated.iter().map(|(name, text)| generated::hold_file(&format!("events/{name}.json"), text));
    files.flatten().chain(stale).collect()
}

#[test]
fn the_files_are_generated() {
    generated::assert_none(problems_of_files());
}

/// The events of which the function answers with a problem, by name, with its status.
fn refused() -> Vec<(String, u16)> {
    let mut refused = vec![(crate::support::operations::UNKNOWN_PATH.0.to_owned(), 404)];
    for function in GROUPS.iter() {
        for operation in &function.operations {
            let events = operation.events.iter();
            let events = events.filter_map(|event| Some((name(function.name, operation, event), event.refused?)));
            refused.extend(events);
        }
    }
    refused
}

#[tokio::test]
async fn every_event_is_answered_by_its_function_as_by_the_local_service() {
    let demo = EventFixture::start().await;
    let refused = refused();
    for (name, event) in generate() {
        demo.reset().await;
        let event = demo.values.fill(&event);
        assert!(!event.contains("${"), "{name}: a placeholder has no value");
        let event: Value = serde_json::from_str(&event).unwrap();
        let answer = function(&demo.app, name.split('-').next().unwrap()).handle(event.clone()).await.unwrap();
        let status = u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap();
        let id = event["requestContext"]["requestId"].as_str().unwrap();
        assert_eq!(answer["headers"]["x-request-id"], id, "{name}");
        match refused.iter().find(|(refused, _)| *refused == name) {
            Some((_, expected)) => assert_eq!(status, *expected, "{name}: {answer}"),
            None => assert!([200, 201, 202, 204].contains(&status), "{name}: {answer}"),
        }
        if event["requestContext"]["http"]["method"] == "GET" {
            let local = demo.app.send(as_local_request(&event)).await;
            assert_eq!(status, local.status.as_u16(), "{name}");
            let comparable = |text: &str, id: &str| without_cursor(&text.replace(id, ""));
            let text = answer["body"].as_str().unwrap();
            assert_eq!(comparable(text, id), comparable(&local.text, local.header("x-request-id")), "{name}");
        }
    }
}

/// The request of an event without a body, as a client sends it to the local service.
fn as_local_request(event: &Value) -> Request<Body> {
    let path = utf8_percent_encode(event["rawPath"].as_str().unwrap(), CONTROLS).to_string().replace(' ', "%20");
    let query = event["rawQueryString"].as_str().unwrap();
    let mut request = Request::builder().uri(if query.is_empty() { path } else { format!("{path}?{query}") });
    for (name, value) in event["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.body(Body::empty()).unwrap()
}

/// The text with another cursor: each response encrypts its cursor with a new nonce.
fn without_cursor(text: &str) -> String {
    // A picture or a calendar is no JSON.
    let Ok(mut json) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    if json["next_cursor"].is_string() {
        json["next_cursor"] = true.into();
    }
    json.to_string()
}

#[tokio::test]
async fn the_content_length_of_every_event_is_that_of_its_body() {
    let demo = EventFixture::start().await;
    let mut lengths = BTreeSet::new();
    for (name, event) in generate() {
        let event: Value = serde_json::from_str(&demo.values.fill(&event)).unwrap();
        let Some(body) = event["body"].as_str().filter(|_| event["isBase64Encoded"] == false) else { continue };
        assert_eq!(event["headers"]["content-length"], body.len().to_string(), "{name}");
        lengths.insert(body.len());
    }
    assert!(lengths.len() > 10, "{lengths:?}");
}

#[tokio::test]
async fn every_event_gets_a_proper_response() {
    let demo = EventFixture::start().await;
    let boards = function(&demo.app, "boards");
    let event: Value = serde_json::from_str(&demo.values.fill(&generate()["boards-list-boards"])).unwrap();
    let status = async |change: &dyn Fn(&mut Value)| {
        let mut event = event.clone();
        change(&mut event);
        let answer = boards.handle(event).await.unwrap();
        answer["statusCode"].as_u64().unwrap()
    };
    for query in ["name=<b>", "name={a}\"", "name=a b", "name=\u{0}|^`\\", "name=가", "%", "&&==?#"] {
        let status = status(&|event| event["rawQueryString"] = json!(query)).await;
        assert!([200, 422].contains(&status), "{query}: {status}");
    }
    for path in ["/boards/<b> c", "/boards/가?x#y", "/boards/%zz", "boards/..x", "", "/\u{0}", "/boards/a\\b|{}^`\""] {
        assert_eq!(status(&|event| event["rawPath"] = json!(path)).await, 404, "{path}");
    }
    for (header, value) in
        [("host", "a:b"), ("host", "exa mple"), ("x-forwarded-proto", "http,https"), ("cookie", ";;=")]
    {
        assert_eq!(status(&|event| event["headers"][header] = json!(value)).await, 200, "{header}: {value}");
    }
    assert_eq!(status(&|event| event["requestContext"]["domainName"] = json!("a b:c")).await, 200);
    let bad_base64 = status(&|event| {
        event["isBase64Encoded"] = json!(true);
        event["body"] = json!("not base64!");
    });
    assert_eq!(bad_base64.await, 400);
    for event in [json!({}), json!(null), json!("x"), json!([1]), json!({ "version": "2.0" })] {
        assert_eq!(boards.handle(event).await.unwrap()["statusCode"], 400);
    }
}
