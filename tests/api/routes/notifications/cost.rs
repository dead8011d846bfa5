//! What a notification takes of the table. `docs/data-model.md` states the figures.

use std::time::Duration;

use campus_core::store::{Budget, StreamRecord, Usage};
use serde_json::json;

use super::{mark_read, written};
use crate::support::community::Community;
use crate::support::generated;

/// The sequence of calls and the units that the consumer takes for the records that wait.
async fn usage(community: &Community) -> (u32, f64, f64) {
    let app = &community.app;
    let budget = Budget::new(Duration::from_secs(60));
    let records = app.waiting_records().await;
    assert_eq!(records.len(), 1);
    let record = StreamRecord::parse(&records[0]).unwrap();
    budget.spend(app.service.app.notifications.consume(&record)).await.unwrap();
    app.consume_stream().await;
    let Usage { sequence, read_units, write_units, .. } = budget.usage();
    (sequence, read_units, write_units)
}

#[tokio::test]
async fn the_docs_say_what_a_notification_takes() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let docs = generated::read("docs/data-model.md");
    let mut missing = Vec::new();
    let mut note = |case: &str, (sequence, reads, writes): (u32, f64, f64)| {
        let row = format!("| {case} | {sequence} | {reads} | {writes} |");
        if !docs.contains(&row) {
            missing.push(row);
        }
    };
    let post = community.post("글", true).await;
    community.comment(reader, &post, "댓글", true).await;
    note("a comment, the first one that is unread", usage(&community).await);
    community.comment(reader, &post, "댓글", true).await;
    note("a further comment on the same post", usage(&community).await);
    app.put(format!("/posts/{post}/mute")).by(author).send().await.is(204);
    community.comment(reader, &post, "댓글", true).await;
    note("a comment on a muted post", usage(&community).await);
    let newest = written(&community, author).await[0]["id"].clone();
    mark_read(&community, author, &newest).await;
    app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    note("a message", usage(&community).await);
    app.ask(reader, author).await;
    note("a friend request", usage(&community).await);
    assert!(missing.is_empty(), "docs/data-model.md lacks:\n{}", missing.join("\n"));
}
