//! Reading the list, marking as read, and settings.

use serde_json::json;

use super::{kinds, mark_read, notifications, of_kinds, switch, unread_count, written};
use crate::support::community::{Community, text};
use crate::support::table::{self, StoredRow};

#[tokio::test]
async fn notifications_of_the_same_thing_become_one_until_they_are_read() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let another = community.post("다른 글", true).await;
    for number in 0..3 {
        community.comment(reader, &post, &format!("댓글 {number}"), true).await;
    }
    app.consume_stream().await;
    community.comment(reader, &another, "댓글", true).await;
    assert_eq!(kinds(&community, author).await, of_kinds([("comment", 1), ("comment", 3)]));
    assert_eq!(unread_count(&community, author).await, 2);
    community.comment(reader, &post, "새 댓글", true).await;
    let list = notifications(&community, author).await;
    assert_eq!((&list[0]["count"], &list[0]["preview"]), (&json!(4), &json!("새 댓글")), "it moves to the top");
    assert!(text(&list[0]["created_at"]) < text(&list[0]["updated_at"]));
    mark_read(&community, author, &list[0]["id"]).await;
    assert_eq!(unread_count(&community, author).await, 0);
    community.comment(reader, &post, "나중", true).await;
    let list = notifications(&community, author).await;
    let shown: Vec<_> = list.iter().map(|one| (one["count"].as_u64().unwrap(), one["is_read"] == true)).collect();
    assert_eq!(shown, [(1, false), (4, true), (1, true)]);
    assert_eq!(unread_count(&community, author).await, 1);
    app.audit().await;
}

#[tokio::test]
async fn what_arrives_while_the_student_reads_stays_unread() {
    let community = Community::start().await;
    let Community { reader, author, .. } = &community;
    let post = community.post("글", true).await;
    community.comment(reader, &post, "댓글", true).await;
    let seen = notifications(&community, author).await;
    // A comment comes between the answer and the request that marks it as read.
    community.comment(reader, &post, "댓글 둘", true).await;
    community.app.consume_stream().await;
    mark_read(&community, author, &seen[0]["id"]).await;
    assert_eq!(unread_count(&community, author).await, 1);
    let list = written(&community, author).await;
    assert_eq!((list.len(), &list[0]["is_read"], &list[0]["count"]), (1, &json!(false), &json!(2)));
    mark_read(&community, author, &list[0]["id"]).await;
    assert_eq!(unread_count(&community, author).await, 0);
    // Reading less takes nothing back.
    mark_read(&community, author, &seen[0]["id"]).await;
    assert_eq!(unread_count(&community, author).await, 0);
}

#[tokio::test]
async fn only_a_notification_that_the_student_had_can_be_marked_as_read() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let up_to = async |id: &str| app.post("/notifications/read").by(author).json(&json!({ "up_to": id })).send().await;
    up_to("00000001").await.is_problem(404, "not_found");
    let post = community.post("글", true).await;
    community.comment(reader, &post, "댓글", true).await;
    app.consume_stream().await;
    for unknown in ["00000002", "ffffffff"] {
        up_to(unknown).await.is_problem(404, "not_found");
    }
    for malformed in ["1", "00000000"] {
        up_to(malformed).await.is_problem(422, "validation_failed");
    }
    assert_eq!(unread_count(&community, author).await, 1);
    up_to("00000001").await.is(204);
    assert_eq!(unread_count(&community, author).await, 0);
}

#[tokio::test]
async fn a_list_goes_on_after_a_cursor_and_belongs_to_its_student() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    for number in 0..5 {
        let post = community.post(&format!("글 {number}"), true).await;
        community.comment(reader, &post, &format!("댓글 {number}"), true).await;
        app.consume_stream().await;
    }
    let walked = community.walk(author, "/notifications", 2).await;
    let previews: Vec<_> = walked.iter().map(|one| text(&one["preview"])).collect();
    assert_eq!(previews, ["댓글 4", "댓글 3", "댓글 2", "댓글 1", "댓글 0"]);
    let first = app.get("/notifications?limit=2").by(author).send().await.is(200).json();
    assert_eq!(first["unread_count"], 5);
    let cursor = text(&first["next_cursor"]);
    app.get(format!("/notifications?cursor={cursor}")).by(reader).send().await.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_notification_expires_after_90_days() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    community.comment(reader, &post, "댓글", true).await;
    app.consume_stream().await;
    let listed =
        async || app.service.app.notifications.list(&author.caller(), None, 50).await.unwrap().page.items.len();
    let day_ms = 24 * 3600 * 1000;
    app.clock.set_ahead_by_millis(89 * day_ms);
    assert_eq!(listed().await, 1);
    app.clock.set_ahead_by_millis(90 * day_ms);
    assert_eq!(listed().await, 0);
}

#[tokio::test]
async fn everything_is_on_until_the_student_switches_it_off() {
    let community = Community::start().await;
    let Community { app, author, .. } = &community;
    let shown = async || app.get("/notifications/settings").by(author).send().await.is(200).json();
    let mut expected = json!({
        "comment": true, "reply": true, "message": true, "hot": true, "friend_request": true, "friend_accepted": true,
        "moderation": true, "lecture": true, "push": true,
    });
    assert_eq!(shown().await, expected);
    switch(&community, author, json!({ "push": false, "hot": false })).await;
    expected["push"] = false.into();
    expected["hot"] = false.into();
    assert_eq!(shown().await, expected);
    switch(&community, author, json!({ "hot": true })).await;
    expected["hot"] = true.into();
    switch(&community, author, json!({})).await;
    assert_eq!(shown().await, expected);
    let wrong = app.patch("/notifications/settings").by(author).json(&json!({ "likes": true })).send().await;
    wrong.is_problem(422, "validation_failed");
    app.audit().await;
}

#[tokio::test]
async fn the_audit_finds_notifications_that_their_state_does_not_know() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    community.comment(reader, &post, "댓글", true).await;
    app.consume_stream().await;
    app.audit().await;
    let rows = table::scan(&app.engine);
    let is_state = |row: &&StoredRow| table::text(row, "sk") == "NOTIFICATIONS";
    let mut state = rows.iter().find(is_state).unwrap().clone();
    state.insert("last".to_owned(), dynoxide::types::AttributeValue::N("0".to_owned()));
    table::write(&app.engine, vec![state]);
    assert_eq!(app.recount().await.findings.len(), 1);
    let without: Vec<_> = rows.iter().filter(|row| !is_state(row)).cloned().collect();
    table::replace(&app.engine, &without);
    assert_eq!(app.recount().await.findings.len(), 1);
    assert!(notifications(&community, author).await.len() == 1, "it is still shown");
}

#[tokio::test]
async fn a_client_is_told_how_often_to_ask_for_the_number() {
    let community = Community::start().await;
    let answer = community.app.get("/notifications/unread-count").by(&community.author).send().await;
    assert_eq!((answer.is(200).json(), answer.header("x-poll-interval")), (json!({ "unread_count": 0 }), "1"));
}
