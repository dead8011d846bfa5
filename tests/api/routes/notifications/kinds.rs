//! What makes a notification, and for whom.

use serde_json::json;

use super::{kinds, notifications, of_kinds, switch};
use crate::support::community::{Community, text};

#[tokio::test]
async fn a_comment_notifies_the_author_of_the_post_and_a_reply_also_that_of_the_comment() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let other = community.member().await;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "첫 댓글", true).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 1)]));
    assert_eq!(kinds(&community, reader).await, []);
    community.reply(&other, &comment, "답글", false).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 2)]));
    let of_reader = notifications(&community, reader).await;
    assert_eq!((text(&of_reader[0]["kind"]), text(&of_reader[0]["preview"])), ("reply", "답글"));
    assert_eq!(of_reader[0]["actor_name"], other.nickname);
    assert_eq!(of_reader[0]["post_id"], post);
    assert_eq!(kinds(&community, &other).await, []);
    app.audit().await;
}

#[tokio::test]
async fn who_wrote_both_the_post_and_the_comment_gets_one_notification() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let own = community.comment(author, &post, "내 댓글", false).await;
    community.reply(reader, &own, "답글", true).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("reply", 1)]));
}

#[tokio::test]
async fn nobody_is_notified_of_what_they_did_themselves_or_of_likes_and_scraps() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let own = community.comment(author, &post, "내 댓글", true).await;
    community.reply(author, &own, "내 답글", false).await;
    app.consume_stream().await;
    community.like(reader, &format!("/posts/{post}")).await;
    community.like(reader, &format!("/comments/{}", text(&own["id"]))).await;
    community.scrap(reader, &post).await;
    // A like invokes nothing.
    assert_eq!(app.waiting_records().await, [json!(null); 0]);
    assert_eq!(kinds(&community, author).await, []);
}

#[tokio::test]
async fn a_message_notifies_its_recipient_unless_it_is_read_already() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let thread = app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    let of_author = notifications(&community, author).await;
    let expected = (&json!("message"), &json!(thread), &json!("익명"), &json!("안녕하세요"));
    let shown = &of_author[0];
    assert_eq!((&shown["kind"], &shown["thread_id"], &shown["actor_name"], &shown["preview"]), expected);
    assert_eq!(shown["post_id"], json!(null));
    app.post(format!("/messages/{thread}")).by(author).json(&json!({ "content": "네" })).send().await.is(201);
    app.get(format!("/messages/{thread}")).by(reader).send().await.is(200);
    assert_eq!(kinds(&community, reader).await, []);
    app.post(format!("/messages/{thread}")).by(author).json(&json!({ "content": "그런데" })).send().await.is(201);
    assert_eq!(kinds(&community, reader).await, of_kinds([("message", 1)]));
}

#[tokio::test]
async fn a_post_that_becomes_hot_notifies_its_author_once() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    let Community { app, author, .. } = &community;
    // The likes of young accounts do not count.
    app.clock.set_ahead_by_millis(-8 * 24 * 3600 * 1000);
    let members = community.members(11).await;
    app.clock.set_ahead_by_millis(0);
    for member in members {
        community.like(&app.renewed(&member), &format!("/posts/{post}")).await.is(200);
    }
    let of_author = notifications(&community, author).await;
    assert_eq!(of_author.len(), 1);
    assert_eq!((text(&of_author[0]["kind"]), text(&of_author[0]["preview"])), ("hot", "글"));
    assert_eq!((&of_author[0]["post_id"], &of_author[0]["actor_name"]), (&json!(post), &json!(null)));
}

#[tokio::test]
async fn friend_requests_and_their_acceptance_notify_the_other_side() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let id = app.ask(author, reader).await;
    let of_reader = notifications(&community, reader).await;
    let shown = (&of_reader[0]["kind"], &of_reader[0]["friendship_id"], &of_reader[0]["actor_name"]);
    assert_eq!(shown, (&json!("friend_request"), &json!(id), &json!(author.nickname)));
    assert_eq!(kinds(&community, author).await, []);
    app.post(format!("/friends/requests/{id}/accept")).by(reader).send().await.is(200);
    assert_eq!(kinds(&community, author).await, of_kinds([("friend_accepted", 1)]));
    assert_eq!(kinds(&community, reader).await.len(), 1);
    // A hidden request reaches nobody.
    let blocker = community.member().await;
    let post = app.write_post(author, &community.board, "실명", false).await;
    app.block(&blocker, json!({ "post_id": post })).await;
    app.ask(author, &blocker).await;
    assert_eq!(kinds(&community, &blocker).await, []);
}

#[tokio::test]
async fn what_is_switched_off_muted_hidden_or_blocked_notifies_nobody() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (named, alias, other) = (community.member().await, community.member().await, community.member().await);
    let post = community.post("글", false).await;
    let by_name = community.comment(&named, &post, "실명", false).await;
    let by_alias = community.comment(&alias, &post, "익명", true).await;
    let of_reader = community.comment(reader, &post, "댓글", true).await;
    app.consume_stream().await;
    app.block(author, json!({ "comment_id": by_name["id"] })).await;
    app.block(author, json!({ "comment_id": by_alias["id"] })).await;
    community.comment(&named, &post, "또 실명", false).await;
    community.comment(&alias, &post, "또 익명", true).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 3)]));
    // A block of the alias does not reach what the same student writes by name.
    community.comment(&alias, &post, "실명으로", false).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 4)]));
    let mute = format!("/posts/{post}/mute");
    app.put(&mute).by(author).send().await.is(204);
    community.comment(&other, &post, "음소거", false).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 4)]));
    app.delete(&mute).by(author).send().await.is(204);
    switch(&community, author, json!({ "comment": false })).await;
    community.comment(&other, &post, "꺼짐", false).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 4)]));
    switch(&community, author, json!({ "comment": true })).await;
    community.comment(&other, &post, "켜짐", false).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 5)]));
    app.put(format!("/posts/{post}/hide")).by(reader).send().await.is(204);
    community.reply(&other, &of_reader, "답글", false).await;
    assert_eq!(kinds(&community, reader).await, []);
    app.audit().await;
}

#[tokio::test]
async fn an_account_that_is_not_verified_gets_nothing() {
    let community = Community::start().await;
    let Community { app, reader, .. } = &community;
    let school = app.school_by_email("나래대학교").await;
    let unverified = app.unverified(&school).await;
    let asker = app.student(&school).await;
    app.ask(&asker, &unverified).await;
    app.consume_stream().await;
    assert_eq!(app.count_rows(&format!("USER#{}", unverified.id)).await, 3, "profile, sessions and request");
    let _ = reader;
}
