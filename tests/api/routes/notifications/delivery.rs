//! Records of the stream that come late, twice, in another order, or after something has changed; and failures.

use std::collections::HashSet;

use campus_local::{StreamConsumer, TableStream};
use serde_json::{Value, json};

use super::{kinds, mark_read, notifications, of_kinds, unread_count, written};
use crate::support::community::{Community, text};
use crate::support::faults::injector::{Fault, FaultInjector};

/// Posts of the author with comments, a message and a friend request, whose records are not delivered.
async fn happen(community: &Community) -> Vec<Value> {
    let Community { app, author, reader, .. } = community;
    app.consume_stream().await;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "댓글", true).await;
    community.reply(&community.member().await, &comment, "답글", false).await;
    app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    app.ask(reader, author).await;
    app.waiting_records().await
}

/// What the author and the reader have in the end.
async fn assert_all(community: &Community) {
    let sorted = |mut kinds: Vec<(String, u64)>| {
        kinds.sort_unstable();
        kinds
    };
    let of = async |by| {
        written(community, by)
            .await
            .iter()
            .map(|one| (text(&one["kind"]).to_owned(), one["count"].as_u64().unwrap()))
            .collect()
    };
    assert_eq!(sorted(of(&community.author).await), of_kinds([("comment", 2), ("friend_request", 1), ("message", 1)]));
    assert_eq!(sorted(of(&community.reader).await), of_kinds([("reply", 1)]));
    assert_eq!(unread_count(community, &community.author).await, 3);
    community.app.audit().await;
}

#[tokio::test]
async fn records_that_come_twice_and_in_another_order_make_each_notification_once() {
    let community = Community::start().await;
    let mut records = happen(&community).await;
    assert_eq!(records.len(), 4);
    records.reverse();
    for record in &records {
        assert_eq!(community.app.deliver(std::slice::from_ref(record)).await, [""; 0]);
    }
    assert_eq!(community.app.deliver(&records).await, [""; 0]);
    assert_all(&community).await;
    // Also after the student has read them.
    let newest = written(&community, &community.author).await[0]["id"].clone();
    mark_read(&community, &community.author, &newest).await;
    community.app.deliver(&records).await;
    assert_eq!(unread_count(&community, &community.author).await, 0);
}

#[tokio::test]
async fn an_older_comment_that_comes_later_is_counted_and_the_newest_shown() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    community.comment(reader, &post, "첫째", true).await;
    community.comment(reader, &post, "둘째", true).await;
    let mut records = app.waiting_records().await;
    records.reverse();
    for record in records {
        app.deliver(&[record]).await;
    }
    let shown = written(&community, author).await;
    assert_eq!((&shown[0]["count"], &shown[0]["preview"]), (&json!(2), &json!("둘째")));
}

#[tokio::test]
async fn a_record_of_more_than_seven_days_ago_notifies_nobody() {
    let community = Community::start().await;
    let records = happen(&community).await;
    community.app.clock.set_ahead_by_millis((7 * 24 * 3600 + 60) * 1000);
    assert_eq!(community.app.deliver(&records).await, [""; 0]);
    community.app.clock.set_ahead_by_millis(0);
    assert_eq!(written(&community, &community.author).await.len(), 0);
}

#[tokio::test]
async fn what_was_deleted_removed_or_cleared_before_its_record_came_notifies_nobody() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let post = community.post("글", true).await;
    let deleted = community.comment(reader, &post, "지울 댓글", true).await;
    let removed = community.comment(reader, &post, "가려질 댓글", true).await;
    let thread = app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    let request = app.ask(reader, author).await;
    let of_deleted_post = community.post("지울 글", true).await;
    community.comment(reader, &of_deleted_post, "댓글", true).await;
    community.delete_comment(reader, &deleted).await.is(204);
    app.report(author, json!({ "comment_id": removed["id"], "reason": "abuse" })).await.is(201);
    app.decide(admin, &format!("c{}", text(&removed["id"])), "remove").await.is(200);
    app.delete(format!("/messages/{thread}")).by(author).send().await.is(204);
    app.delete(format!("/friends/requests/{request}")).by(reader).send().await.is(204);
    community.delete(author, &format!("/posts/{of_deleted_post}")).await.is(204);
    assert_eq!(kinds(&community, author).await, []);
    app.audit().await;
}

#[tokio::test]
async fn who_was_blocked_or_muted_before_the_record_came_notifies_nobody() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let other = community.member().await;
    let (one, two) = (community.post("하나", true).await, community.post("둘", false).await);
    let comment = community.comment(reader, &one, "댓글", true).await;
    let thread = app.write_about(&other, json!({ "post_id": one }), "안녕하세요").await;
    community.comment(&other, &two, "댓글", false).await;
    app.block(author, json!({ "comment_id": comment["id"] })).await;
    app.post(format!("/messages/{thread}/block")).by(author).send().await.is(204);
    app.put(format!("/posts/{two}/mute")).by(author).send().await.is(204);
    assert_eq!(kinds(&community, author).await, []);
}

#[tokio::test]
async fn after_a_logout_notifications_wait_and_after_a_withdrawal_there_are_none() {
    let community = Community::start().await;
    let Community { app, author, .. } = &community;
    let records = happen(&community).await;
    app.post("/auth/logout").by(author).json(&json!({ "everywhere": true })).send().await;
    app.deliver(&records).await;
    assert_eq!(written(&community, author).await.len(), 3);
    let another = Community::start().await;
    let records = happen(&another).await;
    another.withdraw(&another.author).await;
    assert_eq!(another.app.deliver(&records).await, [""; 0]);
    let of_author = format!("USER#{}", another.author.id);
    let rows = another.app.snapshot().await;
    assert!(!rows.iter().any(|row| row.contains(&of_author) && row.contains("NOTIFI")));
    another.app.audit().await;
}

#[tokio::test]
async fn the_purge_of_a_withdrawal_deletes_all_rows() {
    let community = Community::start().await;
    let Community { app, author, .. } = &community;
    happen(&community).await;
    app.consume_stream().await;
    app.put(format!("/posts/{}/mute", text(&app.get("/posts/mine").by(author).send().await.at("/items/0/id"))))
        .by(author)
        .send()
        .await
        .is(204);
    community.withdraw(author).await;
    app.audit().await;
    app.clock.set_ahead_by_millis(60_000);
    app.service.app.withdrawals.purge().await.unwrap();
    assert!(!app.snapshot().await.iter().any(|row| row.contains(&author.id) && row.contains("NOTIFI")));
    app.audit().await;
}

#[tokio::test]
async fn each_call_to_dynamodb_may_fail_once_or_until_the_record_is_delivered_again() {
    let injector = FaultInjector::new();
    let community = Community::start_with(|engine| injector.connection(engine)).await;
    let records = happen(&community).await;
    injector.record();
    for record in &records {
        community.app.deliver(std::slice::from_ref(record)).await;
    }
    let mut calls = injector.calls();
    assert_all(&community).await;
    calls.sort_unstable();
    let operations: HashSet<_> = calls.iter().cloned().collect();
    for operation in operations {
        for nth in 0..calls.iter().filter(|call| **call == operation).count() {
            // The other faults are the same to the consumer: the SDK and the store retry them.
            let fault = [Fault::Failed, Fault::AnswerLost, Fault::Conflict][nth % 3];
            if !fault.applies_to(&operation) {
                continue;
            }
            let injector = FaultInjector::new();
            let community = Community::start_with(|engine| injector.connection(engine)).await;
            let records = happen(&community).await;
            injector.plan(&operation, nth, fault, usize::MAX);
            for record in &records {
                community.app.deliver(std::slice::from_ref(record)).await;
            }
            assert!(injector.mend() > 0, "{operation} {nth} {fault:?}");
            // Lambda delivers what has failed again, and what comes after it.
            for record in &records {
                assert_eq!(community.app.deliver(std::slice::from_ref(record)).await, [""; 0]);
            }
            assert_all(&community).await;
        }
    }
}

#[tokio::test]
async fn two_consumers_at_the_same_time_count_each_cause_once() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (one, two) = (community.post("하나", true).await, community.post("둘", true).await);
    for number in 0..6 {
        community.comment(reader, &one, &format!("댓글 {number}"), true).await;
        community.comment(reader, &two, &format!("댓글 {number}"), true).await;
    }
    let records = app.waiting_records().await;
    let other = app.beside().await;
    let both = [(app.as_ref(), false), (&other, true)].map(|(app, is_reversed)| {
        let mut records = records.clone();
        if is_reversed {
            records.reverse();
        }
        async move {
            for record in records {
                while !app.deliver(std::slice::from_ref(&record)).await.is_empty() {}
            }
        }
    });
    let [first, second] = both;
    tokio::join!(first, second);
    let shown = written(&community, author).await;
    let counts: Vec<_> = shown.iter().map(|one| one["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [6, 6]);
    assert_eq!(unread_count(&community, author).await, 2);
    app.audit().await;
}

#[tokio::test]
async fn records_that_failed_can_be_delivered_again_later() {
    let injector = FaultInjector::new();
    let community = Community::start_with(|engine| injector.connection(engine)).await;
    let Community { app, author, .. } = &community;
    let records = happen(&community).await;
    injector.plan("TransactWriteItems", 0, Fault::Failed, usize::MAX);
    // After ten attempts, Lambda stores the batch in the bucket. `campus stream replay` delivers the whole batch again.
    let failed = app.deliver(&records).await;
    assert!(!failed.is_empty());
    injector.mend();
    app.clock.set_ahead_by_millis(24 * 3600 * 1000);
    assert_eq!(app.deliver(&records).await, [""; 0]);
    assert_eq!(app.deliver(&records).await, [""; 0], "a repeated command has no effect");
    app.clock.set_ahead_by_millis(0);
    assert_eq!(written(&community, author).await.len(), 3);
}

#[tokio::test]
async fn the_filter_selects_what_somebody_is_notified_of_and_nothing_else() {
    let community = Community::start().await;
    let Community { app, reader, admin, .. } = &community;
    happen(&community).await;
    let post = community.post("또 다른 글", true).await;
    community.like(reader, &format!("/posts/{post}")).await;
    community.scrap(reader, &post).await;
    community.edit(&community.author, &post, json!({ "title": "고친 글" })).await.is(200);
    app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    app.decide(admin, &format!("p{post}"), "restore").await;
    let stream = TableStream::new(app.engine.clone(), StreamConsumer::Notifications, None).unwrap();
    let mut selected: Vec<String> = Vec::new();
    for record in stream.waiting().unwrap() {
        let sk = record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap();
        let kind = sk.split('#').next().unwrap().to_owned();
        selected.push(format!("{} {kind}", record["eventName"].as_str().unwrap()));
    }
    selected.sort_unstable();
    let expected = ["INSERT COMMENT", "INSERT COMMENT", "INSERT MESSAGE", "INSERT REQUEST", "MODIFY POST"];
    assert_eq!(selected, expected);
    assert!(notifications(&community, &community.author).await.len() == 4);
}
