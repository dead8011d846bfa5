//! Records that come late, twice and in any order, and two consumers at the same time.

use std::sync::Arc;

use campus_core::domain::Parse;
use campus_core::store::SearchIndex;
use serde_json::{Value, json};

use super::{deliver, index_rows, is_exact, titles};
use crate::support::community::Community;
use crate::support::faults::lagging::Lagging;

/// Posts that were written, edited, deleted, hidden and restored, and a board that was deleted, without a record delivered.
async fn eventful() -> Community {
    let community = Community::start().await;
    let Community { app, author, admin, board, school, .. } = &community;
    app.service.app.schools.set_report_threshold(school, Parse::parse(1).unwrap()).await.unwrap();
    let (edited, deleted) = (community.post("처음 제목", true).await, community.post("지울 글", false).await);
    community.post("그대로 있는 글", false).await;
    community.edit(author, &edited, json!({ "title": "나중 제목" })).await.is(200);
    community.edit(author, &edited, json!({ "content": "나중 내용" })).await.is(200);
    community.delete(author, &format!("/posts/{deleted}")).await.is(204);
    let other = app.board(author, "지울 게시판").await;
    app.write_post(author, &other, "게시판과 사라질 글", true).await;
    community.delete(author, &format!("/boards/{other}")).await.is(204);
    for title in ["숨긴 글", "되돌린 글"] {
        let post = community.post(title, true).await;
        app.report(&community.member().await, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
        if title == "되돌린 글" {
            app.decide(admin, &format!("p{post}"), "restore").await.is(200);
        }
    }
    app.write_post(admin, board, "마지막 글", true).await;
    community
}

#[tokio::test]
async fn the_index_is_exact_in_whatever_order_and_however_often_records_come() {
    for seed in 0..12 {
        let community = eventful().await;
        let app = &community.app;
        let mut records: Vec<Value> = app.waiting_posts().await;
        let mut rng = fastrand::Rng::with_seed(seed);
        records.extend(records.clone());
        rng.shuffle(&mut records);
        for records in records.chunks(rng.usize(1..6)) {
            assert_eq!(deliver(app, records).await, 0);
        }
        is_exact(app, &format!("seed {seed}"));
        assert_eq!(titles(app, &community.reader, "나중제목").await, ["나중 제목"]);
        app.audit().await;
    }
}

#[tokio::test]
async fn a_record_that_comes_after_everything_else_changes_nothing() {
    let community = eventful().await;
    let app = &community.app;
    let records = app.waiting_posts().await;
    app.consume_posts().await;
    let before = app.snapshot().await;
    for record in &records {
        assert_eq!(deliver(app, std::slice::from_ref(record)).await, 0);
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn likes_scraps_and_comments_invoke_nothing() {
    let community = Community::start().await;
    let Community { app, reader, author, .. } = &community;
    let post = community.post("글", true).await;
    app.consume_posts().await;
    community.like(reader, &format!("/posts/{post}")).await.is(200);
    community.scrap(reader, &post).await.is(204);
    community.comment(reader, &post, "댓글", true).await;
    app.put(format!("/posts/{post}/hide")).by(reader).send().await.is(204);
    app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    assert_eq!(app.waiting_posts().await, [json!(null); 0]);
    community.edit(author, &post, json!({ "title": "새 제목" })).await.is(200);
    assert_eq!(app.waiting_posts().await.len(), 1, "an edit of the title alone");
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    assert_eq!(app.waiting_posts().await.len(), 2);
}

#[tokio::test]
async fn a_deleted_board_leaves_the_index_page_by_page() {
    let community = Community::start().await;
    let Community { app, author, .. } = &community;
    let board = app.board(author, "임시").await;
    for number in 0..60 {
        app.write_post(author, &board, &format!("글 {number}"), true).await;
    }
    community.post("남는 글", true).await;
    app.consume_posts().await;
    is_exact(app, "before");
    community.delete(author, &format!("/boards/{board}")).await.is(204);
    let first = app.waiting_posts().await;
    assert_eq!(first.len(), 1);
    deliver(app, &first).await;
    let left = index_rows(app).iter().filter(|(_, sk)| sk == "INDEXED").count();
    assert_eq!(left, 36, "25 of 60 posts are done");
    app.consume_posts().await;
    is_exact(app, "after");
    deliver(app, &first).await;
    is_exact(app, "again");
    app.audit().await;
}

/// A consumer that is overtaken just before one of its calls.
async fn overtaken(operation: &'static str, change: Option<Value>) {
    let lagging = Lagging::new();
    let community = Community::start_with(|engine| lagging.connection(engine)).await;
    let Community { app, author, school, .. } = &community;
    let post = community.post("처음 제목과 내용", true).await;
    app.consume_posts().await;
    community.edit(author, &post, json!({ "content": "두 번째 내용" })).await.is(200);
    let records = app.waiting_posts().await;
    let (other, school, id) = (community.clone(), school.id, post.clone());
    lagging.before_next(operation, async move {
        match change {
            Some(change) => other.edit(&other.author, &id, change).await.is(200),
            None => other.delete(&other.author, &format!("/posts/{id}")).await.is(204),
        };
        SearchIndex::new(other.app.table()).update(school, id.parse().unwrap()).await.unwrap();
        is_exact(&other.app, "the other consumer");
    });
    assert_eq!(deliver(app, &records).await, 0, "{operation}");
    assert!(lagging.has_happened(), "{operation}");
    is_exact(app, operation);
    app.consume_posts().await;
    is_exact(app, operation);
    app.audit().await;
}

#[tokio::test]
async fn a_consumer_that_is_overtaken_at_any_call_leaves_what_is_current() {
    for operation in ["GetItem", "BatchGetItem", "TransactWriteItems", "BatchWriteItem"] {
        let back = json!({ "content": "처음 제목과 내용의 내용" });
        for change in [None, Some(json!({ "content": "세 번째 내용" })), Some(back)] {
            overtaken(operation, change).await;
        }
    }
}

#[tokio::test]
async fn a_consumer_that_is_overtaken_before_its_first_write_writes_nothing() {
    let lagging = Lagging::new();
    let community = Community::start_with(|engine| lagging.connection(engine)).await;
    let Community { app, author, school, .. } = &community;
    let post = community.post("처음 제목", true).await;
    app.consume_posts().await;
    community.edit(author, &post, json!({ "content": "두 번째 내용" })).await.is(200);
    let records = app.waiting_posts().await;
    let after_other = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (other, school, seen) = (community.clone(), school.id, after_other.clone());
    lagging.before_next("TransactWriteItems", async move {
        SearchIndex::new(other.app.table()).update(school, post.parse().unwrap()).await.unwrap();
        *seen.lock().unwrap() = other.app.snapshot().await;
    });
    assert_eq!(deliver(app, &records).await, 0);
    assert!(lagging.has_happened());
    assert_eq!(app.snapshot().await, *after_other.lock().unwrap());
}

#[tokio::test]
async fn a_board_that_is_deleted_while_its_post_is_indexed_is_not_in_the_index() {
    for operation in ["GetItem", "BatchGetItem", "TransactWriteItems", "BatchWriteItem"] {
        let lagging = Lagging::new();
        let community = Community::start_with(|engine| lagging.connection(engine)).await;
        let Community { app, author, school, .. } = &community;
        let board = app.board(author, "임시").await;
        let post = app.write_post(author, &board, "제목", true).await;
        let records = app.waiting_posts().await;
        let (other, school) = (community.clone(), school.id);
        lagging.before_next(operation, async move {
            other.delete(&other.author, &format!("/boards/{board}")).await.is(204);
            SearchIndex::new(other.app.table()).update(school, post.parse().unwrap()).await.unwrap();
        });
        assert_eq!(deliver(app, &records).await, 0, "{operation}");
        assert!(lagging.has_happened(), "{operation}");
        is_exact(app, operation);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_consumers_of_a_post_at_the_same_time_leave_what_is_current() {
    let community = Arc::new(Community::start().await);
    let post = community.post("처음", true).await;
    let (school, id) = (community.school.id, post.parse().unwrap());
    let edits = {
        let (community, post) = (community.clone(), post.clone());
        tokio::spawn(async move {
            for number in 0..10 {
                let content = format!("{number}번째 내용입니다 {}", ["가나다라", "마바사", "가나바사"][number % 3]);
                community.edit(&community.author, &post, json!({ "content": content })).await.is(200);
            }
        })
    };
    let consumers: Vec<_> = (0..4)
        .map(|number| {
            let index = SearchIndex::new(community.app.table());
            tokio::spawn(async move {
                for _ in 0..8 {
                    // One that gives up is repeated by the stream.
                    let _ = if number == 0 { index.repair(school, id).await } else { index.update(school, id).await };
                }
            })
        })
        .collect();
    edits.await.unwrap();
    for consumer in consumers {
        consumer.await.unwrap();
    }
    community.app.consume_posts().await;
    is_exact(&community.app, "in the end");
}
