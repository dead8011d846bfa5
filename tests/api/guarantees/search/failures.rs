//! Failures of DynamoDB while the index changes, and consumers that are killed.

use campus_core::store::SearchIndex;
use dynoxide::types::AttributeValue as Stored;
use serde_json::{Value, json};

use super::{deliver, index_rows, is_exact};
use crate::support::community::Community;
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::faults::killer::Killer;
use crate::support::table;

/// A long post that was indexed and then edited, so that many grams have to be put and deleted. Returns the records.
async fn edited(community: &Community) -> Vec<Value> {
    let long = |first: char| (first..).take(120).collect::<String>();
    let body = json!({ "title": "제목", "content": long('가'), "is_anonymous": true });
    let post = community.write(&community.author, &community.board, &body).await.is(201).text_at("/id");
    community.app.consume_posts().await;
    let content = json!({ "content": format!("{}{}", long('각').get(..60).unwrap(), long('나')) });
    community.edit(&community.author, &post, content).await.is(200);
    community.app.waiting_posts().await
}

#[tokio::test]
async fn a_consumer_killed_after_any_write_is_finished_by_the_next_delivery() {
    let mut writes = 0;
    loop {
        let killer = Killer::default();
        let community = Community::start_with(|engine| killer.connection(engine)).await;
        let records = edited(&community).await;
        killer.kill_after(writes);
        let failed = deliver(&community.app, &records).await;
        killer.spare();
        assert_eq!(deliver(&community.app, &records).await, 0);
        is_exact(&community.app, &format!("killed after {writes} writes"));
        if failed == 0 {
            break;
        }
        writes += 1;
    }
    assert!(writes >= 8, "{writes}");
}

#[tokio::test]
async fn the_index_is_exact_after_any_fault_of_any_call() {
    let injector = FaultInjector::new();
    let community = Community::start_with(|engine| injector.connection(engine)).await;
    let records = edited(&community).await;
    injector.record();
    deliver(&community.app, &records).await;
    let mut calls = injector.calls();
    calls.dedup();
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for operation in calls {
        let nth = counts.entry(operation.clone()).or_default();
        for fault in Fault::quick().filter(|fault| fault.applies_to(&operation)) {
            let injector = FaultInjector::new();
            let community = Community::start_with(|engine| injector.connection(engine)).await;
            let records = edited(&community).await;
            injector.plan(&operation, *nth, fault, usize::MAX);
            deliver(&community.app, &records).await;
            assert!(injector.mend() > 0, "{operation} {nth} {fault:?}");
            // The stream delivers until the consumer succeeds. On a slow machine, it may run out of time.
            for _ in 0..5 {
                if deliver(&community.app, &records).await == 0 {
                    break;
                }
            }
            is_exact(&community.app, &format!("{operation} {nth} {fault:?}"));
        }
        *nth += 1;
    }
    assert!(counts.len() >= 4, "{counts:?}");
}

#[tokio::test]
async fn texts_of_edits_whose_consumers_were_all_killed_do_not_pile_up() {
    let killer = Killer::default();
    let community = Community::start_with(|engine| killer.connection(engine)).await;
    let post = community.post("제목", true).await;
    community.app.consume_posts().await;
    let mut largest = 0;
    for number in 0..20 {
        let content: String = (0..400).filter_map(|offset| char::from_u32(0x4E00 + number * 400 + offset)).collect();
        community.edit(&community.author, &post, json!({ "content": content })).await.is(200);
        killer.kill_after(1);
        assert_eq!(deliver(&community.app, &community.app.waiting_posts().await).await, 1);
        killer.spare();
        let rows = table::scan(&community.app.engine);
        let indexed = rows.into_iter().find(|row| table::text(row, "sk") == "INDEXED").unwrap();
        if let Some(Stored::B(former)) = indexed.get("former") {
            largest = largest.max(former.len());
        }
    }
    assert!((3000..12_000).contains(&largest), "{largest}");
    community.app.consume_posts().await;
    is_exact(&community.app, "in the end");
}

#[tokio::test]
async fn a_long_post_is_indexed_edited_and_deleted() {
    let community = Community::start().await;
    let all = |first: u32| (first..first + 2000).filter_map(char::from_u32).collect::<String>();
    let body = json!({ "title": "제목", "content": all(0x4E00), "is_anonymous": true });
    let post = community.write(&community.author, &community.board, &body).await.is(201).text_at("/id");
    let (app, id) = (&community.app, post.parse().unwrap());
    // Without the time budget of a batch: the engine of the tests is slow.
    let index = SearchIndex::new(app.table());
    for changes in [None, Some(json!({ "content": all(0xAC00) }))] {
        if let Some(changes) = changes {
            community.edit(&community.author, &post, changes).await.is(200);
        }
        index.update(community.school.id, id).await.unwrap();
        is_exact(app, "written");
    }
    community.delete(&community.author, &format!("/posts/{post}")).await.is(204);
    index.update(community.school.id, id).await.unwrap();
    assert!(index_rows(app).is_empty());
}

#[tokio::test]
async fn a_kill_that_is_followed_by_another_edit_leaves_nothing() {
    for writes in 0..8 {
        let killer = Killer::default();
        let community = Community::start_with(|engine| killer.connection(engine)).await;
        let records = edited(&community).await;
        killer.kill_after(writes);
        deliver(&community.app, &records).await;
        killer.spare();
        let id = records[0]["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        community.edit(&community.author, &id, json!({ "title": "또 다른", "content": "짧은 글" })).await.is(200);
        let other = Community { app: std::sync::Arc::new(community.app.beside().await), ..community.clone() };
        deliver(&other.app, &records).await;
        is_exact(&community.app, &format!("killed after {writes} writes"));
    }
}
