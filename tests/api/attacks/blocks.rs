//! A blocked student looks for another way to the same anonymous partner, and a curious one blocks a thread to learn from
//! the refusals which things have the same author (rule 22).

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::community::Community;
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

/// Sends a first message about a post or a comment.
async fn start(community: &Community, by: &Student, target: &Value) -> Answer {
    let mut body = target.clone();
    body["content"] = json!("안녕하세요");
    community.app.post("/messages").by(by).json(&body).send().await
}

/// Sends a message in a thread.
async fn send(community: &Community, by: &Student, thread: &str) -> Answer {
    community.app.post(format!("/messages/{thread}")).by(by).json(&json!({ "content": "저기요" })).send().await
}

/// Whether the response says that the student blocks the thread.
async fn is_blocked(community: &Community, by: &Student, thread: &str) -> bool {
    community.app.get(format!("/messages/{thread}")).by(by).send().await.is(200).at("/thread/is_blocked") == true
}

async fn block(community: &Community, by: &Student, thread: &str) {
    community.app.post(format!("/messages/{thread}/block")).by(by).send().await.is(204);
}

async fn unblock(community: &Community, by: &Student, thread: &str) {
    community.app.delete(format!("/messages/{thread}/block")).by(by).send().await.is(204);
}

/// A comment as the target of a message.
async fn comment(community: &Community, by: &Student, post: &str, is_anonymous: bool) -> Value {
    json!({ "comment_id": community.comment(by, post, "댓글", is_anonymous).await["id"] })
}

#[tokio::test]
async fn the_next_comment_of_the_same_alias_is_no_way_around_a_block() {
    let community = Community::start().await;
    let (author, starter) = (&community.author, &community.reader);
    for (is_anonymous, post_by) in [(true, author), (true, &community.admin), (false, author)] {
        let title = if is_anonymous { "숨은 글" } else { "이름 있는 글" };
        let post = community.app.write_post(post_by, &community.board, title, is_anonymous).await;
        let first = comment(&community, author, &post, true).await;
        let second = comment(&community, author, &post, true).await;
        let thread = start(&community, starter, &first).await.is(201).text_at("/id");
        let older = start(&community, starter, &second).await.is(201).text_at("/id");
        for blocker in [author, starter] {
            let next = comment(&community, author, &post, true).await;
            block(&community, blocker, &thread).await;
            let before = community.app.snapshot().await;
            for target in [&first, &second, &next] {
                start(&community, starter, target).await.is_problem(403, "message_refused");
            }
            for (by, thread) in [(author, &thread), (starter, &thread), (author, &older), (starter, &older)] {
                send(&community, by, thread).await.is_problem(403, "message_refused");
            }
            assert_eq!(community.app.snapshot().await, before, "nothing is written");
            unblock(&community, blocker, &older).await;
            start(&community, starter, &next).await.is(201);
            send(&community, author, &thread).await.is(201);
        }
    }
    community.app.audit().await;
}

#[tokio::test]
async fn the_author_of_an_anonymous_post_and_of_its_comments_marked_as_theirs_is_one_alias() {
    let community = Community::start().await;
    let (author, starter) = (&community.author, &community.reader);
    let post = json!({ "post_id": community.post("글", true).await });
    let own_comment = comment(&community, author, post["post_id"].as_str().unwrap(), true).await;
    for (blocked, other) in [(&post, &own_comment), (&own_comment, &post)] {
        let thread = start(&community, starter, blocked).await.is(201).text_at("/id");
        block(&community, author, &thread).await;
        start(&community, starter, other).await.is_problem(403, "message_refused");
        unblock(&community, author, &thread).await;
    }
    community.app.audit().await;
}

/// Whether a message about one of the others is refused must not depend on who wrote it.
#[tokio::test]
async fn a_block_reaches_nothing_but_the_same_alias_on_the_same_post() {
    let community = Community::start().await;
    let (author, starter) = (&community.author, &community.reader);
    let post = community.post("글", true).await;
    let numbered_post = community.app.write_post(author, &community.board, "이름 있는 글", false).await;
    let other_starter = community.member().await;
    let others = [
        json!({ "post_id": community.post("다른 글", true).await }),
        json!({ "post_id": numbered_post }),
        comment(&community, author, &post, false).await,
        comment(&community, author, &numbered_post, true).await,
        comment(&community, &community.admin, &post, true).await,
    ];
    let thread = start(&community, starter, &json!({ "post_id": post })).await.is(201).text_at("/id");
    for blocker in [author, starter] {
        block(&community, blocker, &thread).await;
        for other in &others {
            let thread = start(&community, starter, other).await.is(201).text_at("/id");
            assert!(!is_blocked(&community, starter, &thread).await);
        }
        start(&community, &other_starter, &json!({ "post_id": post })).await.is(201);
        unblock(&community, blocker, &thread).await;
    }
    community.app.audit().await;
}

/// The author blocks a thread, and then writes about each alias on the post. A refusal would tell which alias the
/// starter has.
#[tokio::test]
async fn a_block_does_not_tell_which_alias_the_starter_has() {
    let community = Community::start().await;
    let (author, starter, other) = (&community.author, &community.reader, &community.member().await);
    let post = community.post("글", true).await;
    let starters = comment(&community, starter, &post, true).await;
    let others = comment(&community, other, &post, true).await;
    let thread = start(&community, starter, &json!({ "post_id": post })).await.is(201).text_at("/id");
    for blocker in [author, starter] {
        block(&community, blocker, &thread).await;
        for (partner, target) in [(starter, &starters), (other, &others)] {
            let reverse = start(&community, author, target).await.is(201).text_at("/id");
            send(&community, partner, &reverse).await.is(201);
            assert!(!is_blocked(&community, author, &reverse).await);
        }
        send(&community, author, &thread).await.is_problem(403, "message_refused");
    }
    community.app.audit().await;
}

#[tokio::test]
async fn no_message_lands_after_a_block_that_meets_it() {
    let client = Lagging::new();
    let app = TestApp::start_with(|engine| client.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let (author, starter) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&author, "자유").await;
    for is_anonymous in [true, false] {
        for (blocker, is_first) in [(&author, true), (&author, false), (&starter, false)] {
            let post =
                app.write_post(&author, &board, &format!("글 {} {is_first}", blocker.login_id), is_anonymous).await;
            let comment = json!({ "content": "댓글", "is_anonymous": is_anonymous });
            let comment = app.post(format!("/posts/{post}/comments")).by(&author).json(&comment).send().await;
            let thread = app.write_about(&starter, json!({ "post_id": post }), "안녕하세요").await;
            // The block of the thread also covers the first message about the comment.
            let (path, body) = if is_first {
                ("/messages".to_owned(), json!({ "comment_id": comment.is(201).text_at("/id"), "content": "저기요" }))
            } else {
                (format!("/messages/{thread}"), json!({ "content": "저기요" }))
            };
            let (beside, by, block) = (app.beside().await, blocker.clone(), format!("/messages/{thread}/block"));
            let block_path = block.clone();
            client.before_next("TransactWriteItems", async move {
                beside.call(Method::POST, block_path).by(&by).send().await.is(204);
            });
            let answer = app.post(path).by(&starter).json(&body).send().await;
            assert!(client.has_happened());
            answer.is_problem(403, "message_refused");
            app.audit().await;
            app.delete(block).by(blocker).send().await.is(204);
        }
    }
}

#[tokio::test]
async fn a_block_stays_when_either_side_leaves() {
    let community = Community::start().await;
    let app = &community.app;
    let school = &community.school;
    for leaver_is_author in [true, false] {
        let (author, starter) = (app.student(school).await, app.student(school).await);
        let post = app.write_post(&author, &community.board, &format!("글 {leaver_is_author}"), true).await;
        let thread = start(&community, &starter, &json!({ "post_id": post })).await.is(201).text_at("/id");
        block(&community, if leaver_is_author { &author } else { &starter }, &thread).await;
        let (leaver, other) = if leaver_is_author { (&author, &starter) } else { (&starter, &author) };
        app.delete("/auth/me").by(leaver).json(&json!({ "password": PASSWORD })).send().await.is(204);
        send(&community, other, &thread).await.is_problem(403, "message_refused");
        app.clock.set_ahead_by_millis(31_000);
        app.service.app.withdrawals.purge().await.unwrap();
        send(&community, other, &thread).await.is_problem(403, "message_refused");
        app.clock.set_ahead_by_millis(0);
    }
    app.audit().await;
}
