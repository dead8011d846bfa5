//! Threads: starting, listing, deleting them, and how long they last.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::Method;
use serde_json::{Value, json};

use super::{MessageFixture, contents};

#[tokio::test]
async fn a_new_thread_and_its_messages_are_shown_to_both_sides() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, board, anonymous_post, .. } = &fixture;
    let started = fixture.start_thread(reader, json!({ "post_id": anonymous_post })).await;
    let id = started.is(201).text_at("/id");
    assert_eq!(started.header("location"), format!("/messages/{id}"));
    let time = started.at("/updated_at");
    let source = json!({
        "kind": "post", "board_id": board, "post_id": anonymous_post, "comment_id": null, "title": "숨은 글",
        "state": "visible",
    });
    let partner = json!({ "kind": "anonymous", "name": "익명" });
    let mut expected = json!({
        "id": id, "partner": partner, "source": source, "unread_count": 0, "updated_at": time,
        "last_message": { "is_mine": true, "content": "안녕하세요", "state": "visible", "created_at": time },
    });
    assert_eq!(started.json(), expected);
    assert_eq!(fixture.inbox(reader).await, json!({ "items": [expected], "next_cursor": null, "unread_total": 0 }));
    expected["unread_count"] = json!(1);
    expected["last_message"]["is_mine"] = json!(false);
    assert_eq!(fixture.inbox(author).await, json!({ "items": [expected], "next_cursor": null, "unread_total": 1 }));

    let answer = fixture.send(author, &id, "네, 반가워요").await;
    assert_eq!(
        (answer.is(201).header("location"), answer.at("/is_mine")),
        (format!("/messages/{id}").as_str(), json!(true))
    );
    let messages = fixture.read(reader, &id).await;
    assert_eq!(contents(&messages), [(false, "네, 반가워요"), (true, "안녕하세요"), (false, "(notice)")]);
    assert_eq!((&messages[0]["id"], &messages[0]["kind"]), (&answer.at("/id"), &json!("message")));
    let notice = json!({
        "id": messages[2]["id"], "kind": "source", "is_mine": false, "content": null, "source": source,
        "state": "visible", "moderation": null,
        "created_at": messages[2]["created_at"],
    });
    assert_eq!(messages[2], notice);
    assert_eq!(contents(&fixture.read(author, &id).await)[0], (true, "네, 반가워요"));
    let open = json!({ "id": id, "partner": partner, "source": source, "is_blocked": false });
    let page = app.get(format!("/messages/{id}?limit=1")).by(reader).send().await.is(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = app.get(format!("/messages/{id}?limit=1&cursor={cursor}")).by(reader).send().await.is(200).json();
    for page in [page, next] {
        assert_eq!(
            (&page["thread"], &page["items"][0]["kind"]),
            (&open, &json!("message")),
            "a page without the notice"
        );
    }
    app.audit().await;
}

#[tokio::test]
async fn a_sender_has_one_thread_per_post_or_comment() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, board, anonymous_post, named_post, .. } = &fixture;
    let thread = fixture.write_about_post(anonymous_post).await;
    assert_eq!(fixture.write_about_post(anonymous_post).await, thread, "the same post");
    assert_ne!(fixture.write_about_post(named_post).await, thread, "another post");
    let readers_post = app.write_post(reader, board, "읽는 이의 글", true).await;
    let reverse = app.write_about(author, json!({ "post_id": readers_post }), "저예요").await;
    assert_ne!(reverse, thread, "the other user wrote about another post");
    let third = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    let third_thread = app.write_about(&third, json!({ "post_id": anonymous_post }), "저도요").await;
    assert_ne!(third_thread, thread, "another sender");
    assert_eq!(contents(&fixture.read(reader, &thread).await).len(), 3);
    assert_eq!(fixture.inbox(author).await["items"].as_array().unwrap().len(), 4);
    app.audit().await;
}

#[tokio::test]
async fn concurrent_first_messages_create_one_thread() {
    let fixture = Arc::new(MessageFixture::new().await);
    let attempts: Vec<_> = (0..10)
        .map(|_| {
            let fixture = Arc::clone(&fixture);
            tokio::spawn(async move { fixture.write_about_post(&fixture.anonymous_post).await })
        })
        .collect();
    let mut threads = BTreeSet::new();
    for attempt in attempts {
        threads.insert(attempt.await.unwrap());
    }
    assert_eq!(threads.len(), 1);
    let inbox = fixture.inbox(&fixture.author).await;
    assert_eq!((inbox["items"].as_array().unwrap().len(), &inbox["unread_total"]), (1, &json!(10)));
    fixture.app.audit().await;
}

#[tokio::test]
async fn threads_are_paginated_in_the_order_of_their_newest_message() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, board, .. } = &fixture;
    let mut threads = Vec::new();
    for number in 0..5 {
        let post = app.write_post(author, board, &format!("글 {number}"), true).await;
        threads.push(fixture.write_about_post(&post).await);
    }
    fixture.send(author, &threads[1], "위로").await.is(201);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(format!("/messages?limit=2{cursor}")).by(reader).send().await;
        seen.extend(
            page.at("/items").as_array().unwrap().iter().map(|thread| thread["id"].as_str().unwrap().to_owned()),
        );
        // A thread that moves to the top between two pages is not listed again.
        fixture.send(author, &threads[1], "더 위로").await.is(201);
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [1, 4, 3, 2, 0].map(|index: usize| threads[index].clone()));
    let first = app.get("/messages?limit=2").by(reader).send().await.text_at("/next_cursor");
    app.get(format!("/messages?cursor={first}")).by(author).send().await.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_deleted_thread_comes_back_with_the_next_message_and_shows_only_what_came_after() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, .. } = &fixture;
    let thread = fixture.write_about_post(anonymous_post).await;
    let path = format!("/messages/{thread}");
    fixture.request(Method::DELETE, author, path.clone()).await.is(204);
    assert_eq!(fixture.inbox(author).await, json!({ "items": [], "next_cursor": null, "unread_total": 0 }));
    for method in [Method::GET, Method::DELETE] {
        fixture.request(method, author, path.clone()).await.is_problem(404, "not_found");
    }
    fixture.send(author, &thread, "?").await.is_problem(404, "not_found");
    assert_eq!(contents(&fixture.read(reader, &thread).await).len(), 2, "the other side still has the thread");

    fixture.send(reader, &thread, "아직 있나요").await.is(201);
    assert_eq!(contents(&fixture.read(author, &thread).await), [(false, "아직 있나요")]);
    assert_eq!(contents(&fixture.read(reader, &thread).await).len(), 3);
    fixture.request(Method::DELETE, reader, path.clone()).await.is(204);
    fixture.send(author, &thread, "네").await.is(201);
    assert_eq!(contents(&fixture.read(reader, &thread).await), [(false, "네")]);
    fixture.request(Method::DELETE, reader, path.clone()).await.is(204);
    assert_eq!(
        fixture.write_about_post(anonymous_post).await,
        thread,
        "a message about the same post also brings the thread back"
    );
    assert_eq!(contents(&fixture.read(reader, &thread).await), [(true, "안녕하세요")]);
    let page = app.get(format!("{path}?limit=1")).by(reader).send().await;
    assert_eq!(page.at("/items").as_array().unwrap().len(), 1);
    let rest = app.get(format!("{path}?limit=1&cursor={}", page.text_at("/next_cursor"))).by(reader).send().await;
    assert_eq!(rest.is(200).json(), json!({ "thread": page.at("/thread"), "items": [], "next_cursor": null }));
    app.audit().await;
}

#[tokio::test]
async fn a_thread_outlives_its_post_or_comment_and_hides_the_title() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    let elsewhere = app.board(author, "지울 게시판").await;
    let on_board = app.write_post(author, &elsewhere, "게시판과 함께", true).await;
    let comment = app.write_comment(author, named_post, "지울 댓글", None).await;
    let replied = app.write_comment(author, named_post, "자리가 남을 댓글", None).await;
    app.write_comment(reader, named_post, "답글", Some(&replied)).await;
    let targets = [
        json!({ "post_id": anonymous_post }),
        json!({ "post_id": on_board }),
        json!({ "comment_id": comment }),
        json!({ "comment_id": replied }),
    ];
    let mut threads = Vec::new();
    for target in &targets {
        threads.push(app.write_about(reader, target.clone(), "안녕하세요").await);
    }
    app.delete(format!("/posts/{anonymous_post}")).by(author).send().await.is(204);
    app.delete(format!("/boards/{elsewhere}")).by(author).send().await.is(204);
    for comment in [&comment, &replied] {
        app.delete(format!("/comments/{comment}")).by(author).send().await.is(204);
    }
    let third = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    for (target, thread) in targets.iter().zip(&threads) {
        fixture.start_thread(&third, target.clone()).await.is_problem(404, "not_found");
        fixture.start_thread(reader, target.clone()).await.is_problem(404, "not_found");
        for student in [author, reader] {
            fixture.send(student, thread, "그래도").await.is(201);
            let messages = fixture.read(student, thread).await;
            let source = &messages.as_array().unwrap().last().unwrap()["source"];
            assert_eq!((&source["title"], &fixture.open(student, thread).await["source"]), (&Value::Null, source));
        }
    }
    let inbox = fixture.inbox(author).await;
    let sources: Vec<_> = inbox["items"].as_array().unwrap().iter().map(|thread| &thread["source"]).collect();
    assert!(sources.len() == 4 && sources.iter().all(|source| source["title"].is_null()), "{sources:?}");
    app.audit().await;
}

#[tokio::test]
async fn messages_of_a_withdrawn_user_stay_with_the_other_side() {
    let fixture = MessageFixture::new().await;
    let MessageFixture { app, author, reader, anonymous_post, named_post, .. } = &fixture;
    for post in [anonymous_post, named_post] {
        let thread = fixture.write_about_post(post).await;
        fixture.send(author, &thread, "답장").await.is(201);
    }
    let blocked = fixture.write_about_post(named_post).await;
    fixture.request(Method::POST, author, format!("/messages/{blocked}/block")).await.is(204);
    fixture.withdraw(author).await;
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    let inbox = fixture.inbox(reader).await;
    let names: Vec<_> =
        inbox["items"].as_array().unwrap().iter().map(|thread| thread["partner"]["name"].clone()).collect();
    assert_eq!((names, &inbox["unread_total"]), (vec![json!("(알수없음)"), json!("익명")], &json!(2)));
    for thread in inbox["items"].as_array().unwrap() {
        let open = fixture.open(reader, thread["id"].as_str().unwrap()).await;
        assert_eq!((&open["partner"], &open["source"]), (&thread["partner"], &thread["source"]));
        assert_eq!(open["is_blocked"], false, "only the withdrawn user has blocked the thread");
    }
    assert_eq!(contents(&fixture.read(reader, &blocked).await)[1], (false, "답장"));
    fixture.send(reader, &blocked, "?").await.is_problem(403, "message_refused");
    fixture.request(Method::DELETE, reader, format!("/messages/{blocked}")).await.is(204);
    let kept = app.count_rows(&format!("#USER#{}", author.id)).await;
    assert_eq!(kept, 3, "the row of the withdrawn user, and two listed threads");
    app.audit().await;
}
