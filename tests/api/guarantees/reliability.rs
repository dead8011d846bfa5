//! The number of attempts of a call to DynamoDB. [`faults`](crate::guarantees::faults) tests the results of single
//! faults.

use campus_core::domain::{Parse, SchoolName, VerificationPolicy};
use serde_json::{Value, json};

use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::{Student, TestApp};

async fn start_with_student() -> (TestApp, FaultInjector, Student) {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await.with_own_time_limits();
    let student = app.student(&app.school("가온대학교").await).await;
    (app, injector, student)
}

fn board() -> Value {
    json!({ "category": "일반", "name": "자유" })
}

#[tokio::test]
async fn a_call_that_fails_three_times_succeeds() {
    for fault in [Fault::Throttled, Fault::Failed, Fault::Hangs, Fault::AnswerLost] {
        let (app, injector, student) = start_with_student().await;
        injector.plan("TransactWriteItems", 0, fault, 3);
        app.post("/boards").by(&student).json(&board()).send().await.is(201);
        assert_eq!(injector.mend(), 3, "{fault:?}");
        assert_eq!(app.count_rows("#BOARD").await, 2, "{fault:?}");
    }
}

#[tokio::test]
async fn a_call_that_fails_has_four_attempts() {
    let (app, injector, student) = start_with_student().await;
    for operation in ["GetItem", "TransactWriteItems"] {
        injector.plan(operation, 0, Fault::Throttled, usize::MAX);
        let answer = app.post("/boards").by(&student).json(&board()).send().await;
        answer.is_problem(503, "unavailable");
        assert!((1..=4).contains(&answer.retry_after_s()), "{answer:?}");
        assert_eq!(injector.mend(), 4, "{operation}");
    }
}

#[tokio::test]
async fn a_call_that_conflicts_or_is_throttled_has_many_attempts() {
    let (app, injector, student) = start_with_student().await;
    // The pauses after three conflicts take 175 ms at most, of 500 ms that are allowed. Those after eight throttled rows take
    // 2 s at most, of 8 s.
    for (fault, times) in [(Fault::Conflict, 3), (Fault::RowThrottled, 8)] {
        injector.plan("TransactWriteItems", 0, fault, times);
        let new_board = json!({ "category": "일반", "name": format!("{fault:?}") });
        app.post("/boards").by(&student).json(&new_board).send().await.is(201);
        assert_eq!(injector.mend(), times, "{fault:?}");
    }
}

#[tokio::test]
async fn a_failed_condition_is_not_retried() {
    let (app, injector, student) = start_with_student().await;
    app.board(&student, "자유").await;
    injector.record();
    let answer = app.post("/boards").by(&student).json(&board()).send().await;
    answer.is_problem(409, "board_name_taken");
    assert_eq!(injector.calls(), ["GetItem", "TransactWriteItems"]);
}

#[tokio::test]
async fn two_imports_of_a_school_at_once_make_one_school() {
    let app = TestApp::start().await;
    let name = || SchoolName::parse("가온대학교".to_owned()).unwrap();
    let schools = &app.service.app.schools;
    let add = || schools.add(name(), Vec::new(), VerificationPolicy::Manual);
    let (one, other) = tokio::join!(add(), add());
    assert!(one.is_ok() ^ other.is_ok());
    assert_eq!(schools.all().await.unwrap().len(), 1);
}
