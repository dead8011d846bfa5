//! Nothing that leaves the server tells that two anonymous things are one student's. That nothing tells who wrote them
//! is in [`canaries`](crate::canaries).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::TestApp;

/// All values of a JSON document.
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
