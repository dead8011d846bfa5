//! No notification tells who an anonymous author is, or that two things have one.

use std::collections::HashSet;

use campus_core::store::StreamRecord;
use serde_json::{Value, json};
use tracing::Level;

use super::{notifications, written};
use crate::guarantees::canaries::{Canaries, CapturedLog, whole};
use crate::support::community::{Community, text};
use crate::support::table;

/// How often a test that sees a random delay is repeated. A delay is 0 seconds in 1 of 300 cases.
const ROUNDS: usize = 3;

/// Consumes the records that wait, without sending pushes. Returns the groups of the pushes, and whether each of them waits.
/// The clock stands still.
async fn consume_without_sending(community: &Community) -> Vec<(String, bool)> {
    let app = &community.app;
    for record in app.waiting_records().await {
        app.service.app.notifications.consume(&StreamRecord::parse(&record).unwrap()).await.unwrap();
    }
    let now = app.clock.now().to_string();
    let rows = table::scan(&app.engine);
    let pushes = rows.iter().filter(|row| table::text(row, "pk").starts_with("PUSHES#"));
    pushes.map(|row| (table::text(row, "group").to_owned(), table::text(row, "due_at") != now)).collect()
}

#[tokio::test]
async fn replies_to_an_anonymous_comment_and_to_a_named_one_are_pushed_independently() {
    let community = Community::start().await;
    let Community { app, board, author, reader, .. } = &community;
    app.subscribe(author).await;
    app.stop_clock();
    for is_named_first in [true, false] {
        let (mut of_anonymous, mut of_named) = (HashSet::new(), HashSet::new());
        for round in 0..ROUNDS {
            let post = app.write_post(reader, board, &format!("글 {is_named_first} {round}"), false).await;
            let named = community.comment(author, &post, "실명 댓글", false).await;
            let anonymous = community.comment(author, &post, "익명 댓글", true).await;
            let replied_to = if is_named_first { [&named, &anonymous] } else { [&anonymous, &named] };
            for comment in replied_to {
                community.reply(reader, comment, "답글", false).await;
            }
            let pushes = consume_without_sending(&community).await;
            let of = |comment: &Value| {
                let group = format!("reply#{}", text(&comment["id"]));
                pushes.iter().find(|(of, _)| *of == group).unwrap().1
            };
            of_named.insert(of(&named));
            of_anonymous.insert(of(&anonymous));
            app.consume_stream().await;
        }
        assert_eq!(of_named, HashSet::from([false]), "{is_named_first}");
        assert!(of_anonymous.contains(&true), "{is_named_first}");
    }
    let counts: Vec<_> = written(&community, author).await.iter().map(|one| one["count"].clone()).collect();
    assert_eq!(counts, vec![json!(1); 4 * ROUNDS]);
    app.audit().await;
}

#[tokio::test]
async fn the_push_of_a_reply_does_not_tell_that_the_post_and_the_comment_have_one_author() {
    for (is_post_anonymous, is_comment_anonymous, kind) in
        [(false, false, "reply"), (false, true, "comment"), (true, false, "reply"), (true, true, "reply")]
    {
        let community = Community::start().await;
        let Community { app, author, reader, .. } = &community;
        app.subscribe(author).await;
        app.stop_clock();
        let mut waits = HashSet::new();
        for round in 0..ROUNDS {
            let post = community.post(&format!("글 {round}"), is_post_anonymous).await;
            let comment = community.comment(author, &post, "댓글", is_comment_anonymous).await;
            app.consume_stream().await;
            community.reply(reader, &comment, "답글", false).await;
            let thing = if kind == "comment" { &post } else { text(&comment["id"]) };
            let group = format!("{kind}#{thing}");
            let pushes = consume_without_sending(&community).await;
            waits.extend(pushes.iter().filter(|(of, _)| *of == group).map(|(_, waits)| waits));
            app.consume_stream().await;
        }
        let case = format!("{is_post_anonymous} {is_comment_anonymous}");
        if is_post_anonymous && is_comment_anonymous {
            assert!(waits.contains(&true), "{case}");
        } else {
            assert_eq!(waits, HashSet::from([false]), "{case}");
        }
        let shown = written(&community, author).await;
        let kinds: Vec<_> = shown.iter().map(|one| text(&one["kind"])).collect();
        assert_eq!(kinds, [kind; ROUNDS], "{case}");
    }
}

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
