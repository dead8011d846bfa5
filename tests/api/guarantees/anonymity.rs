//! Responses never link two anonymous posts or reviews to the same author. [`canaries`](crate::guarantees::canaries)
//! tests that they never reveal the author.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::fixture::{exam_info_body, review_body};
use crate::support::harness::{Student, TestApp};

/// Adds all values in the JSON document to `found`.
pub fn values(json: &Value, found: &mut BTreeSet<String>) {
    match json {
        Value::Object(fields) => fields.values().for_each(|value| values(value, found)),
        Value::Array(items) => items.iter().for_each(|value| values(value, found)),
        value => drop(found.insert(value.to_string())),
    }
}

#[tokio::test]
async fn two_anonymous_posts_of_one_student_share_nothing_but_constants() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, other, reader) = (app.student(&school).await, app.student(&school).await, app.student(&school).await);
    let boards = [app.board(&reader, "하나").await, app.board(&reader, "둘").await];
    let shown = async |by, board: &str, title| {
        let id = app.write_post(by, board, title, true).await;
        let mut found = BTreeSet::new();
        values(&app.get(format!("/posts/{id}")).by(&reader).send().await.json(), &mut found);
        found
    };
    let first = shown(&author, &boards[0], "첫째").await;
    app.clock.set_ahead_by_millis(1000);
    let second = shown(&author, &boards[1], "둘째").await;
    app.clock.set_ahead_by_millis(2000);
    let someone_elses = shown(&other, &boards[1], "셋째").await;
    let shared: BTreeSet<_> = first.intersection(&second).collect();
    let constants: BTreeSet<_> = first.intersection(&someone_elses).collect();
    assert_eq!(shared, constants);
}

#[tokio::test]
async fn two_reviews_of_one_student_share_nothing_but_constants() {
    check_things_about_courses("reviews", &review_body()).await;
}

#[tokio::test]
async fn two_exam_infos_of_one_student_share_nothing_but_constants() {
    check_things_about_courses("exam-infos", &exam_info_body()).await;
}

/// Two things that a student writes about courses have nothing in common but what those of two students have.
async fn check_things_about_courses(things: &str, body: &Value) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, other, reader) = (app.student(&school).await, app.student(&school).await, app.student(&school).await);
    app.import(&school, &["M1|001|하나|3|||", "M2|001|둘|3|||"]).await;
    let (plan, others_plan) =
        (app.timetable(&author, "계획", "private").await, app.timetable(&other, "계획", "private").await);
    let shown = async |by: &Student, plan: &str, title: &str| {
        let lecture = app.lecture(by, title).await;
        app.enter(by, plan, &json!({ "lecture_id": lecture })).await;
        let path = format!("/lectures/{lecture}/{things}");
        app.post(&path).by(by).json(body).send().await.is(201);
        let mut found = BTreeSet::new();
        values(&app.get(&path).by(&reader).send().await.at("/items/0"), &mut found);
        found
    };
    let first = shown(&author, &plan, "하나").await;
    app.clock.set_ahead_by_millis(1000);
    let second = shown(&author, &plan, "둘").await;
    app.clock.set_ahead_by_millis(2000);
    let someone_elses = shown(&other, &others_plan, "둘").await;
    let shared: BTreeSet<_> = first.intersection(&second).collect();
    let constants: BTreeSet<_> = first.intersection(&someone_elses).collect();
    assert_eq!(shared, constants);
}
