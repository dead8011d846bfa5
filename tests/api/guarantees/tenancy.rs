//! For a caller of another school, a resource does not exist.

use std::collections::HashSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Answer, Student, TestApp};
use crate::support::ids::{is_id, unknown};
use crate::support::operations;

const STRANGERS: [Who; 2] = [Who::Foreigner, Who::ForeignAdmin];

/// The whole response except the id of the request.
fn bytes(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}

/// The path with ids that do not exist: new ones, and ones that differ from the existing ones in the last digit.
fn with_unknown_ids(path: &str) -> [String; 2] {
    let each = |change: fn(&str) -> String| {
        let (path, query) =
            path.split_once('?').map_or((path, String::new()), |(path, query)| (path, format!("?{query}")));
        // The id of a case is a letter and the id of what was reported.
        let parts = path.split('/').map(|part| match part {
            id if is_id(id) => change(id),
            case if case.is_char_boundary(1) && is_id(&case[1..]) => format!("{}{}", &case[..1], change(&case[1..])),
            other => other.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/") + &query
    };
    let near = |id: &str| format!("{}{}", &id[..id.len() - 1], if id.ends_with('0') { '1' } else { '0' });
    [each(unknown), each(near)]
}

#[tokio::test]
async fn another_schools_id_is_answered_byte_for_byte_like_an_unknown_one() {
    let fixture = Fixture::start().await;
    let before = fixture.app.snapshot().await;
    let mut tried = 0;
    // A share link works for every school, and a semester is in each.
    let with_ids = operations::all().filter(|operation| operation.path().contains('{'));
    let with_ids =
        with_ids.filter(|operation| !["{token}", "{semester}"].iter().any(|it| operation.path().contains(it)));
    for operation in with_ids {
        let name = operation.name;
        for who in STRANGERS {
            let specimen = (operation.request)(&fixture, who);
            let foreign = fixture.send(operation, who).await;
            // A caller who is no admin is told so before the id is looked up.
            let (status, code) = operation.access.refusal(who).unwrap();
            assert!(["not_found", "not_admin"].contains(&code), "{name}");
            foreign.is_problem(status, code);
            for path in with_unknown_ids(&specimen.path) {
                assert_ne!(path, specimen.path, "{name}");
                let call = fixture.app.call(operation.method().parse().unwrap(), path);
                let call = call.by(fixture.student(who).unwrap());
                let unknown = specimen.body.iter().fold(call, |call, body| call.json(body)).send().await;
                assert_eq!(bytes(&foreign), bytes(&unknown), "{name} as {who:?}");
            }
            tried += 1;
        }
        assert_eq!(fixture.app.snapshot().await, before, "{name}");
    }
    assert!(tried >= 80, "{tried}");
}

/// The own resources of a student of another school, for requests with foreign ids in their bodies.
struct OwnResources {
    post: String,
    board: String,
    timetable: String,
}

impl OwnResources {
    async fn of(app: &TestApp, student: &Student) -> Self {
        let board = app.board(student, "우리").await;
        let post = app.write_post(student, &board, "제목", true).await;
        let timetable = app.timetable(student, "계획", "private").await;
        Self { post, board, timetable }
    }
}

#[tokio::test]
async fn another_schools_id_in_a_body_is_answered_byte_for_byte_like_an_unknown_one() {
    let fixture = Fixture::start().await;
    let (app, author, stranger) =
        (&fixture.app, fixture.student(Who::Author).unwrap(), fixture.student(Who::Foreigner).unwrap());
    let own = OwnResources::of(app, stranger).await;
    let top = app.write_comment(author, &fixture.post, "댓글", None).await;
    let upload = json!({ "content_type": "image/png", "size": 1000 });
    let upload = app.post("/media").by(author).json(&upload).send().await.is(201).text_at("/id");
    let before = app.snapshot().await;
    let message = |field: &str, id: &str| json!({ field: id, "content": "안녕하세요" });
    let friend = |field: &str, whom: &str| json!({ field: whom });
    let reply = |id: &str| json!({ "content": "답글", "is_anonymous": true, "parent_id": id });
    let pictured = |id: &str| json!({ "title": "글", "content": "내용", "is_anonymous": true, "media_ids": [id] });
    let entry = |id: &str| json!({ "lecture_id": id });
    let (comments, entries) = (format!("/posts/{}/comments", own.post), format!("{}/entries", own.timetable));
    for (path, foreign, unknown) in [
        ("/messages", message("post_id", &fixture.post), message("post_id", &unknown(&fixture.post))),
        ("/messages", message("comment_id", &fixture.comment), message("comment_id", &unknown(&fixture.comment))),
        ("/friends/requests", friend("login_id", &author.login_id), friend("login_id", "nobody_here")),
        ("/friends/requests", friend("email", &author.email), friend("email", "nobody@example.ac.kr")),
        (&comments, reply(&top), reply(&unknown(&top))),
        (&format!("/boards/{}/posts", own.board), pictured(&upload), pictured(&unknown(&upload))),
        (&entries, entry(&fixture.lecture), entry(&unknown(&fixture.lecture))),
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
    let fixture = Fixture::start().await;
    let school = fixture.school.id.to_string();
    let ids: HashSet<String> = fixture
        .app
        .snapshot()
        .await
        .iter()
        .filter(|row| row.contains(&school))
        .flat_map(|row| row.split(|c: char| !c.is_ascii_hexdigit() && c != '-'))
        // The list of schools is public.
        .filter(|word| is_id(word) && *word != school)
        .map(str::to_owned)
        .collect();
    assert!(ids.len() > 30, "{}", ids.len());
    for operation in operations::all().filter(|operation| !operation.path().contains("{token}")) {
        for who in STRANGERS {
            let answer = fixture.send(operation, who).await;
            let words: Vec<_> = answer.text.split(|c: char| !c.is_ascii_hexdigit() && c != '-').collect();
            let leaked: Vec<_> = words.iter().filter(|word| ids.contains(**word)).collect();
            assert_eq!(leaked, [&""; 0], "{} as {who:?}", operation.name);
            fixture.reset().await;
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
