//! Texts that look like something else, cover their neighbours, or are not visible at all.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Answer, TestApp};

/// Texts that no field may contain.
const HOSTILE: [(&str, &str); 5] = [
    ("an override of the text direction", "읽을 수 있는 글 \u{202E}txt.exe"),
    ("an embedding", "\u{202B}글자 글자 글자 글자 글자 글자"),
    ("an isolate", "글자 글자 글자 글자 글자 글자\u{2067}"),
    ("a control character", "글자 글자 글자\u{1b}[2J 글자 글자 글자"),
    ("stacked marks", "글자 글자 글자 글자 글자 x\u{332}\u{332}\u{332}\u{332}\u{332}"),
];

/// Texts without a visible character.
const BLANK: [&str; 6] = ["\u{3164}", "\u{200B}", "\u{2800}", "\u{301}", "\u{115F}\u{1160}", " \u{FEFF}\n"];

/// Nicknames that look like those of an anonymous author or of staff.
const LOOK_ALIKE: [&str; 8] =
    ["익명l", "익명I", "익명ㅣ", "\u{e1}dmin", "\u{251}dmin", "관리자님", "운영진공식", "管理者"];

/// Requests whose body has a text, with the name of its field.
fn texts(things: &Fixture) -> Vec<(Method, String, Value, &'static str)> {
    let review = json!({ "rating": 3, "semester": "2026-2" });
    vec![
        (Method::POST, format!("/posts/{}/comments", things.post), json!({ "is_anonymous": true }), "content"),
        (Method::POST, "/messages".to_owned(), json!({ "post_id": things.post }), "content"),
        (Method::POST, format!("/messages/{}", things.thread), json!({}), "content"),
        (Method::POST, format!("/lectures/{}/reviews", things.taken), review, "content"),
        (
            Method::POST,
            format!("/boards/{}/posts", things.board),
            json!({ "title": "글", "is_anonymous": true }),
            "content",
        ),
        (
            Method::POST,
            format!("/boards/{}/posts", things.board),
            json!({ "content": "글", "is_anonymous": true }),
            "title",
        ),
        (Method::POST, "/boards".to_owned(), json!({ "category": "일반" }), "name"),
        (Method::POST, "/boards".to_owned(), json!({ "name": "게시판" }), "category"),
        (Method::POST, "/timetables".to_owned(), json!({ "semester": "2026-2" }), "name"),
        (Method::PATCH, "/auth/me".to_owned(), json!({}), "nickname"),
        (Method::PATCH, "/auth/me".to_owned(), json!({}), "name"),
    ]
}

/// Checks that the field, and no other, is invalid.
#[track_caller]
fn is_refused(answer: &Answer, field: &str, case: &str) {
    assert_eq!(answer.status, 422, "{case}: {answer:?}");
    let errors = answer.at("/errors");
    let fields: Vec<_> = errors.as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, [field], "{case}: {answer:?}");
}

#[tokio::test]
async fn no_text_changes_its_direction_covers_its_neighbours_or_is_invisible() {
    let fixture = Fixture::start().await;
    let student = fixture.student(Who::Author).unwrap();
    let before = fixture.app.snapshot().await;
    for (method, path, body, field) in texts(&fixture) {
        let hostile = HOSTILE.into_iter().chain(BLANK.into_iter().map(|text| ("a blank text", text)));
        for (case, text) in hostile {
            let mut body = body.clone();
            body[field] = text.into();
            let answer = fixture.app.call(method.clone(), &path).by(student).json(&body).send().await;
            is_refused(&answer, field, &format!("{case} as {field} of {method} {path}"));
        }
    }
    assert_eq!(fixture.app.snapshot().await, before);
}

#[tokio::test]
async fn a_name_does_not_pass_for_another_by_letters_of_the_same_look() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    // The first letter is Cyrillic. Nobody else sees a real name.
    let cyrillic = |field: &str| json!({ field: "\u{430}nna" });
    let answer = app.patch("/auth/me").by(&student).json(&cyrillic("nickname")).send().await;
    answer.is_invalid(&[("nickname", "mixed_scripts")]);
    app.patch("/auth/me").by(&student).json(&cyrillic("name")).send().await.is(200);
    let board = json!({ "category": "일반", "name": "\u{410}nnouncements" });
    app.post("/boards").by(&student).json(&board).send().await.is_invalid(&[("name", "mixed_scripts")]);
    for nickname in
        ["\u{301}마루", "익명4", "익명(글쓴이)", "(알수없음)", "관리자", "관\u{200B}리자"].into_iter().chain(LOOK_ALIKE)
    {
        let answer = app.patch("/auth/me").by(&student).json(&json!({ "nickname": nickname })).send().await;
        is_refused(&answer, "nickname", nickname);
    }
    app.patch("/auth/me").by(&student).json(&json!({ "nickname": "maru마루2" })).send().await.is(200);
}

#[tokio::test]
async fn words_of_all_languages_are_allowed() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    for name in ["မျှော်လင့်", "สมชาย Somchai", "हिन्दी Study", "عربي club"]
    {
        let board = json!({ "category": "언어", "name": name, "description": name });
        app.post("/boards").by(&student).json(&board).send().await.is(201);
    }
}

#[tokio::test]
async fn a_board_of_a_student_does_not_pass_for_one_of_staff() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (student, admin) = (app.student(&school).await, app.admin(&school).await);
    let board = |name: &str| json!({ "category": "공지", "name": name });
    for name in ["운영진 공지", "관 리 자", "[ADMIN] 공지", "a.d.m.i.n", "adminteam"] {
        let answer = app.post("/boards").by(&student).json(&board(name)).send().await;
        answer.is_invalid(&[("name", "reserved_name")]);
    }
    let category = json!({ "category": "운영진", "name": "공지" });
    app.post("/boards").by(&student).json(&category).send().await.is_invalid(&[("category", "reserved_name")]);
    let path = format!("/boards/{}", app.board(&student, "학점 관리 자료").await);
    let category = json!({ "category": "관리자" });
    app.patch(&path).by(&student).json(&category).send().await.is_invalid(&[("category", "reserved_name")]);
    let rename = json!({ "name": "운영진 공지" });
    app.patch(&path).by(&student).json(&rename).send().await.is_invalid(&[("name", "reserved_name")]);
    app.post("/boards").by(&admin).json(&board("관리자 공지")).send().await.is(201);
    app.patch(&path).by(&admin).json(&rename).send().await.is(200);
    let unchanged = json!({ "name": "운영진 공지", "description": "새 설명" });
    app.patch(&path).by(&student).json(&unchanged).send().await.is(200);
}
