//! What belongs to another school does not exist.

use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, TestApp};
use crate::world::review_body;

/// All of an answer but the id of the request.
fn bytes(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}

#[tokio::test]
async fn another_schools_id_is_answered_byte_for_byte_like_an_unknown_one() {
    let app = TestApp::start().await;
    let (school, other) = (app.school("가온대학교").await, app.school("나래대학교").await);
    let (owner, stranger, admin) = (app.student(&school).await, app.student(&other).await, app.admin(&other).await);
    let board = app.board(&owner, "자유").await;
    let post = app.write_post(&owner, &board, "제목", false).await;
    let unknown = Uuid::now_v7().to_string();
    let new_post = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
    let no_body = json!(null);
    app.import(&school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105"]).await;
    let lecture = app.lecture(&owner, "확률과정론").await;
    let timetable = app.timetable(&owner, "계획", "school").await.replace("/timetables/", "");
    let own = json!({ "title": "동아리", "slots": [] });
    let entry = app.enter(&owner, &format!("/timetables/{timetable}"), &own).await;
    let entry = entry.rsplit('/').next().unwrap().to_owned();
    let in_timetable = format!("/timetables/{timetable}/entries/{{}}");
    let name = json!({ "name": "내 것" });
    app.enter(&owner, &format!("/timetables/{timetable}"), &json!({ "lecture_id": lecture })).await;
    let reviews = format!("/lectures/{lecture}/reviews");
    let review = app.post(&reviews).by(&owner).json(&review_body()).send().await.is(201).text_at("/id");
    let friend = app.befriend(&owner, &app.student(&school).await).await;
    let request = app.ask(&app.student(&school).await, &owner).await;
    let routes: [(Method, &str, &str, &Value); 28] = [
        (Method::GET, "/boards/{}", &board, &no_body),
        (Method::PATCH, "/boards/{}", &board, &json!({ "name": "내 것" })),
        (Method::DELETE, "/boards/{}", &board, &no_body),
        (Method::PUT, "/boards/{}/pin", &board, &no_body),
        (Method::DELETE, "/boards/{}/pin", &board, &no_body),
        (Method::GET, "/boards/{}/posts", &board, &no_body),
        (Method::POST, "/boards/{}/posts", &board, &new_post),
        (Method::GET, "/posts/{}", &post, &no_body),
        (Method::GET, "/lectures/{}", &lecture, &no_body),
        (Method::GET, "/timetables/{}", &timetable, &no_body),
        (Method::PATCH, "/timetables/{}", &timetable, &name),
        (Method::DELETE, "/timetables/{}", &timetable, &no_body),
        (Method::POST, "/timetables/{}/copy", &timetable, &name),
        (Method::POST, "/timetables/{}/entries", &timetable, &own),
        (Method::PATCH, &in_timetable, &entry, &json!({ "color": "#aabbcc" })),
        (Method::DELETE, &in_timetable, &entry, &no_body),
        (Method::GET, "/timetables/{}/calendar.ics", &timetable, &no_body),
        (Method::GET, "/timetables/{}/picture.svg", &timetable, &no_body),
        (Method::POST, "/lectures/{}/reviews", &lecture, &review_body()),
        (Method::GET, "/lectures/{}/reviews", &lecture, &no_body),
        (Method::DELETE, "/reviews/{}", &review, &no_body),
        (Method::POST, "/reviews/{}/like", &review, &no_body),
        (Method::POST, "/timetables/{}/share", &timetable, &no_body),
        (Method::DELETE, "/timetables/{}/share", &timetable, &no_body),
        (Method::DELETE, "/friends/{}", &friend, &no_body),
        (Method::GET, "/friends/{}/timetable?semester=2026-1", &friend, &no_body),
        (Method::DELETE, "/friends/requests/{}", &request, &no_body),
        (Method::POST, "/friends/requests/{}/accept", &request, &no_body),
    ];
    for (method, path, id, body) in routes {
        for caller in [&stranger, &admin] {
            let before = app.snapshot().await;
            let ask = |id: &str| {
                let call = app.call(method.clone(), path.replace("{}", id)).by(caller);
                if body.is_null() { call.send() } else { call.json(body).send() }
            };
            let (foreign, nothing) = (ask(id).await, ask(&unknown).await);
            foreign.is_problem(404, "not_found");
            assert_eq!(bytes(&foreign), bytes(&nothing), "{method} {path}");
            assert_eq!(app.snapshot().await, before, "{method} {path}");
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
    let body = json!({ "category": "일반", "name": "남의 것", "school_id": school.id });
    app.post("/boards").by(&stranger).json(&body).send().await.is_invalid(&[("school_id", "unknown_field")]);
}
