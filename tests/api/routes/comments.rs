//! Comments and replies: writing, deleting, counting, and repeated requests (rule 5).

mod numbering;
mod pages;

use serde_json::{Value, json};

use crate::support::community::{Community, contents, name_of, path_of, text};
use crate::support::harness::{Answer, Student};
use crate::support::ids;

async fn count(community: &Community, post: &str) -> Value {
    community.show(&community.reader, post).await["comment_count"].clone()
}

#[tokio::test]
async fn comments_are_listed_with_their_replies_oldest_first() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", false).await;
    let body = json!({ "content": "첫째\n둘째 줄", "is_anonymous": false });
    let created = community.try_comment(reader, &post, &body).await;
    let comment = created.is(201).json();
    assert_eq!(created.header("location"), path_of(&comment));
    let expected = json!({
        "id": comment["id"], "post_id": post, "parent_id": null, "content": "첫째\n둘째 줄",
        "author": { "kind": "user", "name": reader.nickname, "is_post_author": false },
        "is_mine": true, "is_deleted": false, "is_blocked": false, "state": "visible", "moderation": null, "like_count": 0, "liked": false,
        "replies": [],
        "created_at": comment["created_at"], "updated_at": comment["created_at"],
    });
    assert_eq!(comment, expected);
    assert_eq!(community.threads(reader, &post).await, [expected]);

    community.comment(author, &post, "둘", true).await;
    let reply = community.reply(author, &comment, "하나의 답글", true).await;
    assert_eq!((&reply["parent_id"], &reply["post_id"]), (&comment["id"], &json!(post)));
    community.reply(reader, &comment, "또 답글", true).await;
    let threads = community.threads(author, &post).await;
    assert_eq!(contents(&threads), ["첫째\n둘째 줄 (하나의 답글 또 답글)", "둘"]);
    assert_eq!(threads[0]["replies"][0], reply, "a reply is shown like a comment");
    assert_eq!(count(&community, &post).await, json!(4));
    community.app.audit().await;
}

#[tokio::test]
async fn the_parent_of_a_reply_must_be_a_live_comment_on_the_same_post() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (post, other_post) = (community.post("글", true).await, community.post("다른 글", true).await);
    let comment = community.comment(reader, &post, "댓글", true).await;
    let reply = community.reply(author, &comment, "답글", true).await;
    let elsewhere = community.comment(reader, &other_post, "댓글", true).await;
    let reply_elsewhere = community.reply(reader, &elsewhere, "답글", true).await;
    let deleted = community.comment(reader, &post, "사라질 댓글", true).await;
    community.delete_comment(reader, &deleted).await.is(204);
    let placeholder = community.comment(reader, &post, "자리만 남을 댓글", true).await;
    community.reply(reader, &placeholder, "답글", true).await;
    let deleted_reply = community.reply(reader, &placeholder, "사라질 답글", true).await;
    for comment in [&placeholder, &deleted_reply] {
        community.delete_comment(reader, comment).await.is(204);
    }
    let foreigner = community.foreigner().await;
    let foreign_board = app.board(&foreigner, "자유").await;
    let foreign_post = app.write_post(&foreigner, &foreign_board, "글", true).await;
    let foreign = community.comment(&foreigner, &foreign_post, "댓글", true).await;
    let unknown = json!({ "id": ids::unknown(text(&elsewhere["id"])) });
    // A comment of another post, with the id that it would have on this post.
    let forged = json!({ "id": format!("{post}{}", ids::comment_uuid(text(&elsewhere["id"]))) });

    let before = app.snapshot().await;
    let reply_to = async |parent: &Value| {
        let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": parent["id"] });
        community.try_comment(reader, &post, &body).await
    };
    reply_to(&reply).await.is_invalid(&[("parent_id", "reply_to_reply")]);
    for parent in [&elsewhere, &reply_elsewhere, &deleted, &deleted_reply, &placeholder, &foreign, &unknown, &forged] {
        reply_to(parent).await.is_problem(404, "not_found");
    }
    assert_eq!(app.snapshot().await, before);
    app.audit().await;
}

#[tokio::test]
async fn a_deleted_comment_with_replies_leaves_a_placeholder_without_content_or_author() {
    let community = Community::start().await;
    let Community { author, reader, admin, .. } = &community;
    let post = community.post("글", false).await;
    let comment = community.comment(author, &post, "비밀", false).await;
    community.like(reader, &path_of(&comment)).await.is(200);
    let replies =
        [community.reply(reader, &comment, "하나", true).await, community.reply(reader, &comment, "둘", true).await];
    community.delete_comment(author, &comment).await.is(204);
    assert_eq!(count(&community, &post).await, json!(2));
    for student in [author, reader, admin] {
        let threads = community.threads(student, &post).await;
        assert_eq!(contents(&threads), ["- (하나 둘)"]);
        let placeholder = &threads[0];
        assert_eq!((&placeholder["id"], &placeholder["is_deleted"]), (&comment["id"], &json!(true)));
        assert_eq!((&placeholder["content"], &placeholder["author"]), (&Value::Null, &Value::Null));
        assert_eq!((&placeholder["is_mine"], &placeholder["liked"]), (&json!(false), &json!(false)));
        assert!(text(&placeholder["updated_at"]) > text(&comment["updated_at"]));
    }
    community.delete_comment(author, &comment).await.is_problem(404, "not_found");
    assert!(!community.app.snapshot().await.join("").contains("비밀"), "the text is deleted from the table");
    community.app.audit().await;

    // The placeholder disappears with its last reply.
    community.delete_comment(reader, &replies[1]).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), ["- (하나)"]);
    community.app.audit().await;
    community.delete_comment(reader, &replies[0]).await.is(204);
    assert!(community.threads(reader, &post).await.is_empty());
    assert_eq!(count(&community, &post).await, json!(0));
    community.app.audit().await;
}

#[tokio::test]
async fn a_deleted_reply_and_a_deleted_comment_without_replies_disappear() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "하나", true).await;
    let other = community.comment(reader, &post, "둘", true).await;
    let reply = community.reply(author, &comment, "답글", true).await;
    community.delete_comment(author, &reply).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), ["하나", "둘"], "the parent stays");
    community.delete_comment(reader, &comment).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), ["둘"]);
    for deleted in [&comment, &reply] {
        community.delete_comment(reader, deleted).await.is_problem(404, "not_found");
        community.like(author, &path_of(deleted)).await.is_problem(404, "not_found");
    }
    assert_eq!(count(&community, &post).await, json!(1));
    community.delete_comment(reader, &other).await.is(204);
    assert_eq!(count(&community, &post).await, json!(0));
    community.app.audit().await;
}

#[tokio::test]
async fn only_the_author_and_admins_can_delete_a_comment() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let board = app.board(author, "작성자의").await;
    let post = app.write_post(author, &board, "글", false).await;
    for (by, is_anonymous) in [(reader, true), (reader, false), (admin, true), (admin, false)] {
        let comment = community.comment(reader, &post, "댓글", is_anonymous).await;
        let reply = community.reply(reader, &comment, "답글", is_anonymous).await;
        for item in [&reply, &comment] {
            // The author of the post, who is also the board manager, has no rights over the comment.
            community.delete_comment(author, item).await.is_problem(403, "not_author");
            community.delete_comment(by, item).await.is(204);
        }
    }
    assert!(community.threads(author, &post).await.is_empty());
    app.audit().await;
}

async fn send(community: &Community, by: &Student, post: &str, key: &str, body: &Value) -> Answer {
    let call = community.app.post(format!("/posts/{post}/comments")).by(by);
    call.header("idempotency-key", key).json(body).send().await
}

#[tokio::test]
async fn a_repeated_request_creates_one_comment_and_returns_its_current_state() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let body = json!({ "content": "댓글", "is_anonymous": true });
    let first = send(&community, reader, &post, "key", &body).await;
    let comment = first.is(201).json();
    let reply = community.reply(author, &comment, "답글", true).await;
    community.like(author, &path_of(&reply)).await.is_problem(403, "own_content");
    community.like(author, &path_of(&comment)).await.is(200);
    community.like(reader, &path_of(&reply)).await.is(200);
    let before = community.app.snapshot().await;
    let repeat = send(&community, reader, &post, "key", &body).await;
    assert_eq!((first.header("idempotency-replayed"), repeat.header("idempotency-replayed")), ("", "true"));
    assert_eq!(repeat.header("location"), first.header("location"));
    assert_eq!(repeat.is(201).json(), community.threads(reader, &post).await[0]);
    assert_eq!((repeat.at("/like_count"), repeat.at("/replies/0/liked")), (json!(1), json!(true)));
    assert_eq!(community.app.snapshot().await, before);

    let other = json!({ "content": "다른 댓글", "is_anonymous": true });
    send(&community, reader, &post, "key", &other).await.is_problem(422, "idempotency_key_reused");
    let other_post = community.post("다른 글", true).await;
    send(&community, reader, &other_post, "key", &body).await.is_problem(422, "idempotency_key_reused");
    // Without a key, an identical request creates another comment.
    community.try_comment(reader, &post, &body).await.is(201);
    assert_eq!(count(&community, &post).await, json!(3));
    community.app.audit().await;
}

#[tokio::test]
async fn a_repeated_request_creates_one_reply() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment["id"] });
    let first = send(&community, reader, &post, "key", &body).await.is(201).json();
    // The repeat succeeds although the parent is deleted.
    community.delete_comment(author, &comment).await.is(204);
    let repeat = send(&community, reader, &post, "key", &body).await;
    assert_eq!(repeat.is(201).json(), first);
    assert_eq!(count(&community, &post).await, json!(1));
    community.app.audit().await;
}

#[tokio::test]
async fn repeating_the_request_for_a_deleted_comment_is_404() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let body = json!({ "content": "댓글", "is_anonymous": true });
    for (key, has_reply) in [("no reply", false), ("placeholder", true)] {
        let comment = send(&community, reader, &post, key, &body).await.is(201).json();
        if has_reply {
            community.reply(author, &comment, "답글", true).await;
        }
        community.delete_comment(reader, &comment).await.is(204);
        send(&community, reader, &post, key, &body).await.is_problem(404, "not_found");
    }
    send(&community, reader, &post, "deleted post", &body).await.is(201);
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    send(&community, reader, &post, "deleted post", &body).await.is_problem(404, "not_found");
    community.app.audit().await;
}

#[tokio::test]
async fn existing_comments_stay_when_a_board_changes_its_anonymity() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, board, .. } = &community;
    let post = community.post("글", true).await;
    community.comment(author, &post, "익명", true).await;
    community.comment(reader, &post, "실명", false).await;
    app.patch(format!("/boards/{board}")).by(admin).json(&json!({ "anonymity": "never" })).send().await.is(200);
    let threads = community.threads(admin, &post).await;
    assert_eq!((name_of(&threads[0]), name_of(&threads[1])), ("익명(글쓴이)", reader.nickname.as_str()));
    let body = json!({ "content": "댓글", "is_anonymous": true });
    community.try_comment(author, &post, &body).await.is_invalid(&[("is_anonymous", "anonymity_forbidden")]);
    let named = community.comment(author, &post, "실명", false).await;
    assert_eq!(named["author"]["is_post_author"], json!(false), "the post is still anonymous");
    app.audit().await;
}
