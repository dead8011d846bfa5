//! Refused messages, and repeated requests.

use axum::http::Method;
use serde_json::json;

use super::{MessageFixture, contents};
use crate::support::ids::unknown;

#[tokio::test]
async fn a_refused_message_writes_nothing() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let (outsider, leaver) = (app.student(&school).await, app.student(&school).await);
    let foreigner = app.student(&app.school("나래대학교").await).await;
    let own_comment = app.write_comment(reader, named_post, "내 댓글", None).await;
    let thread = fixture.write_about_post(named_post).await;
    let leavers_named = app.write_post(&leaver, &fixture.board, "떠난 이의 글", false).await;
    let leavers_other = app.write_post(&leaver, &fixture.board, "떠난 이의 다른 글", false).await;
    let old = app.write_about(reader, json!({ "post_id": leavers_other }), "안녕하세요").await;
    fixture.withdraw(&leaver).await;
    let before = app.snapshot().await;
    fixture.start_thread(author, json!({ "post_id": named_post })).await.is_invalid(&[("post_id", "own_content")]);
    fixture
        .start_thread(reader, json!({ "comment_id": own_comment }))
        .await
        .is_invalid(&[("comment_id", "own_content")]);
    fixture.start_thread(reader, json!({})).await.is_invalid(&[("post_id", "required")]);
    let both = json!({ "post_id": anonymous_post, "comment_id": own_comment });
    fixture.start_thread(reader, both).await.is_invalid(&[("comment_id", "only_one")]);
    fixture
        .start_thread(reader, json!({ "user_id": author.id, "post_id": named_post }))
        .await
        .is_invalid(&[("user_id", "unknown_field")]);
    fixture.start_thread(reader, json!({ "post_id": "x" })).await.is_invalid(&[("post_id", "invalid_format")]);
    fixture.start_thread(reader, json!({ "comment_id": thread })).await.is_invalid(&[("comment_id", "invalid_format")]);
    for body in [json!({ "post_id": unknown(named_post) }), json!({ "comment_id": unknown(&own_comment) })] {
        fixture.start_thread(reader, body).await.is_problem(404, "not_found");
    }
    fixture.start_thread(&foreigner, json!({ "post_id": named_post })).await.is_problem(404, "not_found");
    fixture.start_thread(reader, json!({ "post_id": leavers_named })).await.is_problem(403, "message_refused");
    fixture.send(reader, &old, "?").await.is_problem(403, "message_refused");
    for stranger in [&outsider, &foreigner] {
        fixture.send(stranger, &thread, "?").await.is_problem(404, "not_found");
        for (method, rest) in
            [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/block"), (Method::DELETE, "/block")]
        {
            fixture.request(method, stranger, format!("/messages/{thread}{rest}")).await.is_problem(404, "not_found");
        }
    }
    for (content, code) in
        [(String::new(), "too_short"), (" \n".to_owned(), "too_short"), ("가".repeat(1001), "too_long")]
    {
        fixture.send(reader, &thread, &content).await.is_invalid(&[("content", code)]);
        let start = json!({ "post_id": anonymous_post, "content": content });
        app.post("/messages").by(reader).json(&start).send().await.is_invalid(&[("content", code)]);
    }
    assert_eq!(app.snapshot().await, before);
    fixture.send(reader, &thread, &"가".repeat(1000)).await.is(201);
    let refused = app.post(format!("/messages/{old}")).by(reader).json(&json!({ "content": "?" }));
    let refused = refused.header("accept-language", "en").send().await;
    assert_eq!(refused.text_at("/detail"), "You cannot send messages to this user.");
    assert_eq!(fixture.send(reader, &old, "?").await.text_at("/detail"), "쪽지를 보낼 수 없는 상대입니다.");
}

#[tokio::test]
async fn a_repeated_request_creates_one_message() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, .. } = &fixture;
    let first_message = json!({ "post_id": anonymous_post, "content": "안녕하세요" });
    let start =
        async || app.post("/messages").by(reader).header("idempotency-key", "a").json(&first_message).send().await;
    let first = start().await.is(201).json();
    let repeat = start().await;
    assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.clone(), "true"));
    let thread = first["id"].as_str().unwrap();
    let message = json!({ "content": "한 번" });
    let path = format!("/messages/{thread}");
    let send = async || app.post(&path).by(author).header("idempotency-key", "b").json(&message).send().await;
    let first = send().await;
    fixture.send(reader, thread, "사이에").await.is(201);
    let repeat = send().await;
    assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.is(201).json(), "true"));
    assert_eq!(repeat.header("location"), first.header("location"));
    assert_eq!(contents(&fixture.read(reader, thread).await).len(), 4);
    fixture.request(Method::DELETE, author, path.clone()).await.is(204);
    send().await.is_problem(404, "not_found");
    let other = app.post(&path).by(reader).header("idempotency-key", "a").json(&message).send().await;
    other.is_problem(422, "idempotency_key_reused");
    app.audit().await;
}
