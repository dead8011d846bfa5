//! Names in threads, and that nothing links threads with the same anonymous author.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::MessageFixture;
use crate::guarantees::anonymity::values;

#[tokio::test]
async fn both_sides_are_anonymous_if_the_author_is_and_named_otherwise() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    let comment = json!({ "content": "숨은 댓글", "is_anonymous": true });
    let anonymous_comment =
        app.post(format!("/posts/{named_post}/comments")).by(author).json(&comment).send().await.text_at("/id");
    let comment = json!({ "content": "댓글", "is_anonymous": false });
    let named_comment =
        app.post(format!("/posts/{anonymous_post}/comments")).by(author).json(&comment).send().await.text_at("/id");
    for (target, kind, name_for_reader, name_for_author) in [
        (json!({ "post_id": anonymous_post }), "anonymous", "익명", "익명"),
        (json!({ "post_id": named_post }), "user", author.nickname.as_str(), reader.nickname.as_str()),
        (json!({ "comment_id": anonymous_comment }), "anonymous", "익명", "익명"),
        (json!({ "comment_id": named_comment }), "user", author.nickname.as_str(), reader.nickname.as_str()),
    ] {
        let started = fixture.start_thread(reader, target.clone()).await;
        assert_eq!(started.is(201).at("/partner"), json!({ "kind": kind, "name": name_for_reader }), "{target}");
        let source_kind = if target["post_id"].is_string() { "post" } else { "comment" };
        assert_eq!(started.at("/source/kind"), source_kind);
        let thread = started.text_at("/id");
        for (by, name) in [(reader, name_for_reader), (author, name_for_author)] {
            let open = fixture.open(by, &thread).await;
            assert_eq!(
                (&open["partner"], &open["source"]),
                (&json!({ "kind": kind, "name": name }), &started.at("/source"))
            );
        }
        assert_eq!(
            fixture.inbox(reader).await["items"][0]["partner"],
            json!({ "kind": kind, "name": name_for_reader })
        );
        assert_eq!(
            fixture.inbox(author).await["items"][0]["partner"],
            json!({ "kind": kind, "name": name_for_author })
        );
    }
    let nickname = json!({ "nickname": "새별명" });
    app.patch("/auth/me").by(author).json(&nickname).send().await.is(200);
    let names = |inbox: &Value| -> BTreeSet<String> {
        inbox["items"].as_array().unwrap().iter().map(|thread| thread["partner"]["name"].to_string()).collect()
    };
    assert_eq!(names(&fixture.inbox(reader).await), BTreeSet::from(["\"새별명\"".to_owned(), "\"익명\"".to_owned()]));
    fixture.withdraw(author).await;
    assert_eq!(
        names(&fixture.inbox(reader).await),
        BTreeSet::from(["\"(알수없음)\"".to_owned(), "\"익명\"".to_owned()])
    );
}

#[tokio::test]
async fn threads_with_one_anonymous_author_share_only_constants() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let other = app.student(&school).await;
    let elsewhere = app.board(reader, "다른 곳").await;
    let post = app.write_post(reader, &elsewhere, "댓글 달 글", true).await;
    let third_board = app.board(reader, "또 다른 곳").await;
    let others_post = app.write_post(&other, &third_board, "남의 글", true).await;
    let comment = app.write_comment(author, &post, "숨은 댓글", None).await;
    let mut shown = Vec::new();
    for (seconds, target) in [
        json!({ "post_id": anonymous_post }),
        json!({ "comment_id": comment }),
        json!({ "post_id": others_post }),
        json!({ "post_id": named_post }),
    ]
    .into_iter()
    .enumerate()
    {
        // At another time, so that equal times do not link the threads.
        app.clock.set_ahead_by_millis(i64::try_from(seconds).unwrap() * 1000);
        let thread = fixture.start_thread(reader, target).await.is(201).text_at("/id");
        for by in [author, &other] {
            let sent = fixture.send(by, &thread, &format!("답장 {seconds}")).await;
            assert!([201, 404].contains(&sent.status.as_u16()), "{sent:?}");
        }
        let inbox = fixture.inbox(reader).await;
        let mut found = BTreeSet::new();
        values(&inbox["items"][0], &mut found);
        values(&app.get(format!("/messages/{thread}")).by(reader).send().await.is(200).json(), &mut found);
        shown.push(found);
    }
    let constants: BTreeSet<_> = shown[0].intersection(&shown[2]).cloned().collect();
    for (first, second) in [(0, 1), (0, 3), (1, 3)] {
        let shared: BTreeSet<_> = shown[first].intersection(&shown[second]).cloned().collect();
        // Two of the posts are on one board.
        let board = format!("\"{}\"", fixture.board);
        let rest: Vec<_> = shared.difference(&constants).filter(|value| **value != board).collect();
        assert_eq!(rest, [""; 0], "{first} and {second}");
    }
}
