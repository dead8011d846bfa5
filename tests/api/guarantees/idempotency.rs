//! The `Idempotency-Key` header.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::response::IntoResponse;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{Caller, Role, Time};
use campus_core::http::{AccessRequest, Code, Created, Creation, Problem};
use campus_core::store::IdempotencyKey;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::harness::{Answer, Student, TestApp};

async fn post(app: &TestApp, by: &Student, path: &str, key: &str, body: &Value) -> Answer {
    app.post(path).by(by).header("idempotency-key", key).json(body).send().await
}

fn board(name: &str) -> Value {
    json!({ "category": "일반", "name": name })
}

#[tokio::test]
async fn a_repetition_creates_nothing_and_returns_the_current_resource() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let first = post(&app, &student, "/boards", "key", &board("자유")).await;
    assert_eq!(first.is(201).header("idempotency-replayed"), "");
    let path = first.header("location").to_owned();
    app.patch(&path).by(&student).json(&json!({ "name": "광장" })).send().await.is(200);
    let before = app.snapshot().await;
    let repeat = post(&app, &student, "/boards", "key", &board("자유")).await;
    assert_eq!(repeat.is(201).header("idempotency-replayed"), "true");
    assert_eq!(repeat.header("location"), path);
    assert_eq!((repeat.at("/id"), repeat.at("/name")), (first.at("/id"), json!("광장")));
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_replayed_board_shows_its_pin() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let first = post(&app, &student, "/boards", "key", &board("자유")).await;
    app.put(format!("{}/pin", first.header("location"))).by(&student).send().await.is(204);
    assert_eq!(post(&app, &student, "/boards", "key", &board("자유")).await.at("/is_pinned"), json!(true));
}

#[tokio::test]
async fn a_repeated_post_is_created_once() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let path = format!("/boards/{}/posts", app.board(&student, "자유").await);
    let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
    let first = post(&app, &student, &path, "key", &body).await;
    let repeat = post(&app, &student, &path, "key", &body).await;
    assert_eq!((first.is(201).json(), repeat.header("idempotency-replayed")), (repeat.is(201).json(), "true"));
    assert_eq!(app.get(&path).by(&student).send().await.at("/items").as_array().unwrap().len(), 1);
    let other = json!({ "title": "다른 제목", "content": "내용", "is_anonymous": true });
    assert_eq!(post(&app, &student, &path, "other", &other).await.is(201).header("idempotency-replayed"), "");
}

#[tokio::test]
async fn the_same_key_for_another_request_is_422() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let made = post(&app, &student, "/boards", "key", &board("자유")).await;
    let before = app.snapshot().await;
    post(&app, &student, "/boards", "key", &board("비밀")).await.is_problem(422, "idempotency_key_reused");
    let path = format!("{}/posts", made.header("location"));
    let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
    post(&app, &student, &path, "key", &body).await.is_problem(422, "idempotency_key_reused");
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn keys_are_per_user() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (one, other) = (app.student(&school).await, app.student(&school).await);
    post(&app, &one, "/boards", "key", &board("자유")).await.is(201);
    let answer = post(&app, &other, "/boards", "key", &board("비밀")).await;
    assert_eq!(answer.is(201).header("idempotency-replayed"), "");
}

#[tokio::test]
async fn a_refused_request_can_be_sent_again_with_its_key() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let taken = app.board(&student, "자유").await;
    post(&app, &student, "/boards", "key", &board("자유")).await.is_problem(409, "board_name_taken");
    app.delete(format!("/boards/{taken}")).by(&student).send().await.is(204);
    let answer = post(&app, &student, "/boards", "key", &board("자유")).await;
    assert_eq!(answer.is(201).header("idempotency-replayed"), "");
}

#[tokio::test]
async fn a_key_is_valid_for_24_hours_even_if_its_row_is_deleted_later() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    let (start, day) = (app.stop_clock(), 24 * 3600 * 1000);
    post(&app, &student, "/boards", "key", &board("자유")).await.is(201);
    app.clock.stop_at_millis(start + day - 1000);
    let repeat = post(&app, &student, "/boards", "key", &board("자유")).await;
    assert_eq!(repeat.is(201).header("idempotency-replayed"), "true");
    app.clock.stop_at_millis(start + day);
    post(&app, &student, "/boards", "key", &board("비밀")).await.is(201);
    assert_eq!(app.count_rows("#BOARDNAME#").await, 2);
}

#[tokio::test]
async fn a_key_has_1_to_255_characters() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    post(&app, &student, "/boards", "", &board("자유")).await.is_invalid(&[("Idempotency-Key", "too_short")]);
    let long = "k".repeat(256);
    post(&app, &student, "/boards", &long, &board("자유")).await.is_invalid(&[("Idempotency-Key", "too_long")]);
    post(&app, &student, "/boards", &long[..255], &board("자유")).await.is(201);
}

#[tokio::test]
async fn a_repetition_after_the_resource_was_deleted_is_404() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let made = post(&app, &student, "/boards", "key", &board("자유")).await;
    app.delete(made.header("location")).by(&student).send().await.is(204);
    post(&app, &student, "/boards", "key", &board("자유")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn neither_the_key_nor_the_body_is_stored() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    post(&app, &student, "/boards", "my-secret-key", &board("자유게시판")).await.is(201);
    let rows = app.rows().await;
    let record = rows.iter().find(|row| row["sk"].as_s().unwrap().starts_with("ONCE#")).unwrap();
    let text = format!("{record:?}");
    assert!(!text.contains("자유게시판") && !text.contains("my-secret-key"));
    assert_eq!(record["status"].as_n().unwrap(), "201");
}

#[tokio::test]
async fn of_fifty_requests_at_once_with_one_key_one_creates_and_the_others_replay() {
    let app = Arc::new(TestApp::start().await);
    let student = app.student(&app.school("가온대학교").await).await;
    let path = format!("/boards/{}/posts", app.board(&student, "자유").await);
    let body = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
    let attempts: Vec<_> = (0..50)
        .map(|_| {
            let (app, student, path, body) = (app.clone(), student.clone(), path.clone(), body.clone());
            tokio::spawn(async move { post(&app, &student, &path, "key", &body).await })
        })
        .collect();
    let (mut made, mut ids) = (0, Vec::new());
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        ids.push(answer.is(201).text_at("/id"));
        made += usize::from(answer.header("idempotency-replayed").is_empty());
    }
    ids.dedup();
    assert_eq!((made, ids.len()), (1, 1));
    assert_eq!(app.count_rows("#POST#").await, 1, "bodies");
    app.audit().await;
}

/// What [`Creation::run`] returns for each problem. `races::creators` tests it for each operation.
#[tokio::test]
async fn a_request_that_is_refused_because_its_repetition_succeeded_returns_that_result() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    let made = post(&app, &student, "/boards", "key", &board("자유")).await.text_at("/id");
    let rows = app.rows().await;
    let text = |row: &HashMap<String, AttributeValue>, name: &str| row[name].as_s().unwrap().clone();
    let record = rows.iter().find(|row| text(row, "sk").starts_with("ONCE#")).unwrap();
    let key = IdempotencyKey {
        key_hash: text(record, "sk").trim_start_matches("ONCE#").to_owned(),
        fingerprint: text(record, "fingerprint"),
    };
    let token = BASE64_URL_SAFE_NO_PAD.decode(student.token.split('.').nth(1).unwrap()).unwrap();
    let session = serde_json::from_slice::<Value>(&token).unwrap()["sid"].as_str().unwrap().parse().unwrap();
    let caller = Caller {
        school: school.id,
        user: student.id.parse().unwrap(),
        session,
        role: Role::Student,
        is_verified: true,
        young_until: Time::now(),
    };
    let run = async |key: Option<&IdempotencyKey>, code: Code| {
        let creation = Creation { request: (), idempotency_key: key.cloned() };
        let refuse = async |(), _: AccessRequest| Err(Problem::from(code));
        let load = async |id: Uuid| Ok::<_, Problem>(id.to_string());
        let answer = |id: String| Created::new(id.clone(), id);
        creation.run(&app.service.app.authorizer, &caller, refuse, load, answer).await.map(|created| {
            let response = created.into_response();
            assert_eq!(response.headers()["idempotency-replayed"], "true");
            response.headers()["location"].to_str().unwrap().to_owned()
        })
    };
    assert_eq!(run(Some(&key), Code::RepliesFull).await, Ok(made));
    let other = IdempotencyKey { fingerprint: "other".to_owned(), ..key.clone() };
    let unused = IdempotencyKey { key_hash: "other".to_owned(), ..key.clone() };
    for (key, code) in [
        (None, Code::RepliesFull),
        (Some(&other), Code::RepliesFull),
        (Some(&unused), Code::RepliesFull),
        (Some(&key), Code::Unavailable),
    ] {
        assert_eq!(run(key, code).await, Err(Problem::from(code)));
    }
}
