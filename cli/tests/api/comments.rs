//! Comments: two levels, places of deleted ones, counts, and what was done before (rule 5).

use serde_json::{Value, json};

use crate::community::{Community, contents, name_of, path_of, text};
use crate::harness::{Answer, Student};

async fn count(community: &Community, post: &str) -> Value {
    community.show(&community.reader, post).await["comment_count"].clone()
}

#[tokio::test]
async fn a_comment_is_written_and_listed_with_its_replies_oldest_first() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", false).await;
    let body = json!({ "content": "첫째\n둘째 줄", "is_anonymous": false });
    let made = community.try_comment(reader, &post, &body).await;
    let comment = made.is(201).json();
    assert_eq!(made.header("location"), path_of(&comment));
    let expected = json!({
        "id": comment["id"], "post_id": post, "parent_id": null, "content": "첫째\n둘째 줄",
        "author": { "kind": "user", "name": reader.nickname, "is_post_author": false },
        "is_mine": true, "is_deleted": false, "like_count": 0, "liked": false, "replies": [],
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
async fn a_replys_parent_is_a_live_comment_of_the_same_post() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let (post, other_post) = (community.post("글", true).await, community.post("다른 글", true).await);
    let comment = community.comment(reader, &post, "댓글", true).await;
    let reply = community.reply(author, &comment, "답글", true).await;
    let elsewhere = community.comment(reader, &other_post, "댓글", true).await;
    let reply_elsewhere = community.reply(reader, &elsewhere, "답글", true).await;
    let vanished = community.comment(reader, &post, "사라질 댓글", true).await;
    community.delete_comment(reader, &vanished).await.is(204);
    let place = community.comment(reader, &post, "자리만 남을 댓글", true).await;
    community.reply(reader, &place, "답글", true).await;
    let vanished_reply = community.reply(reader, &place, "사라질 답글", true).await;
    for deleted in [&place, &vanished_reply] {
        community.delete_comment(reader, deleted).await.is(204);
    }
    let foreigner = community.foreigner().await;
    let foreign_board = app.board(&foreigner, "자유").await;
    let foreign_post = app.write_post(&foreigner, &foreign_board, "글", true).await;
    let foreign = community.comment(&foreigner, &foreign_post, "댓글", true).await;
    let unknown = json!({ "id": uuid::Uuid::now_v7() });

    let before = app.snapshot().await;
    let to = async |parent: &Value| {
        let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": parent["id"] });
        community.try_comment(reader, &post, &body).await
    };
    to(&reply).await.is_invalid(&[("parent_id", "reply_to_reply")]);
    for parent in [&elsewhere, &reply_elsewhere, &vanished, &vanished_reply, &place, &foreign, &unknown] {
        to(parent).await.is_problem(404, "not_found");
    }
    assert_eq!(app.snapshot().await, before);
    app.audit().await;
}

#[tokio::test]
async fn a_deleted_comment_that_has_replies_leaves_its_place_which_tells_nothing() {
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
        let place = &threads[0];
        assert_eq!((&place["id"], &place["is_deleted"]), (&comment["id"], &json!(true)));
        assert_eq!((&place["content"], &place["author"]), (&Value::Null, &Value::Null));
        assert_eq!((&place["is_mine"], &place["liked"]), (&json!(false), &json!(false)));
        assert!(text(&place["updated_at"]) > text(&comment["updated_at"]));
    }
    community.delete_comment(author, &comment).await.is_problem(404, "not_found");
    assert!(!community.app.snapshot().await.join("").contains("비밀"), "the text is gone from the table");
    community.app.audit().await;

    // It vanishes with its last reply.
    community.delete_comment(reader, &replies[1]).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), ["- (하나)"]);
    community.app.audit().await;
    community.delete_comment(reader, &replies[0]).await.is(204);
    assert!(community.threads(reader, &post).await.is_empty());
    assert_eq!(count(&community, &post).await, json!(0));
    community.app.audit().await;
}

#[tokio::test]
async fn a_deleted_comment_without_replies_vanishes_as_does_a_reply() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "하나", true).await;
    let other = community.comment(reader, &post, "둘", true).await;
    let reply = community.reply(author, &comment, "답글", true).await;
    community.delete_comment(author, &reply).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), ["하나", "둘"], "what was replied to stays");
    community.delete_comment(reader, &comment).await.is(204);
    assert_eq!(contents(&community.threads(reader, &post).await), ["둘"]);
    for gone in [&comment, &reply] {
        community.delete_comment(reader, gone).await.is_problem(404, "not_found");
        community.like(author, &path_of(gone)).await.is_problem(404, "not_found");
    }
    assert_eq!(count(&community, &post).await, json!(1));
    community.delete_comment(reader, &other).await.is(204);
    assert_eq!(count(&community, &post).await, json!(0));
    community.app.audit().await;
}

#[tokio::test]
async fn a_comment_is_deleted_by_its_author_and_by_admins_of_the_school_alone() {
    let community = Community::start().await;
    let Community { app, author, reader, admin, .. } = &community;
    let board = app.board(author, "작성자의").await;
    let post = app.write_post(author, &board, "글", false).await;
    for (by, is_anonymous) in [(reader, true), (reader, false), (admin, true), (admin, false)] {
        let comment = community.comment(reader, &post, "댓글", is_anonymous).await;
        let reply = community.reply(reader, &comment, "답글", is_anonymous).await;
        for thing in [&reply, &comment] {
            // Neither by the author of the post nor by the board's manager, who are one here.
            community.delete_comment(author, thing).await.is_problem(403, "not_author");
            community.delete_comment(by, thing).await.is(204);
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
async fn a_repeated_comment_is_one_comment_and_is_shown_as_it_now_stands() {
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
    // Without a key, the same again is another comment.
    community.try_comment(reader, &post, &body).await.is(201);
    assert_eq!(count(&community, &post).await, json!(3));
    community.app.audit().await;
}

#[tokio::test]
async fn a_repeated_reply_is_one_reply() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(author, &post, "댓글", true).await;
    let body = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment["id"] });
    let first = send(&community, reader, &post, "key", &body).await.is(201).json();
    // Also where what was replied to has gone.
    community.delete_comment(author, &comment).await.is(204);
    let repeat = send(&community, reader, &post, "key", &body).await;
    assert_eq!(repeat.is(201).json(), first);
    assert_eq!(count(&community, &post).await, json!(1));
    community.app.audit().await;
}

#[tokio::test]
async fn a_repeated_comment_that_is_gone_is_404() {
    let community = Community::start().await;
    let Community { author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let body = json!({ "content": "댓글", "is_anonymous": true });
    for (key, has_reply) in [("vanished", false), ("a place", true)] {
        let comment = send(&community, reader, &post, key, &body).await.is(201).json();
        if has_reply {
            community.reply(author, &comment, "답글", true).await;
        }
        community.delete_comment(reader, &comment).await.is(204);
        send(&community, reader, &post, key, &body).await.is_problem(404, "not_found");
    }
    send(&community, reader, &post, "of a post", &body).await.is(201);
    community.delete(author, &format!("/posts/{post}")).await.is(204);
    send(&community, reader, &post, "of a post", &body).await.is_problem(404, "not_found");
    community.app.audit().await;
}

#[tokio::test]
async fn what_stands_stays_when_a_board_changes_its_rule_of_anonymity() {
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
