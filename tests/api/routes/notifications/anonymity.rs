//! No notification tells who an anonymous author is, or that two things have one.

use serde_json::json;
use tracing::Level;

use super::notifications;
use crate::guarantees::canaries::{Canaries, CapturedLog, whole};
use crate::support::community::Community;

#[tokio::test]
async fn no_notification_header_cursor_or_log_line_names_an_anonymous_author() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let log = CapturedLog::default();
    let listening = log.listen(Level::DEBUG);
    let post = community.post("글", true).await;
    let another = community.post("다른 글", true).await;
    for post in [&post, &another] {
        let comment = community.comment(reader, post, "익명 댓글", true).await;
        community.reply(author, &comment, "글쓴이 답글", true).await;
        let thread = app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
        app.post(format!("/messages/{thread}")).by(author).json(&json!({ "content": "네" })).send().await.is(201);
        app.report(reader, json!({ "post_id": post, "reason": "abuse" })).await.is(201);
    }
    app.consume_stream().await;
    app.decide(admin, &format!("p{post}"), "remove").await.is(200);
    app.consume_stream().await;
    let mut texts = Vec::new();
    for by in [author, reader, admin] {
        for path in ["/notifications?limit=1", "/notifications?limit=50", "/notifications/unread-count"] {
            texts.push((by, whole(&app.get(path).by(by).send().await)));
        }
    }
    drop(listening);
    let log = log.take();
    for other in [author, reader] {
        let canaries = Canaries::of(other);
        for (by, text) in texts.iter().filter(|(by, _)| by.id != other.id) {
            assert_eq!(canaries.in_text(text), [""; 0], "{} sees {text}", by.login_id);
        }
        assert_eq!(canaries.in_text(&log), [""; 0]);
    }
    assert!(notifications(&community, author).await.len() >= 4 && notifications(&community, reader).await.len() >= 4);
}

#[tokio::test]
async fn the_author_sees_an_alias_and_nothing_that_two_posts_have_in_common() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let other = community.member().await;
    let (one, two) = (community.post("하나", true).await, community.post("둘", true).await);
    community.comment(&other, &two, "먼저", true).await;
    community.comment(reader, &one, "댓글", true).await;
    community.comment(reader, &two, "댓글", true).await;
    let shown = notifications(&community, author).await;
    let mut names: Vec<_> = shown.iter().map(|one| one["actor_name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["익명1", "익명2"], "each post has its own numbers");
}

#[tokio::test]
async fn a_request_about_an_anonymous_thing_writes_no_row_of_notifications() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    community.comment(reader, &post, "댓글", true).await;
    app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    let rows = app.snapshot().await;
    assert!(!rows.iter().any(|row| row.contains("NOTIFI")), "only the consumer of the stream writes them");
    assert_eq!(notifications(&community, author).await.len(), 2);
}
