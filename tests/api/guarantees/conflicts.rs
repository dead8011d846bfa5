//! The service sheds writes that conflict all the time.

use std::collections::BTreeSet;

use axum::response::IntoResponse;
use campus_core::http::Problem;
use campus_core::store::Error;
use serde_json::json;

use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::TestApp;

/// A request that conflicts all the time occupies an instance of a function while it is retried.
#[tokio::test]
async fn a_write_that_conflicts_all_the_time_is_shed_after_few_attempts() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await.with_own_time_limits();
    let student = app.student(&app.school("가온대학교").await).await;
    let before = app.snapshot().await;
    let board = json!({ "category": "일반", "name": "자유" });
    let send = async || app.post("/boards").by(&student).header("idempotency-key", "key").json(&board).send().await;

    injector.plan("TransactWriteItems", 0, Fault::Conflict, usize::MAX);
    let shed = send().await;
    assert!((1..=4).contains(&shed.is_problem(503, "busy").retry_after_s()), "{shed:?}");
    // The pauses are at most 25, 50, 100, 200, 400, … ms and half as long on average. That makes about 6 attempts in 500 ms.
    // In 2 s it would be about 13. A busy machine makes fewer.
    let attempts = injector.mend();
    assert!((2..12).contains(&attempts), "{attempts}");
    assert_eq!(app.snapshot().await, before);

    // Sent again with the same key, it takes effect once.
    let made = send().await;
    made.is(201);
    let repeated = send().await;
    assert_eq!(repeated.is(201).header("idempotency-replayed"), "true");
    assert_eq!(repeated.text_at("/id"), made.text_at("/id"));
}

#[test]
fn requests_that_are_shed_together_come_back_at_different_times() {
    for error in [|| Error::Contention, || Error::Unavailable("lost".into())] {
        let responses = (0..100).map(|_| Problem::from(error()).into_response());
        let waits: BTreeSet<_> = responses.map(|response| response.headers()["retry-after"].clone()).collect();
        assert!(waits.iter().eq(["1", "2", "3", "4"]), "{waits:?}");
    }
}
