//! What belongs to another school does not exist.
//!
//! All operations are tried with their specimens, so that a new one needs no entry here.

use std::collections::HashSet;

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Student, TestApp};
use crate::openapi;
use crate::world::{Who, World, specimen};

const STRANGERS: [Who; 2] = [Who::Foreigner, Who::ForeignAdmin];

/// All of an answer but the id of the request.
fn bytes(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}

/// A path with other ids in it: any, and some that differ from those that are there by as little as may be.
fn with_unknown_ids(path: &str) -> [String; 2] {
    let each = |change: fn(&str) -> String| {
        let (path, query) =
            path.split_once('?').map_or((path, String::new()), |(path, query)| (path, format!("?{query}")));
        let parts =
            path.split('/').map(|part| if Uuid::try_parse(part).is_ok() { change(part) } else { part.to_owned() });
        parts.collect::<Vec<_>>().join("/") + &query
    };
    let near = |id: &str| format!("{}{}", &id[..35], if id.ends_with('0') { '1' } else { '0' });
    [each(|_| Uuid::now_v7().to_string()), each(near)]
}

#[tokio::test]
async fn another_schools_id_is_answered_byte_for_byte_like_an_unknown_one() {
    let world = World::start().await;
    let before = world.app.snapshot().await;
    let document = openapi::document();
    let mut tried = 0;
    // Who has a link needs no school.
    let with_ids = openapi::operations(&document)
        .into_iter()
        .map(|(operation, _)| operation)
        .filter(|operation| operation.contains('{') && !operation.contains("{token}"));
    for operation in with_ids {
        for who in STRANGERS {
            let (method, _) = operation.split_once(' ').unwrap();
            let sound = specimen(&operation, &world, who);
            let foreign = world.send(&operation, who).await;
            foreign.is_problem(404, "not_found");
            for path in with_unknown_ids(&sound.path) {
                assert_ne!(path, sound.path, "{operation}");
                let call = world.app.call(method.parse().unwrap(), path).by(world.student(who).unwrap());
                let unknown = sound.body.iter().fold(call, |call, body| call.json(body)).send().await;
                assert_eq!(bytes(&foreign), bytes(&unknown), "{operation} as {who:?}");
            }
            tried += 1;
        }
        assert_eq!(world.app.snapshot().await, before, "{operation}");
    }
    assert!(tried >= 80, "{tried}");
}

/// What a student of another school has, to put ids into.
struct Own {
    post: String,
    board: String,
    timetable: String,
}

impl Own {
    async fn of(app: &TestApp, student: &Student) -> Self {
        let board = app.board(student, "우리").await;
        let post = app.write_post(student, &board, "제목", true).await;
        let timetable = app.timetable(student, "계획", "private").await;
        Self { post, board, timetable }
    }
}

#[tokio::test]
async fn another_schools_id_in_a_body_is_answered_byte_for_byte_like_an_unknown_one() {
    let world = World::start().await;
    let (app, author, stranger) =
        (&world.app, world.student(Who::Author).unwrap(), world.student(Who::Foreigner).unwrap());
    let own = Own::of(app, stranger).await;
    let top = app.write_comment(author, &world.post, "댓글", None).await;
    let upload = json!({ "content_type": "image/png", "size": 1000 });
    let upload = app.post("/media").by(author).json(&upload).send().await.is(201).text_at("/id");
    let nothing = Uuid::now_v7().to_string();
    let before = app.snapshot().await;
    let message = |field: &str, id: &str| json!({ field: id, "content": "안녕하세요" });
    let friend = |field: &str, whom: &str| json!({ field: whom });
    let reply = |id: &str| json!({ "content": "답글", "is_anonymous": true, "parent_id": id });
    let pictured = |id: &str| json!({ "title": "글", "content": "내용", "is_anonymous": true, "media_ids": [id] });
    let entry = |id: &str| json!({ "lecture_id": id });
    let (comments, entries) = (format!("/posts/{}/comments", own.post), format!("{}/entries", own.timetable));
    for (path, foreign, unknown) in [
        ("/messages", message("post_id", &world.post), message("post_id", &nothing)),
        ("/messages", message("comment_id", &world.comment), message("comment_id", &nothing)),
        ("/friends/requests", friend("login_id", &author.login_id), friend("login_id", "nobody_here")),
        ("/friends/requests", friend("email", &author.email), friend("email", "nobody@example.ac.kr")),
        (&comments, reply(&top), reply(&nothing)),
        (&format!("/boards/{}/posts", own.board), pictured(&upload), pictured(&nothing)),
        (&entries, entry(&world.lecture), entry(&nothing)),
    ] {
        let ask = |body: Value| async move { app.post(path).by(stranger).json(&body).send().await };
        let (foreign, unknown) = (ask(foreign).await, ask(unknown).await);
        assert!(foreign.status.is_client_error(), "{path}: {foreign:?}");
        assert_eq!(bytes(&foreign), bytes(&unknown), "{path}");
        assert_eq!(app.snapshot().await, before, "{path}");
    }
}

#[tokio::test]
async fn no_answer_to_another_school_has_an_id_of_this_one() {
    let world = World::start().await;
    let school = world.school.id.to_string();
    let ids: HashSet<String> = world
        .app
        .snapshot()
        .await
        .iter()
        .filter(|row| row.contains(&school))
        .flat_map(|row| row.split(|c: char| !c.is_ascii_hexdigit() && c != '-'))
        // The directory of schools is public.
        .filter(|word| Uuid::try_parse(word).is_ok() && *word != school)
        .map(str::to_owned)
        .collect();
    assert!(ids.len() > 30, "{}", ids.len());
    let document = openapi::document();
    for (operation, _) in openapi::operations(&document) {
        if operation.contains("{token}") {
            continue;
        }
        for who in STRANGERS {
            let answer = world.send(&operation, who).await;
            let words: Vec<_> = answer.text.split(|c: char| !c.is_ascii_hexdigit() && c != '-').collect();
            let told: Vec<_> = words.iter().filter(|word| ids.contains(**word)).collect();
            assert_eq!(told, [&""; 0], "{operation} as {who:?}");
            world.reset().await;
        }
    }
}

#[tokio::test]
async fn the_school_comes_from_the_token_whatever_the_request_says() {
    let app = TestApp::start().await;
    let (school, other) = (app.school("가온대학교").await, app.school("나래대학교").await);
    let (owner, stranger) = (app.student(&school).await, app.student(&other).await);
    app.board(&owner, "자유").await;
    for path in [format!("/boards?school={}", school.id), format!("/boards?school_id={}", school.id)] {
        let answer = app.get(path).by(&stranger).header("x-school-id", &school.id.to_string()).send().await;
        assert_eq!(answer.is(200).at("/items"), json!([]));
    }
}

#[tokio::test]
async fn an_entry_of_another_timetable_is_404() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let (one, other) =
        (app.timetable(&student, "하나", "private").await, app.timetable(&student, "둘", "private").await);
    let entry = app.enter(&student, &one, &json!({ "title": "동아리", "slots": [] })).await;
    let elsewhere = entry.replace(&one, &other);
    let before = app.snapshot().await;
    for method in [Method::PATCH, Method::DELETE] {
        let call = app.call(method, &elsewhere).by(&student).json(&json!({ "color": "#aabbcc" }));
        call.send().await.is_problem(404, "not_found");
    }
    assert_eq!(app.snapshot().await, before);
}
