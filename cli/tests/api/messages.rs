//! Messages.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::anonymity::values;
use crate::harness::{Answer, PASSWORD, Student, TestApp};

/// Two students, and what one of them wrote.
struct Pair {
    app: TestApp,
    author: Student,
    reader: Student,
    board: String,
    anonymous_post: String,
    named_post: String,
}

impl Pair {
    async fn meet() -> Self {
        let app = TestApp::start().await;
        let school = app.school("가온대학교").await;
        let (author, reader) = (app.student(&school).await, app.student(&school).await);
        let board = app.board(&reader, "자유").await;
        let anonymous_post = app.write_post(&author, &board, "숨은 글", true).await;
        let named_post = app.write_post(&author, &board, "이름 있는 글", false).await;
        Self { app, author, reader, board, anonymous_post, named_post }
    }

    async fn about(&self, post: &str) -> String {
        self.app.write_about(&self.reader, json!({ "post_id": post }), "안녕하세요").await
    }

    async fn send(&self, by: &Student, thread: &str, content: &str) -> Answer {
        self.app.post(format!("/messages/{thread}")).by(by).json(&json!({ "content": content })).send().await
    }

    async fn start(&self, by: &Student, thing: Value) -> Answer {
        let mut body = thing;
        body["content"] = "안녕하세요".into();
        self.app.post("/messages").by(by).json(&body).send().await
    }

    async fn inbox(&self, of: &Student) -> Value {
        self.app.get("/messages").by(of).send().await.is(200).json()
    }

    async fn read(&self, by: &Student, thread: &str) -> Value {
        self.app.get(format!("/messages/{thread}?limit=50")).by(by).send().await.is(200).at("/items")
    }

    async fn act(&self, method: axum::http::Method, by: &Student, path: String) -> Answer {
        self.app.call(method, path).by(by).send().await
    }

    async fn withdraw(&self, student: &Student) {
        self.app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    }
}

/// Of each message: whether it is one's own, and what it says.
fn said(messages: &Value) -> Vec<(bool, &str)> {
    let messages = messages.as_array().unwrap().iter();
    messages.map(|message| (message["is_mine"] == true, message["content"].as_str().unwrap_or("(notice)"))).collect()
}

use axum::http::Method;

#[tokio::test]
async fn a_thread_is_started_answered_and_shown_to_both() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, board, anonymous_post, .. } = &pair;
    let started = pair.start(reader, json!({ "post_id": anonymous_post })).await;
    let id = started.is(201).text_at("/id");
    assert_eq!(started.header("location"), format!("/messages/{id}"));
    let time = started.at("/updated_at");
    let source =
        json!({ "kind": "post", "board_id": board, "post_id": anonymous_post, "comment_id": null, "title": "숨은 글" });
    let partner = json!({ "kind": "anonymous", "name": "익명" });
    let mut expected = json!({
        "id": id, "partner": partner, "source": source, "unread_count": 0, "updated_at": time,
        "last_message": { "is_mine": true, "content": "안녕하세요", "created_at": time },
    });
    assert_eq!(started.json(), expected);
    assert_eq!(pair.inbox(reader).await, json!({ "items": [expected], "next_cursor": null, "unread_total": 0 }));
    expected["unread_count"] = json!(1);
    expected["last_message"]["is_mine"] = json!(false);
    assert_eq!(pair.inbox(author).await, json!({ "items": [expected], "next_cursor": null, "unread_total": 1 }));

    let answer = pair.send(author, &id, "네, 반가워요").await;
    assert_eq!(
        (answer.is(201).header("location"), answer.at("/is_mine")),
        (format!("/messages/{id}").as_str(), json!(true))
    );
    let messages = pair.read(reader, &id).await;
    assert_eq!(said(&messages), [(false, "네, 반가워요"), (true, "안녕하세요"), (false, "(notice)")]);
    assert_eq!((&messages[0]["id"], &messages[0]["kind"]), (&answer.at("/id"), &json!("message")));
    let notice = json!({
        "id": messages[2]["id"], "kind": "source", "is_mine": false, "content": null, "source": source,
        "created_at": messages[2]["created_at"],
    });
    assert_eq!(messages[2], notice);
    assert_eq!(said(&pair.read(author, &id).await)[0], (true, "네, 반가워요"));
    app.audit().await;
}

#[tokio::test]
async fn who_hides_is_익명_to_both_and_who_does_not_is_called_by_name() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, .. } = &pair;
    let comment = json!({ "content": "숨은 댓글", "is_anonymous": true });
    let comment =
        app.post(format!("/posts/{named_post}/comments")).by(author).json(&comment).send().await.text_at("/id");
    let named = json!({ "content": "댓글", "is_anonymous": false });
    let named =
        app.post(format!("/posts/{anonymous_post}/comments")).by(author).json(&named).send().await.text_at("/id");
    for (thing, kind, to_reader, to_author) in [
        (json!({ "post_id": anonymous_post }), "anonymous", "익명", "익명"),
        (json!({ "post_id": named_post }), "user", author.nickname.as_str(), reader.nickname.as_str()),
        (json!({ "comment_id": comment }), "anonymous", "익명", "익명"),
        (json!({ "comment_id": named }), "user", author.nickname.as_str(), reader.nickname.as_str()),
    ] {
        let started = pair.start(reader, thing.clone()).await;
        assert_eq!(started.is(201).at("/partner"), json!({ "kind": kind, "name": to_reader }), "{thing}");
        let source_kind = if thing["post_id"].is_string() { "post" } else { "comment" };
        assert_eq!(started.at("/source/kind"), source_kind);
        assert_eq!(pair.inbox(reader).await["items"][0]["partner"], json!({ "kind": kind, "name": to_reader }));
        assert_eq!(pair.inbox(author).await["items"][0]["partner"], json!({ "kind": kind, "name": to_author }));
    }
    let nickname = json!({ "nickname": "새별명" });
    app.patch("/auth/me").by(author).json(&nickname).send().await.is(200);
    let names = |inbox: &Value| -> BTreeSet<String> {
        inbox["items"].as_array().unwrap().iter().map(|thread| thread["partner"]["name"].to_string()).collect()
    };
    assert_eq!(names(&pair.inbox(reader).await), BTreeSet::from(["\"새별명\"".to_owned(), "\"익명\"".to_owned()]));
    pair.withdraw(author).await;
    assert_eq!(names(&pair.inbox(reader).await), BTreeSet::from(["\"(알수없음)\"".to_owned(), "\"익명\"".to_owned()]));
}

#[tokio::test]
async fn there_is_one_thread_for_each_thing_and_whoever_writes_first() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, board, anonymous_post, named_post, .. } = &pair;
    let thread = pair.about(anonymous_post).await;
    assert_eq!(pair.about(anonymous_post).await, thread, "the same thing");
    assert_ne!(pair.about(named_post).await, thread, "another thing");
    let readers = app.write_post(reader, board, "읽는 이의 글", true).await;
    let back = app.write_about(author, json!({ "post_id": readers }), "저예요").await;
    assert_ne!(back, thread, "the other one wrote first, about something else");
    let third = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    let others = app.write_about(&third, json!({ "post_id": anonymous_post }), "저도요").await;
    assert_ne!(others, thread, "somebody else");
    assert_eq!(said(&pair.read(reader, &thread).await).len(), 3);
    assert_eq!(pair.inbox(author).await["items"].as_array().unwrap().len(), 4);
    app.audit().await;
}

#[tokio::test]
async fn a_thread_that_is_started_twice_at_once_is_one() {
    let pair = Arc::new(Pair::meet().await);
    let attempts: Vec<_> = (0..10)
        .map(|_| {
            let pair = Arc::clone(&pair);
            tokio::spawn(async move { pair.about(&pair.anonymous_post).await })
        })
        .collect();
    let mut threads = BTreeSet::new();
    for attempt in attempts {
        threads.insert(attempt.await.unwrap());
    }
    assert_eq!(threads.len(), 1);
    let inbox = pair.inbox(&pair.author).await;
    assert_eq!((inbox["items"].as_array().unwrap().len(), &inbox["unread_total"]), (1, &json!(10)));
    pair.app.audit().await;
}

#[tokio::test]
async fn threads_with_one_hidden_author_share_nothing_but_constants() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, .. } = &pair;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let other = app.student(&school).await;
    let elsewhere = app.board(reader, "다른 곳").await;
    let place = app.write_post(reader, &elsewhere, "댓글 달 글", true).await;
    let third_board = app.board(reader, "또 다른 곳").await;
    let someone_elses = app.write_post(&other, &third_board, "남의 글", true).await;
    let comment = app.write_comment(author, &place, "숨은 댓글", None).await;
    let mut shown = Vec::new();
    for (seconds, thing) in [
        json!({ "post_id": anonymous_post }),
        json!({ "comment_id": comment }),
        json!({ "post_id": someone_elses }),
        json!({ "post_id": named_post }),
    ]
    .into_iter()
    .enumerate()
    {
        // So that times are no coincidence.
        app.clock.set_ahead_by_millis(i64::try_from(seconds).unwrap() * 1000);
        let thread = pair.start(reader, thing).await.is(201).text_at("/id");
        for by in [author, &other] {
            let sent = pair.send(by, &thread, &format!("답장 {seconds}")).await;
            assert!([201, 404].contains(&sent.status.as_u16()), "{sent:?}");
        }
        let inbox = pair.inbox(reader).await;
        let mut found = BTreeSet::new();
        values(&inbox["items"][0], &mut found);
        values(&pair.read(reader, &thread).await, &mut found);
        shown.push(found);
    }
    let constants: BTreeSet<_> = shown[0].intersection(&shown[2]).cloned().collect();
    for (one, other) in [(0, 1), (0, 3), (1, 3)] {
        let shared: BTreeSet<_> = shown[one].intersection(&shown[other]).cloned().collect();
        // The board of the two posts is the same, and what is said in each.
        let board = format!("\"{}\"", pair.board);
        let rest: Vec<_> = shared.difference(&constants).filter(|value| **value != board).collect();
        assert_eq!(rest, [""; 0], "{one} and {other}");
    }
}

#[tokio::test]
async fn unread_messages_are_counted_on_each_side_until_the_first_page_is_read() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, .. } = &pair;
    let (thread, other) = (pair.about(anonymous_post).await, pair.about(named_post).await);
    for number in 0..4 {
        pair.send(reader, &thread, &number.to_string()).await.is(201);
    }
    pair.send(author, &thread, "하나").await.is(201);
    let counts = async |of| {
        let inbox = pair.inbox(of).await;
        let count = |id: &str| {
            let threads = inbox["items"].as_array().unwrap();
            threads.iter().find(|thread| thread["id"] == id).unwrap()["unread_count"].as_u64().unwrap()
        };
        (count(&thread), count(&other), inbox["unread_total"].as_u64().unwrap())
    };
    assert_eq!((counts(author).await, counts(reader).await), ((5, 1, 6), (1, 0, 1)));
    let path = format!("/messages/{thread}?limit=2");
    let page = app.get(&path).by(author).send().await;
    assert_eq!((counts(author).await, counts(reader).await), ((0, 1, 1), (1, 0, 1)), "up to the newest");
    pair.send(reader, &thread, "또").await.is(201);
    let next = page.text_at("/next_cursor");
    let page = app.get(format!("{path}&cursor={next}")).by(author).send().await;
    assert_eq!(said(&page.is(200).at("/items")), [(false, "2"), (false, "1")]);
    assert_eq!(counts(author).await, (1, 1, 2), "a later page marks nothing");
    let before = app.snapshot().await;
    app.get(&path).by(author).send().await.is(200);
    app.get(&path).by(author).send().await.is(200);
    assert_ne!(app.snapshot().await, before);
    app.audit().await;
}

#[tokio::test]
async fn threads_are_listed_by_their_newest_message_page_by_page() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, board, .. } = &pair;
    let mut threads = Vec::new();
    for number in 0..5 {
        let post = app.write_post(author, board, &format!("글 {number}"), true).await;
        threads.push(pair.about(&post).await);
    }
    pair.send(author, &threads[1], "위로").await.is(201);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(format!("/messages?limit=2{cursor}")).by(reader).send().await;
        seen.extend(
            page.at("/items").as_array().unwrap().iter().map(|thread| thread["id"].as_str().unwrap().to_owned()),
        );
        // One that moves during the walk is not shown again.
        pair.send(author, &threads[1], "더 위로").await.is(201);
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [1, 4, 3, 2, 0].map(|place: usize| threads[place].clone()));
    let first = app.get("/messages?limit=2").by(reader).send().await.text_at("/next_cursor");
    app.get(format!("/messages?cursor={first}")).by(author).send().await.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn each_clears_away_their_own_view_and_a_message_brings_back_what_came_after() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, .. } = &pair;
    let thread = pair.about(anonymous_post).await;
    let path = format!("/messages/{thread}");
    pair.act(Method::DELETE, author, path.clone()).await.is(204);
    assert_eq!(pair.inbox(author).await, json!({ "items": [], "next_cursor": null, "unread_total": 0 }));
    for method in [Method::GET, Method::DELETE] {
        pair.act(method, author, path.clone()).await.is_problem(404, "not_found");
    }
    pair.send(author, &thread, "?").await.is_problem(404, "not_found");
    assert_eq!(said(&pair.read(reader, &thread).await).len(), 2, "the other one still has it");

    pair.send(reader, &thread, "아직 있나요").await.is(201);
    assert_eq!(said(&pair.read(author, &thread).await), [(false, "아직 있나요")]);
    assert_eq!(said(&pair.read(reader, &thread).await).len(), 3);
    pair.act(Method::DELETE, reader, path.clone()).await.is(204);
    pair.send(author, &thread, "네").await.is(201);
    assert_eq!(said(&pair.read(reader, &thread).await), [(false, "네")]);
    pair.act(Method::DELETE, reader, path.clone()).await.is(204);
    assert_eq!(pair.about(anonymous_post).await, thread, "writing about the same thing brings it back as well");
    assert_eq!(said(&pair.read(reader, &thread).await), [(true, "안녕하세요")]);
    let page = app.get(format!("{path}?limit=1")).by(reader).send().await;
    assert_eq!(page.at("/items").as_array().unwrap().len(), 1);
    let rest = app.get(format!("{path}?limit=1&cursor={}", page.text_at("/next_cursor"))).by(reader).send().await;
    assert_eq!(rest.is(200).json(), json!({ "items": [], "next_cursor": null }));
    app.audit().await;
}

#[tokio::test]
async fn a_block_of_a_hidden_thread_covers_that_thread_alone() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, board, anonymous_post, named_post, .. } = &pair;
    let other_post = app.write_post(author, board, "또 숨은 글", true).await;
    let comment = app.write_comment(author, named_post, "숨은 댓글", None).await;
    let thread = pair.about(anonymous_post).await;
    for (blocker, other) in [(author, reader), (reader, author)] {
        for _ in 0..2 {
            pair.act(Method::POST, blocker, format!("/messages/{thread}/block")).await.is(204);
        }
        let before = app.snapshot().await;
        for student in [blocker, other] {
            pair.send(student, &thread, "?").await.is_problem(403, "message_refused");
        }
        pair.start(reader, json!({ "post_id": anonymous_post })).await.is_problem(403, "message_refused");
        assert_eq!(app.snapshot().await, before, "nothing is stored");
        for thing in
            [json!({ "post_id": other_post }), json!({ "comment_id": comment }), json!({ "post_id": named_post })]
        {
            pair.start(reader, thing).await.is(201);
        }
        pair.act(Method::DELETE, other, format!("/messages/{thread}/block")).await.is(204);
        pair.send(other, &thread, "?").await.is_problem(403, "message_refused");
        pair.act(Method::DELETE, blocker, format!("/messages/{thread}/block")).await.is(204);
        pair.send(other, &thread, "다시").await.is(201);
    }
    app.audit().await;
}

#[tokio::test]
async fn a_thread_that_was_cleared_away_can_be_blocked_and_let_in_again() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, .. } = &pair;
    for post in [anonymous_post, named_post] {
        let thread = pair.about(post).await;
        let block = format!("/messages/{thread}/block");
        pair.act(Method::DELETE, author, format!("/messages/{thread}")).await.is(204);
        pair.act(Method::POST, author, block.clone()).await.is(204);
        pair.send(reader, &thread, "?").await.is_problem(403, "message_refused");
        pair.act(Method::DELETE, author, block).await.is(204);
        pair.send(reader, &thread, "다시").await.is(201);
        assert_eq!(said(&pair.read(author, &thread).await), [(false, "다시")]);
    }
    app.audit().await;
}

#[tokio::test]
async fn a_block_of_a_named_thread_covers_all_named_threads_of_the_pair_and_no_hidden_one() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, board, anonymous_post, named_post } = &pair;
    let other_named = app.write_post(author, board, "이름 있는 다른 글", false).await;
    let new_named = app.write_post(author, board, "이름 있는 새 글", false).await;
    let readers = app.write_post(reader, board, "읽는 이의 글", false).await;
    let (thread, other) = (pair.about(named_post).await, pair.about(&other_named).await);
    let hidden = pair.about(anonymous_post).await;
    let hidden_before = pair.read(reader, &hidden).await;
    pair.act(Method::POST, author, format!("/messages/{thread}/block")).await.is(204);
    let before = app.snapshot().await;
    for student in [author, reader] {
        for thread in [&thread, &other] {
            pair.send(student, thread, "?").await.is_problem(403, "message_refused");
        }
    }
    pair.start(reader, json!({ "post_id": new_named })).await.is_problem(403, "message_refused");
    pair.start(author, json!({ "post_id": readers })).await.is_problem(403, "message_refused");
    assert_eq!(app.snapshot().await, before, "nothing is stored");
    assert_eq!(pair.read(reader, &hidden).await, hidden_before);
    pair.send(reader, &hidden, "여기는 됩니다").await.is(201);
    let new_hidden = app.write_post(author, board, "숨은 새 글", true).await;
    pair.start(reader, json!({ "post_id": new_hidden })).await.is(201);
    pair.act(Method::DELETE, author, format!("/messages/{other}/block")).await.is(204);
    pair.send(reader, &thread, "다시").await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn messages_that_cannot_be_are_refused_and_leave_nothing() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, .. } = &pair;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let (outsider, leaver) = (app.student(&school).await, app.student(&school).await);
    let foreigner = app.student(&app.school("나래대학교").await).await;
    let own_comment = app.write_comment(reader, named_post, "내 댓글", None).await;
    let thread = pair.about(named_post).await;
    let leavers = app.write_post(&leaver, &pair.board, "떠난 이의 글", false).await;
    let leavers_hidden = app.write_post(&leaver, &pair.board, "떠난 이의 숨은 글", true).await;
    let old = app.write_about(reader, json!({ "post_id": leavers_hidden }), "안녕하세요").await;
    pair.withdraw(&leaver).await;
    let before = app.snapshot().await;
    pair.start(author, json!({ "post_id": named_post })).await.is_invalid(&[("post_id", "own_content")]);
    pair.start(reader, json!({ "comment_id": own_comment })).await.is_invalid(&[("comment_id", "own_content")]);
    pair.start(reader, json!({})).await.is_invalid(&[("post_id", "required")]);
    let both = json!({ "post_id": anonymous_post, "comment_id": own_comment });
    pair.start(reader, both).await.is_invalid(&[("comment_id", "only_one")]);
    pair.start(reader, json!({ "user_id": author.id, "post_id": named_post }))
        .await
        .is_invalid(&[("user_id", "unknown_field")]);
    pair.start(reader, json!({ "post_id": "x" })).await.is_invalid(&[("post_id", "invalid_format")]);
    for nothing in [json!({ "post_id": thread }), json!({ "comment_id": thread })] {
        pair.start(reader, nothing).await.is_problem(404, "not_found");
    }
    pair.start(&foreigner, json!({ "post_id": named_post })).await.is_problem(404, "not_found");
    pair.start(reader, json!({ "post_id": leavers })).await.is_problem(403, "message_refused");
    pair.send(reader, &old, "?").await.is_problem(403, "message_refused");
    for stranger in [&outsider, &foreigner] {
        pair.send(stranger, &thread, "?").await.is_problem(404, "not_found");
        for (method, rest) in
            [(Method::GET, ""), (Method::DELETE, ""), (Method::POST, "/block"), (Method::DELETE, "/block")]
        {
            pair.act(method, stranger, format!("/messages/{thread}{rest}")).await.is_problem(404, "not_found");
        }
    }
    for (content, code) in
        [(String::new(), "too_short"), (" \n".to_owned(), "too_short"), ("가".repeat(1001), "too_long")]
    {
        pair.send(reader, &thread, &content).await.is_invalid(&[("content", code)]);
        let start = json!({ "post_id": anonymous_post, "content": content });
        app.post("/messages").by(reader).json(&start).send().await.is_invalid(&[("content", code)]);
    }
    assert_eq!(app.snapshot().await, before);
    pair.send(reader, &thread, &"가".repeat(1000)).await.is(201);
    let refused = app.post(format!("/messages/{old}")).by(reader).json(&json!({ "content": "?" }));
    let refused = refused.header("accept-language", "en").send().await;
    assert_eq!(refused.text_at("/detail"), "Messages to this partner are refused.");
    assert_eq!(pair.send(reader, &old, "?").await.text_at("/detail"), "쪽지를 보낼 수 없는 상대입니다.");
}

#[tokio::test]
async fn a_thread_outlives_what_it_is_about_whose_title_is_withheld() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, board } = &pair;
    let elsewhere = app.board(reader, "지울 게시판").await;
    let on_board = app.write_post(author, &elsewhere, "게시판과 함께", true).await;
    let comment = app.write_comment(author, named_post, "지울 댓글", None).await;
    let replied = app.write_comment(author, named_post, "자리가 남을 댓글", None).await;
    app.write_comment(reader, named_post, "답글", Some(&replied)).await;
    let things = [
        json!({ "post_id": anonymous_post }),
        json!({ "post_id": on_board }),
        json!({ "comment_id": comment }),
        json!({ "comment_id": replied }),
    ];
    let mut threads = Vec::new();
    for thing in &things {
        threads.push(app.write_about(reader, thing.clone(), "안녕하세요").await);
    }
    app.delete(format!("/posts/{anonymous_post}")).by(author).send().await.is(204);
    app.delete(format!("/boards/{elsewhere}")).by(reader).send().await.is(204);
    for comment in [&comment, &replied] {
        app.delete(format!("/comments/{comment}")).by(author).send().await.is(204);
    }
    let third = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    for (thing, thread) in things.iter().zip(&threads) {
        pair.start(&third, thing.clone()).await.is_problem(404, "not_found");
        pair.start(reader, thing.clone()).await.is_problem(404, "not_found");
        for student in [author, reader] {
            pair.send(student, thread, "그래도").await.is(201);
            let messages = pair.read(student, thread).await;
            assert_eq!(messages.as_array().unwrap().last().unwrap()["source"]["title"], Value::Null);
        }
    }
    let inbox = pair.inbox(author).await;
    let sources: Vec<_> = inbox["items"].as_array().unwrap().iter().map(|thread| &thread["source"]).collect();
    assert!(sources.len() == 4 && sources.iter().all(|source| source["title"].is_null()), "{sources:?}");
    assert!(!board.is_empty());
    app.audit().await;
}

#[tokio::test]
async fn a_repeated_message_is_one_message() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, .. } = &pair;
    let start = json!({ "post_id": anonymous_post, "content": "안녕하세요" });
    let started = async || app.post("/messages").by(reader).header("idempotency-key", "a").json(&start).send().await;
    let first = started().await.is(201).json();
    let repeat = started().await;
    assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.clone(), "true"));
    let thread = first["id"].as_str().unwrap();
    let message = json!({ "content": "한 번" });
    let path = format!("/messages/{thread}");
    let send = async || app.post(&path).by(author).header("idempotency-key", "b").json(&message).send().await;
    let first = send().await;
    pair.send(reader, thread, "사이에").await.is(201);
    let repeat = send().await;
    assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.is(201).json(), "true"));
    assert_eq!(repeat.header("location"), first.header("location"));
    assert_eq!(said(&pair.read(reader, thread).await).len(), 4);
    pair.act(Method::DELETE, author, path.clone()).await.is(204);
    send().await.is_problem(404, "not_found");
    let other = app.post(&path).by(reader).header("idempotency-key", "a").json(&message).send().await;
    other.is_problem(422, "idempotency_key_reused");
    app.audit().await;
}

#[tokio::test]
async fn a_reader_whose_session_has_ended_leaves_no_mark() {
    let pair = Pair::meet().await;
    let thread = pair.about(&pair.anonymous_post).await;
    let everywhere = json!({ "refresh_token": pair.author.refresh_token });
    pair.app.post("/auth/logout").json(&everywhere).send().await.is(204);
    let before = pair.app.snapshot().await;
    assert_eq!(said(&pair.read(&pair.author, &thread).await).len(), 2);
    assert_eq!(pair.app.snapshot().await, before);
}

#[tokio::test]
async fn what_the_withdrawn_wrote_stays_with_the_other() {
    let pair = Pair::meet().await;
    let Pair { app, author, reader, anonymous_post, named_post, .. } = &pair;
    for post in [anonymous_post, named_post] {
        let thread = pair.about(post).await;
        pair.send(author, &thread, "답장").await.is(201);
    }
    let blocked = pair.about(named_post).await;
    pair.act(Method::POST, author, format!("/messages/{blocked}/block")).await.is(204);
    pair.withdraw(author).await;
    app.clock.set_ahead_by_millis(31_000);
    app.desk.app.withdrawals.purge().await.unwrap();
    let inbox = pair.inbox(reader).await;
    let names: Vec<_> =
        inbox["items"].as_array().unwrap().iter().map(|thread| thread["partner"]["name"].clone()).collect();
    assert_eq!((names, &inbox["unread_total"]), (vec![json!("(알수없음)"), json!("익명")], &json!(2)));
    assert_eq!(said(&pair.read(reader, &blocked).await)[1], (false, "답장"));
    pair.send(reader, &blocked, "?").await.is_problem(403, "message_refused");
    pair.act(Method::DELETE, reader, format!("/messages/{blocked}")).await.is(204);
    assert_eq!(app.count_rows(&format!("#USER#{}", author.id)).await, 1, "the tombstone");
    app.audit().await;
}
