//! API Gateway's events in `events/`, through `lambda_http` to the routers, as on AWS.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::Request;
use campus_core::lambda::Function;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use crate::harness::{Student, TestApp, sign_up_body, student_of};
use crate::openapi;
use crate::world::review_body;

pub fn events() -> Vec<(String, String)> {
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
pub struct Values {
    pub student: Student,
    school: String,
    board: String,
    post: String,
    comment: String,
    others_post: String,
    others_comment: String,
    thread: String,
    lecture: String,
    timetable: String,
    entry: String,
    taken: String,
    review: String,
    others_review: String,
    share: String,
    friend: String,
    request: String,
}

impl Values {
    /// The student is the one who logs in in the events.
    pub async fn new(app: &TestApp) -> Self {
        let school = app.school("가온대학교").await;
        let mut sign_up = sign_up_body(&school, "maru");
        sign_up["password"] = "gaon-maru-2026!".into();
        let student = student_of(app.post("/auth/signup").json(&sign_up).send().await.is(201));
        let board = app.board(&student, "자유게시판").await;
        let other = app.student(&school).await;
        let (post, others_post) = (
            app.write_post(&student, &board, "제목", true).await,
            app.write_post(&other, &board, "남의 글", true).await,
        );
        let comment = app.write_comment(&student, &post, "댓글", None).await;
        let others_comment = app.write_comment(&other, &post, "남의 댓글", None).await;
        let thread = app.write_about(&student, json!({ "post_id": others_post }), "안녕하세요").await;
        app.import(&school, &["M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105"]).await;
        app.import_of("2026-2", &school, &["M2|001|논문연구|3|박||", "M3|001|해석학|3|박||"]).await.unwrap();
        let lecture = app.lecture(&student, "확률과정론").await;
        let timetable = app.timetable(&student, "계획", "private").await;
        let slots = json!([{ "day": "fri", "start": "18:00", "end": "20:00" }]);
        let entry = app.enter(&student, &timetable, &json!({ "title": "동아리", "slots": slots })).await;
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        // The first one is the primary one, which friends see.
        let theirs = json!({ "semester": "2026-2", "name": "계획", "visibility": "friends" });
        app.post("/timetables").by(&other).json(&theirs).send().await.is(201);
        let taken = take(app, &student, "논문연구").await;
        let own_review = review(app, &student, &take(app, &student, "해석학").await).await;
        let others_review = review(app, &other, &take(app, &other, "논문연구").await).await;
        let share = app.share(&student, &timetable).await;
        let (timetable, entry) = (id(&timetable), id(&entry));
        let friend = app.befriend(&other, &student).await;
        let request = app.ask(&app.student(&school).await, &student).await;
        app.post("/auth/signup").json(&sign_up_body(&school, "em_x1")).send().await.is(201);
        Self {
            student,
            school: school.id.to_string(),
            board,
            post,
            comment,
            others_post,
            others_comment,
            thread,
            lecture,
            timetable,
            entry,
            taken,
            review: own_review,
            others_review,
            share,
            friend,
            request,
        }
    }

    pub fn fill(&self, event: &str) -> String {
        event
            .replace("${ACCESS_TOKEN}", &self.student.token)
            .replace("${REFRESH_TOKEN}", &self.student.refresh_token)
            .replace("${SCHOOL_ID}", &self.school)
            .replace("${BOARD_ID}", &self.board)
            .replace("${POST_ID}", &self.post)
            .replace("${COMMENT_ID}", &self.comment)
            .replace("${OTHERS_POST_ID}", &self.others_post)
            .replace("${OTHERS_COMMENT_ID}", &self.others_comment)
            .replace("${THREAD_ID}", &self.thread)
            .replace("${LECTURE_ID}", &self.lecture)
            .replace("${TIMETABLE_ID}", &self.timetable)
            .replace("${ENTRY_ID}", &self.entry)
            .replace("${TAKEN_LECTURE_ID}", &self.taken)
            .replace("${REVIEW_ID}", &self.review)
            .replace("${OTHERS_REVIEW_ID}", &self.others_review)
            .replace("${SHARE_TOKEN}", &self.share)
            .replace("${FRIEND_ID}", &self.friend)
            .replace("${REQUEST_ID}", &self.request)
            .replace("${UNIQUE}", "x1")
    }
}

/// Puts a lecture of 2026-2 into a new timetable; gives its id.
async fn take(app: &TestApp, by: &Student, title: &str) -> String {
    let lecture = app.lecture_of("2026-2", by, title).await;
    let timetable = json!({ "semester": "2026-2", "name": title });
    let timetable = app.post("/timetables").by(by).json(&timetable).send().await;
    app.enter(by, timetable.is(201).header("location"), &json!({ "lecture_id": lecture })).await;
    lecture
}

/// Reviews the course of a lecture of 2026-2; gives the id of the review.
async fn review(app: &TestApp, by: &Student, lecture: &str) -> String {
    let mut body = review_body();
    body["semester"] = "2026-2".into();
    app.post(format!("/lectures/{lecture}/reviews")).by(by).json(&body).send().await.is(201).text_at("/id")
}

/// The function, as its `main` builds it.
pub fn function(app: &TestApp, name: &str) -> Function {
    let state = app.desk.app.clone();
    match name {
        "auth" => campus_auth::function(app.desk.auth.clone()),
        "boards" => Function::new(campus_boards::routes(state)),
        "posts" => campus_posts::function(app.desk.posts.clone()),
        "comments" => Function::new(campus_comments::routes(state)),
        "messages" => Function::new(campus_messages::routes(state)),
        "timetable" => Function::new(campus_timetable::routes(app.desk.planner.clone())),
        other => panic!("no function {other}"),
    }
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
        let event: Value = serde_json::from_str(&event).unwrap();
        let answer = function(&app, name.split('-').next().unwrap()).answer(event.clone()).await.unwrap();
        let status = u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap();
        let id = event["requestContext"]["requestId"].as_str().unwrap();
        assert_eq!(answer["headers"]["x-request-id"], id, "{name}");
        assert!(promised(&name).contains(&status), "{name}: {answer}");
        if event["requestContext"]["http"]["method"] == "GET" {
            let desk = app.send(as_on_the_desk(&event)).await;
            assert_eq!(status, desk.status.as_u16(), "{name}");
            let without_ids = |text: &str, id: &str| without_cursor(&text.replace(id, ""));
            let text = answer["body"].as_str().unwrap();
            assert_eq!(without_ids(text, id), without_ids(&desk.text, desk.header("x-request-id")), "{name}");
        }
    }
}

/// The request without a body that became the event.
fn as_on_the_desk(event: &Value) -> Request<Body> {
    let path = utf8_percent_encode(event["rawPath"].as_str().unwrap(), CONTROLS).to_string().replace(' ', "%20");
    let query = event["rawQueryString"].as_str().unwrap();
    let mut request = Request::builder().uri(if query.is_empty() { path } else { format!("{path}?{query}") });
    for (name, value) in event["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.body(Body::empty()).unwrap()
}

/// A cursor is sealed with a new nonce each time.
fn without_cursor(text: &str) -> String {
    // A picture or a calendar has none.
    let Ok(mut json) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    if json["next_cursor"].is_string() {
        json["next_cursor"] = true.into();
    }
    json.to_string()
}

#[test]
fn every_operation_has_an_event() {
    let document = openapi::document();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let ids = operations.filter_map(|operation| operation["operationId"].as_str().map(|id| id.replace('_', "-")));
    let names: BTreeSet<String> = events().into_iter().map(|(name, _)| name).collect();
    for id in ids {
        assert!(names.iter().any(|name| name.ends_with(&format!("-{id}"))), "no event for {id}");
    }
}

#[tokio::test]
async fn whatever_an_event_holds_it_gets_an_answer() {
    let app = TestApp::start().await;
    let boards = function(&app, "boards");
    let (_, event) = events().into_iter().find(|(name, _)| name == "boards-list-boards").unwrap();
    let event: Value = serde_json::from_str(&Values::new(&app).await.fill(&event)).unwrap();
    let status = async |change: &dyn Fn(&mut Value)| {
        let mut event = event.clone();
        change(&mut event);
        let answer = boards.answer(event).await.unwrap();
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
    assert_eq!(
        status(&|event| {
            event["isBase64Encoded"] = json!(true);
            event["body"] = json!("not base64!");
        })
        .await,
        400
    );
    for event in [json!({}), json!(null), json!("x"), json!([1]), json!({ "version": "2.0" })] {
        assert_eq!(boards.answer(event).await.unwrap()["statusCode"], 400);
    }
}
