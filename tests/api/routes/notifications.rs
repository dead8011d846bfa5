//! Notifications (rule 23).

mod anonymity;
mod cost;
mod delivery;
mod kinds;
mod load;
mod moderation;
mod reading;
mod shown;

use serde_json::{Value, json};

use crate::support::community::{Community, text};
use crate::support::harness::Student;

/// The notifications of a student, newest first, as far as they are written.
async fn written(community: &Community, by: &Student) -> Vec<Value> {
    community.walk(by, "/notifications", 50).await
}

/// The notifications of a student, newest first, after the stream has delivered everything.
async fn notifications(community: &Community, by: &Student) -> Vec<Value> {
    community.app.consume_stream().await;
    written(community, by).await
}

/// The kind and the number of causes of each of them.
async fn kinds(community: &Community, by: &Student) -> Vec<(String, u64)> {
    let notifications = notifications(community, by).await;
    notifications.iter().map(|one| (text(&one["kind"]).to_owned(), one["count"].as_u64().unwrap())).collect()
}

/// The expected result of [`kinds`].
fn of_kinds<const N: usize>(kinds: [(&str, u64); N]) -> Vec<(String, u64)> {
    kinds.map(|(kind, count)| (kind.to_owned(), count)).to_vec()
}

async fn unread_count(community: &Community, by: &Student) -> Value {
    community.app.get("/notifications/unread-count").by(by).send().await.is(200).at("/unread_count")
}

async fn mark_read(community: &Community, by: &Student, up_to: &Value) {
    let body = json!({ "up_to": up_to });
    community.app.post("/notifications/read").by(by).json(&body).send().await.is(204);
}

async fn switch(community: &Community, by: &Student, switches: Value) {
    community.app.patch("/notifications/settings").by(by).json(&switches).send().await.is(200);
}
