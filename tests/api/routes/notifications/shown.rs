//! What a notification shows when its cause has changed since.

use serde_json::{Value, json};

use super::{notifications, written};
use crate::support::community::{Community, text};

/// A comment on the author's post, which has made a notification.
async fn start(community: &Community, is_anonymous: bool) -> (String, Value) {
    let post = community.post("글", true).await;
    let comment = community.comment(&community.reader, &post, "댓글", is_anonymous).await;
    let shown = notifications(community, &community.author).await;
    assert_eq!(shown[0]["preview"], "댓글");
    (post, comment)
}

/// Asserts that the notification is there, with neither text nor name.
async fn assert_without_text(community: &Community) {
    let shown = written(community, &community.author).await;
    let of_comment: Vec<_> = shown.iter().filter(|one| one["kind"] == "comment").collect();
    assert_eq!(of_comment.len(), 1);
    assert_eq!((&of_comment[0]["preview"], &of_comment[0]["actor_name"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn a_deleted_comment_or_post_is_shown_without_text() {
    let community = Community::start().await;
    let (post, comment) = start(&community, false).await;
    community.delete_comment(&community.reader, &comment).await.is(204);
    assert_without_text(&community).await;
    let another = Community::start().await;
    start(&another, true).await;
    let (of_another, _) = (another.app.get("/posts/mine").by(&another.author).send().await.is(200).at("/items"), post);
    another.delete(&another.author, &format!("/posts/{}", text(&of_another[0]["id"]))).await.is(204);
    assert_without_text(&another).await;
}

#[tokio::test]
async fn a_removed_comment_is_shown_without_text() {
    let community = Community::start().await;
    let (_, comment) = start(&community, false).await;
    let report = json!({ "comment_id": comment["id"], "reason": "abuse" });
    community.app.report(&community.author, report).await.is(201);
    community.app.decide(&community.admin, &format!("c{}", text(&comment["id"])), "remove").await.is(200);
    assert_without_text(&community).await;
}

#[tokio::test]
async fn what_the_student_blocks_is_shown_without_text_by_name_and_by_alias() {
    for is_anonymous in [false, true] {
        let community = Community::start().await;
        let (_, comment) = start(&community, is_anonymous).await;
        community.app.block(&community.author, json!({ "comment_id": comment["id"] })).await;
        assert_without_text(&community).await;
    }
}

#[tokio::test]
async fn a_hidden_post_is_shown_without_text() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = app.write_post(reader, &community.board, "남의 글", true).await;
    let own = community.comment(author, &post, "내 댓글", true).await;
    community.reply(reader, &own, "답글", true).await;
    assert_eq!(notifications(&community, author).await[0]["preview"], "답글");
    app.put(format!("/posts/{post}/hide")).by(author).send().await.is(204);
    let shown = written(&community, author).await;
    assert_eq!((&shown[0]["preview"], &shown[0]["actor_name"]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn names_are_those_that_the_place_shows_now() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (post, _) = start(&community, false).await;
    assert_eq!(written(&community, author).await[0]["actor_name"], reader.nickname);
    app.patch("/auth/me").by(reader).json(&json!({ "nickname": "새별명" })).send().await.is(200);
    assert_eq!(written(&community, author).await[0]["actor_name"], "새별명");
    community.comment(reader, &post, "익명으로", true).await;
    assert_eq!(notifications(&community, author).await[0]["actor_name"], "익명1");
    let other = community.member().await;
    community.comment(&other, &post, "실명으로", false).await;
    app.consume_stream().await;
    community.withdraw(&other).await;
    assert_eq!(written(&community, author).await[0]["actor_name"], "(알수없음)");
}

#[tokio::test]
async fn a_cleared_or_blocked_thread_is_shown_without_text() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let thread = app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    assert_eq!(notifications(&community, author).await[0]["preview"], "안녕하세요");
    // The author has no alias to block, so the block is a row with the post.
    app.post(format!("/messages/{thread}/block")).by(author).send().await.is(204);
    assert_eq!(written(&community, author).await[0]["preview"], json!(null));
    app.delete(format!("/messages/{thread}/block")).by(author).send().await.is(204);
    assert_eq!(written(&community, author).await[0]["preview"], "안녕하세요");
    app.delete(format!("/messages/{thread}")).by(author).send().await.is(204);
    assert_eq!(written(&community, author).await[0]["preview"], json!(null));
}
