//! API Gateway's events in `events/`, through `lambda_http` to the routers, as on AWS.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::Request;
use campus_core::http;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::harness::{Student, TestApp, sign_up_body, student_of};

fn events() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut events: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    events.sort_unstable();
    events
}

/// What a service and its students put into an event.
struct Values {
    student: Student,
    school: String,
    board: String,
    post: String,
}

impl Values {
    /// The student is the one who logs in in the events.
    async fn new(app: &TestApp) -> Self {
        let school = app.school("가온대학교").await;
        let mut sign_up = sign_up_body(&school, "maru");
        sign_up["password"] = "gaon-maru-2026!".into();
        let student = student_of(app.post("/auth/signup").json(&sign_up).send().await.is(201));
        let board = app.board(&student, "자유게시판").await;
        let post = app.write_post(&student, &board, "제목", true).await;
        Self { student, school: school.id.to_string(), board, post }
    }

    fn fill(&self, event: &str) -> String {
        event
            .replace("${ACCESS_TOKEN}", &self.student.token)
            .replace("${SCHOOL_ID}", &self.school)
            .replace("${BOARD_ID}", &self.board)
            .replace("${POST_ID}", &self.post)
            .replace("${UNIQUE}", "x1")
    }
}

/// The function's own router, as its `main` builds it.
fn router(app: &TestApp, function: &str) -> axum::Router {
    let state = app.desk.app.clone();
    let routes = match function {
        "auth" => campus_auth::routes(app.desk.auth.clone()),
        "boards" => campus_boards::routes(state),
        "posts" => campus_posts::routes(state),
        other => panic!("no function {other}"),
    };
    http::finish(routes.into())
}

/// The status that the event's name promises.
fn promised(name: &str) -> &[u16] {
    match name {
        name if name.ends_with("-unknown-path") || name.ends_with("-malformed-id") => &[404],
        name if name.ends_with("-wrong-password") || name.ends_with("-without-token") => &[401],
        name if name.ends_with("-wrong-method") => &[405],
        name if name.ends_with("-foreign-cursor") => &[400],
        name if name.ends_with("-invalid") => &[422],
        _ => &[200, 201, 204],
    }
}

#[tokio::test]
async fn every_event_is_answered_by_its_function_as_on_the_desk() {
    for (name, event) in events() {
        // A service for each: what one event deletes another needs.
        let app = TestApp::start().await;
        let event = Values::new(&app).await.fill(&event);
        assert!(!event.contains("${"), "{name}: a value is not filled in");
        let parsed: Value = serde_json::from_str(&event).unwrap();
        let request = lambda_http::request::from_str(&event).unwrap();
        let (parts, body) = request.into_parts();
        let is_read = parts.method == "GET";
        let plain = Request::builder().method(parts.method.clone()).uri(parts.uri.path_and_query().unwrap().as_str());
        let plain = parts.headers.iter().fold(plain, |plain, (name, value)| plain.header(name, value));
        let function = name.split('-').next().unwrap();
        let response = router(&app, function).oneshot(Request::from_parts(parts, Body::new(body))).await.unwrap();

        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let id = parsed["requestContext"]["requestId"].as_str().unwrap();
        assert_eq!(parts.headers["x-request-id"], id, "{name}");
        assert!(promised(&name).contains(&parts.status.as_u16()), "{name}: {} {text}", parts.status);
        if is_read {
            let desk = app.send(plain.body(Body::empty()).unwrap()).await;
            assert_eq!(parts.status, desk.status, "{name}");
            let without_ids = |text: &str, id: &str| without_cursor(&text.replace(id, ""));
            assert_eq!(without_ids(&text, id), without_ids(&desk.text, desk.header("x-request-id")), "{name}");
        }
    }
}

/// A cursor is sealed with a new nonce each time.
fn without_cursor(text: &str) -> String {
    let mut json: Value = serde_json::from_str(text).unwrap();
    if json["next_cursor"].is_string() {
        json["next_cursor"] = true.into();
    }
    json.to_string()
}

#[test]
fn every_operation_has_an_event() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let document = runtime.block_on(async { serde_json::to_value(TestApp::start().await.desk.document).unwrap() });
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let ids = operations.filter_map(|operation| operation["operationId"].as_str().map(|id| id.replace('_', "-")));
    let names: BTreeSet<String> = events().into_iter().map(|(name, _)| name).collect();
    for id in ids {
        assert!(names.iter().any(|name| name.ends_with(&format!("-{id}"))), "no event for {id}");
    }
}
