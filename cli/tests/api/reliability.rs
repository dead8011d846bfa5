//! How often the service tries again. What comes of each single failure is in [`faults`](crate::faults).

use campus_core::domain::{Parse, SchoolName};
use serde_json::{Value, json};

use crate::faults::wire::{Fault, Wire};
use crate::harness::{Student, TestApp};

async fn start_with_student() -> (TestApp, Wire, Student) {
    let wire = Wire::new();
    let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
    let student = app.student(&app.school("가온대학교").await).await;
    (app, wire, student)
}

fn board() -> Value {
    json!({ "category": "일반", "name": "자유" })
}

#[tokio::test]
async fn what_fails_three_times_succeeds() {
    for fault in [Fault::Throttled, Fault::Failed, Fault::Hangs, Fault::AnswerLost] {
        let (app, wire, student) = start_with_student().await;
        wire.plan("TransactWriteItems", 0, fault, 3);
        app.post("/boards").by(&student).json(&board()).send().await.is(201);
        assert_eq!(wire.mend(), 3, "{fault:?}");
        assert_eq!(app.count_rows("#BOARD").await, 2, "{fault:?}");
    }
}

#[tokio::test]
async fn tries_are_few_where_dynamodb_fails() {
    let (app, wire, student) = start_with_student().await;
    for operation in ["GetItem", "TransactWriteItems"] {
        wire.plan(operation, 0, Fault::Throttled, usize::MAX);
        let answer = app.post("/boards").by(&student).json(&board()).send().await;
        answer.is_problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(wire.mend(), 4, "{operation}");
    }
}

#[tokio::test]
async fn tries_are_many_where_others_are_in_the_way() {
    let (app, wire, student) = start_with_student().await;
    for fault in [Fault::Conflict, Fault::RowThrottled] {
        wire.plan("TransactWriteItems", 0, fault, 10);
        let new_board = json!({ "category": "일반", "name": format!("{fault:?}") });
        app.post("/boards").by(&student).json(&new_board).send().await.is(201);
        assert_eq!(wire.mend(), 10, "{fault:?}");
    }
}

#[tokio::test]
async fn a_failed_condition_is_not_retried() {
    let (app, wire, student) = start_with_student().await;
    app.board(&student, "자유").await;
    wire.listen();
    let answer = app.post("/boards").by(&student).json(&board()).send().await;
    answer.is_problem(409, "board_name_taken");
    assert_eq!(wire.calls(), ["GetItem", "TransactWriteItems"]);
}

#[tokio::test]
async fn two_imports_of_a_school_at_once_make_one_school() {
    let app = TestApp::start().await;
    let name = || SchoolName::parse("가온대학교".to_owned()).unwrap();
    let schools = &app.desk.app.schools;
    let (one, other) = tokio::join!(schools.add(name(), Vec::new()), schools.add(name(), Vec::new()));
    assert!(one.is_ok() ^ other.is_ok());
    assert_eq!(schools.all().await.unwrap().len(), 1);
}
