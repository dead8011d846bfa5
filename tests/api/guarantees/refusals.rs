//! The refusals of posts and comments, in both languages.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::community::{Community, path_of, text};
use crate::support::harness::{Answer, Call, Student};

const POST: Method = Method::POST;

async fn send(community: &Community, by: &Student, (method, path): (Method, &str), body: &Value, lang: &str) -> Answer {
    let call: Call<'_> = community.app.call(method, path).by(by).header("accept-language", lang);
    if body.is_null() { call.send().await } else { call.json(body).send().await }
}

#[tokio::test]
async fn each_refusal_has_a_korean_and_an_english_text_and_changes_nothing() {
    let community = Community::start().await;
    let Community { author, reader, board, .. } = &community;
    let post = community.post("글", true).await;
    let question = community.question("질문").await;
    let comment = community.comment(reader, &question, "댓글", true).await;
    let post_body = json!({ "title": "같은 글", "content": "같은 내용", "is_anonymous": false });
    community.write(reader, board, &post_body).await.is(201);
    community.like(reader, &format!("/posts/{post}")).await.is(200);
    community.like(author, &path_of(&comment)).await.is(200);
    let (liked, own_like) = (format!("/posts/{post}/like"), format!("{}/like", path_of(&comment)));
    let (shown, scrap, asked) =
        (format!("/posts/{post}"), format!("/posts/{post}/scrap"), format!("/posts/{question}"));
    let (posts, said) = (format!("/boards/{board}/posts"), path_of(&comment));
    let (edit, none) = (json!({ "title": "새 제목" }), Value::Null);
    let before = community.app.snapshot().await;

    let own = (
        403,
        "own_content",
        "내가 쓴 글이나 댓글, 쪽지, 강의평, 시험 정보에는 이 기능을 쓸 수 없습니다.",
        "You cannot do this with your own content.",
    );
    let again = (409, "already_liked", "이미 공감했습니다.", "You have already liked this.");
    let others = (403, "not_author", "작성자만 할 수 있습니다.", "Only the author can do this.");
    let locked = (
        409,
        "question_locked",
        "댓글이 달린 질문 글은 수정하거나 삭제할 수 없습니다.",
        "A question with comments cannot be edited or deleted.",
    );
    let twice = (
        409,
        "duplicate_post",
        "방금 같은 글을 올렸습니다. 잠시 후 다시 시도해 주세요.",
        "You have just posted the same text on this board.",
    );
    for (by, method, path, body, (status, code, korean, english)) in [
        (author, POST, &liked, &none, own),
        (author, Method::PUT, &scrap, &none, own),
        (reader, POST, &own_like, &none, own),
        (reader, POST, &liked, &none, again),
        (author, POST, &own_like, &none, again),
        (reader, Method::PATCH, &shown, &edit, others),
        (reader, Method::DELETE, &shown, &none, others),
        (author, Method::DELETE, &said, &none, others),
        (author, Method::PATCH, &asked, &edit, locked),
        (author, Method::DELETE, &asked, &none, locked),
        (reader, POST, &posts, &post_body, twice),
    ] {
        for (language, detail) in [("ko", korean), ("en", english)] {
            let answer = send(&community, by, (method.clone(), path), body, language).await;
            assert_eq!(answer.is_problem(status, code).text_at("/detail"), detail);
        }
    }
    assert_eq!(community.app.snapshot().await, before);
}

#[tokio::test]
async fn each_invalid_comment_has_a_korean_and_an_english_text() {
    let community = Community::start().await;
    let Community { app, author, reader, .. } = &community;
    let post = community.post("글", true).await;
    let comment = community.comment(reader, &post, "댓글", true).await;
    let reply = community.reply(author, &comment, "답글", true).await;
    let to_reply = json!({ "content": "답답글", "is_anonymous": true, "parent_id": reply["id"] });
    let mut cases = vec![(post.clone(), to_reply, "parent_id", "reply_to_reply")];
    for (anonymity, refused, code) in [("always", false, "anonymity_required"), ("never", true, "anonymity_forbidden")]
    {
        let body = json!({ "category": "일반", "name": anonymity, "anonymity": anonymity });
        let board = app.post("/boards").by(author).json(&body).send().await.is(201).text_at("/id");
        let post = app.write_post(author, &board, "글", !refused).await;
        cases.push((post, json!({ "content": "댓글", "is_anonymous": refused }), "is_anonymous", code));
    }
    let mut details = Vec::new();
    for (post, body, field, code) in &cases {
        for language in ["ko", "en"] {
            let path = format!("/posts/{post}/comments");
            let answer = send(&community, reader, (POST, &path), body, language).await;
            answer.is_invalid(&[(field, code)]);
            details.push(answer.text_at("/errors/0/detail"));
        }
    }
    assert_eq!(
        details,
        [
            "대댓글에는 대댓글을 달 수 없습니다.",
            "You cannot reply to a reply.",
            "익명으로만 쓸 수 있는 게시판입니다.",
            "This board allows only anonymous posts and comments.",
            "익명으로 쓸 수 없는 게시판입니다.",
            "This board does not allow anonymous posts or comments.",
        ]
    );
    // The board accepts the other value.
    for (post, body, ..) in &cases[1..] {
        let mut body = body.clone();
        body["is_anonymous"] = json!(!body["is_anonymous"].as_bool().unwrap());
        community.try_comment(reader, post, &body).await.is(201);
    }
}

#[tokio::test]
async fn each_field_of_a_comment_has_its_rule() {
    let community = Community::start().await;
    let post = community.post("글", true).await;
    let reader = &community.reader;
    let missing = community.try_comment(reader, &post, &json!({})).await;
    missing.is_invalid(&[("content", "required"), ("is_anonymous", "required")]);
    for (field, value, code) in [
        ("content", json!(" \n"), "too_short"),
        ("content", json!("가".repeat(301)), "too_long"),
        ("content", json!("\u{0000}"), "invalid_characters"),
        ("content", json!(null), "wrong_type"),
        ("is_anonymous", json!("yes"), "wrong_type"),
        ("parent_id", json!("x"), "invalid_format"),
        ("parent_id", json!(1), "wrong_type"),
        ("author", json!(reader.id), "unknown_field"),
        ("like_count", json!(1), "unknown_field"),
        ("number", json!(1), "unknown_field"),
    ] {
        let mut body = json!({ "content": "댓글", "is_anonymous": true });
        body[field] = value;
        community.try_comment(reader, &post, &body).await.is_invalid(&[(field, code)]);
    }
    let longest = community.comment(reader, &post, &"😀".repeat(300), true).await;
    assert_eq!(text(&longest["content"]).chars().count(), 300);
}
