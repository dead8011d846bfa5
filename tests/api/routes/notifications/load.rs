//! How fast the consumer catches up. Runs only on request.

use std::time::Instant;

use serde_json::{Value, json};
use uuid::Uuid;

use super::unread_count;
use crate::support::community::Community;
use crate::support::table::{self, StoredRow};

/// The number of posts with new comments, each of another author.
const POSTS: usize = 100;

/// The number of records that Lambda delivers at once.
const BATCH: usize = 10;

/// Lets the consumer catch up with records of new comments, and prints the throughput and how long the last record has waited.
/// The environment variable `RECORDS` sets their number; otherwise there are 100,000.
///
/// `cargo test -p campus-tests -- --ignored --nocapture the_consumer_catches_up`
#[tokio::test]
#[ignore = "takes minutes"]
async fn the_consumer_catches_up_with_many_records() {
    let count: usize = std::env::var("RECORDS").map_or(100_000, |count| count.parse().unwrap());
    let community = Community::start().await;
    let Community { app, board, reader, .. } = &community;
    let authors = community.members(POSTS).await;
    for (number, author) in authors.iter().enumerate() {
        let post = app.write_post(author, board, &format!("글 {number}"), true).await;
        community.comment(reader, &post, "댓글", true).await;
    }
    let templates = app.waiting_records().await;
    assert_eq!(templates.len(), POSTS);
    // The engine reads all records of its stream with each write, which DynamoDB does not.
    let without = json!({ "TableName": table::TABLE, "StreamSpecification": { "StreamEnabled": false } });
    let engine = app.engine.clone();
    tokio::task::spawn_blocking(move || engine.call("UpdateTable", &without)).await.unwrap().unwrap();
    let records: Vec<Value> = (0..count).map(|number| another(&templates[number % POSTS], number)).collect();
    let row = |record: &Value| serde_json::from_value::<StoredRow>(record["dynamodb"]["NewImage"].clone()).unwrap();
    table::write(&app.engine, records.iter().map(row).collect());

    let started = Instant::now();
    for batch in records.chunks(BATCH) {
        assert_eq!(app.deliver(batch).await, [""; 0]);
    }
    let lag = started.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(count).unwrap()) / lag;
    println!("{count} records: {rate:.0} records/s; the last one has waited for {lag:.0} s");
    for author in &authors {
        assert_eq!(unread_count(&community, &app.renewed(author)).await, json!(1));
    }
}

/// The record of another comment on the same post.
fn another(template: &Value, number: usize) -> Value {
    let mut record = template.clone();
    let change = &mut record["dynamodb"];
    let uuid = Uuid::now_v7().simple().to_string();
    let post = change["Keys"]["pk"]["S"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    for image in ["Keys", "NewImage"] {
        change[image]["sk"]["S"] = format!("COMMENT#{uuid}").into();
    }
    change["NewImage"]["id"]["S"] = format!("{post}{uuid}").into();
    change["SequenceNumber"] = format!("{number:021}").into();
    record
}
