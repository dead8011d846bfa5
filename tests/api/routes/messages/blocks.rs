//! Blocking and unblocking threads.

use axum::http::Method;
use serde_json::json;

use super::{MessageFixture, contents};

#[tokio::test]
async fn blocking_an_anonymous_thread_covers_no_other_post_and_no_named_thread() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, board, anonymous_post, named_post, .. } = &fixture;
    let other_post = app.write_post(author, board, "또 숨은 글", true).await;
    let comment = app.write_comment(author, named_post, "숨은 댓글", None).await;
    let thread = fixture.write_about_post(anonymous_post).await;
    for (blocker, other) in [(author, reader), (reader, author)] {
        for _ in 0..2 {
            fixture.request(Method::POST, blocker, format!("/messages/{thread}/block")).await.is(204);
        }
        let before = app.snapshot().await;
        for student in [blocker, other] {
            fixture.send(student, &thread, "?").await.is_problem(403, "message_refused");
        }
        fixture.start_thread(reader, json!({ "post_id": anonymous_post })).await.is_problem(403, "message_refused");
        assert_eq!(app.snapshot().await, before, "nothing is written");
        for target in
            [json!({ "post_id": other_post }), json!({ "comment_id": comment }), json!({ "post_id": named_post })]
        {
            fixture.start_thread(reader, target).await.is(201);
        }
        fixture.request(Method::DELETE, other, format!("/messages/{thread}/block")).await.is(204);
        fixture.send(other, &thread, "?").await.is_problem(403, "message_refused");
        fixture.request(Method::DELETE, blocker, format!("/messages/{thread}/block")).await.is(204);
        fixture.send(other, &thread, "다시").await.is(201);
    }
    app.audit().await;
}

#[tokio::test]
async fn only_the_side_that_blocks_a_thread_sees_the_block() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, board, anonymous_post, named_post } = &fixture;
    let named_too = app.write_post(author, board, "이름 있는 다른 글", false).await;
    let comment = app.write_comment(author, anonymous_post, "숨은 댓글", None).await;
    let start = async |target| app.write_about(reader, target, "안녕하세요").await;
    // Two threads that one block covers, and a thread that it does not cover.
    let named = [start(json!({ "post_id": named_post })).await, start(json!({ "post_id": named_too })).await];
    let anonymous = [start(json!({ "post_id": anonymous_post })).await, start(json!({ "comment_id": comment })).await];
    for (covered, others) in [(&named, &anonymous), (&anonymous, &named)] {
        for (blocker, other) in [(author, reader), (reader, author)] {
            let is_blocked = async |by, thread: &str| fixture.open(by, thread).await["is_blocked"] == true;
            let [blocked, also_covered] = covered;
            let path = format!("/messages/{blocked}/block");
            for (method, expected) in [(Method::POST, true), (Method::DELETE, false)] {
                fixture.request(method, blocker, path.clone()).await.is(204);
                for thread in [blocked, also_covered] {
                    assert_eq!(is_blocked(blocker, thread).await, expected, "{thread}");
                    assert!(!is_blocked(other, thread).await, "the other side of {thread}");
                }
                for thread in others {
                    assert!(!is_blocked(blocker, thread).await, "{thread} is not covered");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_deleted_thread_can_be_blocked_and_unblocked() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    for post in [anonymous_post, named_post] {
        let thread = fixture.write_about_post(post).await;
        let block = format!("/messages/{thread}/block");
        fixture.request(Method::DELETE, author, format!("/messages/{thread}")).await.is(204);
        fixture.request(Method::POST, author, block.clone()).await.is(204);
        fixture.send(reader, &thread, "?").await.is_problem(403, "message_refused");
        fixture.request(Method::DELETE, author, block).await.is(204);
        fixture.send(reader, &thread, "다시").await.is(201);
        assert_eq!(contents(&fixture.read(author, &thread).await), [(false, "다시")]);
    }
    app.audit().await;
}

#[tokio::test]
async fn blocking_a_named_thread_covers_all_named_threads_of_both_users_and_no_anonymous_one() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, board, anonymous_post, named_post } = &fixture;
    let other_named = app.write_post(author, board, "이름 있는 다른 글", false).await;
    let new_named = app.write_post(author, board, "이름 있는 새 글", false).await;
    let readers_post = app.write_post(reader, board, "읽는 이의 글", false).await;
    let (thread, other) = (fixture.write_about_post(named_post).await, fixture.write_about_post(&other_named).await);
    let anonymous = fixture.write_about_post(anonymous_post).await;
    let anonymous_before = fixture.read(reader, &anonymous).await;
    fixture.request(Method::POST, author, format!("/messages/{thread}/block")).await.is(204);
    let before = app.snapshot().await;
    for student in [author, reader] {
        for thread in [&thread, &other] {
            fixture.send(student, thread, "?").await.is_problem(403, "message_refused");
        }
    }
    fixture.start_thread(reader, json!({ "post_id": new_named })).await.is_problem(403, "message_refused");
    fixture.start_thread(author, json!({ "post_id": readers_post })).await.is_problem(403, "message_refused");
    assert_eq!(app.snapshot().await, before, "nothing is written");
    assert_eq!(fixture.read(reader, &anonymous).await, anonymous_before);
    fixture.send(reader, &anonymous, "여기는 됩니다").await.is(201);
    let new_anonymous = app.write_post(author, board, "숨은 새 글", true).await;
    fixture.start_thread(reader, json!({ "post_id": new_anonymous })).await.is(201);
    fixture.request(Method::DELETE, author, format!("/messages/{other}/block")).await.is(204);
    fixture.send(reader, &thread, "다시").await.is(201);
    app.audit().await;
}
