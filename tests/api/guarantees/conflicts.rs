//! How long the service retries write conflicts.

use serde_json::json;

use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::TestApp;

/// A request that conflicts all the time occupies an instance of a function while it is retried.
#[tokio::test]
async fn a_request_that_conflicts_all_the_time_is_refused_after_two_seconds() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await.with_own_time_limits();
    let student = app.student(&app.school("가온대학교").await).await;
    injector.plan("TransactWriteItems", 0, Fault::Conflict, usize::MAX);
    let board = json!({ "category": "일반", "name": "자유" });
    app.post("/boards").by(&student).json(&board).send().await.is_problem(409, "conflict");
    // The pauses are at most 25, 50, 100, 200, 400, 400, … ms and half as long on average. That makes about 13 attempts in
    // 2 s, and never fewer than 8. The whole time of a request, 8 s, would have room for about 43.
    let attempts = injector.mend();
    assert!((8..30).contains(&attempts), "{attempts}");
}
