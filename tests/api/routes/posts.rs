//! Posts: writing, showing and listing.

mod editing;
mod feeds;
pub mod likes;
mod media;
mod scraps;
mod search;
mod text;

use serde_json::{Value, json};

use crate::support::harness::{Answer, Student, TestApp};

async fn write(app: &TestApp, by: &Student, board: &str, body: &Value) -> Answer {
    app.post(format!("/boards/{board}/posts")).by(by).json(body).send().await
}

fn body() -> Value {
    json!({ "title": "제목", "content": "내용\n둘째 줄", "is_anonymous": false })
}

#[tokio::test]
async fn a_new_post_is_shown_and_listed() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, reader) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&author, "자유").await;
    let created = write(&app, &author, &board, &body()).await;
    let id = created.is(201).text_at("/id");
    assert_eq!(created.header("location"), format!("/posts/{id}"));
    let expected = json!({
        "id": id, "board_id": board, "title": "제목", "content": "내용\n둘째 줄",
        "author": { "kind": "user", "name": author.nickname }, "is_mine": true, "is_anonymous": false,
        "is_question": false, "like_count": 0, "scrap_count": 0, "comment_count": 0,
        "liked": false, "scrapped": false, "hidden": false, "muted": false, "media": [],
        "edited_at": null, "state": "visible", "moderation": null,
        "created_at": created.at("/created_at"), "updated_at": created.at("/created_at"),
    });
    assert_eq!(created.json(), expected);
    assert_eq!(app.get(format!("/posts/{id}")).by(&author).send().await.is(200).json(), expected);

    let mut listed = expected.clone();
    let fields = listed.as_object_mut().unwrap();
    fields.remove("muted");
    let content = fields.remove("content").unwrap();
    listed["content_preview"] = content;
    listed["is_mine"] = json!(false);
    let list = app.get(format!("/boards/{board}/posts")).by(&reader).send().await;
    assert_eq!(list.is(200).json(), json!({ "items": [listed], "next_cursor": null }));
}

#[tokio::test]
async fn an_anonymous_post_hides_its_author_and_is_mine_only_to_the_author() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, reader) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&author, "자유").await;
    let id = app.write_post(&author, &board, "제목", true).await;
    for (student, is_mine) in [(&author, true), (&reader, false)] {
        let shown = app.get(format!("/posts/{id}")).by(student).send().await;
        assert_eq!(shown.at("/author"), json!({ "kind": "anonymous", "name": "익명" }));
        assert_eq!(shown.at("/is_mine"), json!(is_mine));
    }
}

#[tokio::test]
async fn a_named_author_without_a_profile_is_shown_as_withdrawn() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (author, reader) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&reader, "자유").await;
    let id = app.write_post(&author, &board, "제목", false).await;
    for row in app.rows().await {
        if row["sk"].as_s().unwrap() == "PROFILE" && row["pk"].as_s().unwrap().ends_with(&author.id) {
            let connection = app.engine.connection();
            let delete = connection.client.delete_item().table_name("campus");
            delete.key("pk", row["pk"].clone()).key("sk", row["sk"].clone()).send().await.unwrap();
        }
    }
    let withdrawn = json!({ "kind": "withdrawn", "name": "(알수없음)" });
    assert_eq!(app.get(format!("/posts/{id}")).by(&reader).send().await.at("/author"), withdrawn);
    assert_eq!(app.get(format!("/boards/{board}/posts")).by(&reader).send().await.at("/items/0/author"), withdrawn);
}

#[tokio::test]
async fn each_field_of_a_post_is_validated() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    write(&app, &student, &board, &json!({})).await.is_invalid(&[
        ("title", "required"),
        ("content", "required"),
        ("is_anonymous", "required"),
    ]);
    for (field, value, code) in [
        ("title", json!(" "), "too_short"),
        ("title", json!("가".repeat(101)), "too_long"),
        ("title", json!("제\u{2066}목"), "invalid_characters"),
        ("content", json!("\n \t"), "too_short"),
        ("content", json!("가".repeat(10_001)), "too_long"),
        ("content", json!("\u{0000}"), "invalid_characters"),
        ("is_anonymous", json!(1), "wrong_type"),
        ("is_question", json!("no"), "wrong_type"),
        ("author", json!(student.id), "unknown_field"),
        ("like_count", json!(100), "unknown_field"),
        ("school_id", json!("x"), "unknown_field"),
    ] {
        let mut body = body();
        body[field] = value;
        write(&app, &student, &board, &body).await.is_invalid(&[(field, code)]);
    }
    let longest = json!({ "title": "가".repeat(100), "content": "😀".repeat(10_000), "is_anonymous": false,
        "is_question": true });
    let created = write(&app, &student, &board, &longest).await;
    assert_eq!((created.is(201).at("/content"), created.at("/is_question")), (longest["content"].clone(), json!(true)));
}

#[tokio::test]
async fn a_list_shows_the_first_200_characters_of_a_post() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let content: String = "가나다라마".repeat(41);
    let body = json!({ "title": "제목", "content": content, "is_anonymous": false });
    let id = write(&app, &student, &board, &body).await.is(201).text_at("/id");
    let list = app.get(format!("/boards/{board}/posts")).by(&student).send().await;
    assert_eq!(list.at("/items/0/content_preview"), json!("가나다라마".repeat(40)));
    assert!(list.at("/items/0").get("content").is_none());
    assert_eq!(app.get(format!("/posts/{id}")).by(&student).send().await.at("/content"), json!(content));
}

#[tokio::test]
async fn a_board_can_require_or_forbid_anonymity() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for (anonymity, refused, code) in [("always", false, "anonymity_required"), ("never", true, "anonymity_forbidden")]
    {
        let board = json!({ "category": "일반", "name": anonymity, "anonymity": anonymity });
        let board = app.post("/boards").by(&student).json(&board).send().await.text_at("/id");
        let mut body = body();
        body["is_anonymous"] = json!(refused);
        write(&app, &student, &board, &body).await.is_invalid(&[("is_anonymous", code)]);
        body["is_anonymous"] = json!(!refused);
        write(&app, &student, &board, &body).await.is(201);
    }
}

#[tokio::test]
async fn posts_of_a_board_are_listed_newest_first() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let (board, other) = (app.board(&student, "자유").await, app.board(&student, "비밀").await);
    for title in ["하나", "둘", "셋"] {
        app.write_post(&student, &board, title, false).await;
    }
    app.write_post(&student, &other, "딴 데", false).await;
    let list = app.get(format!("/boards/{board}/posts")).by(&student).send().await;
    let titles: Vec<_> = list.at("/items").as_array().unwrap().iter().map(|post| post["title"].clone()).collect();
    assert_eq!(titles, ["셋", "둘", "하나"]);
}

#[tokio::test]
async fn pagination_repeats_and_loses_nothing_while_others_write() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let mut existing = Vec::new();
    for number in 0..25 {
        existing.push(app.write_post(&student, &board, &format!("처음 {number}"), number % 2 == 0).await);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(format!("/boards/{board}/posts?limit=4{cursor}")).by(&student).send().await;
        seen.extend(page.at("/items").as_array().unwrap().iter().map(|post| post["id"].as_str().unwrap().to_owned()));
        // The clock of the service is five minutes fast for one post and five minutes slow for the next.
        for offset in [300_000, -300_000] {
            app.clock.set_ahead_by_millis(offset);
            app.write_post(&student, &board, &format!("{} 뒤에 {offset}", seen.len()), false).await;
        }
        app.clock.set_ahead_by_millis(0);
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut distinct = seen.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len(), "nothing is repeated");
    existing.reverse();
    seen.retain(|id| existing.contains(id));
    assert_eq!(seen, existing, "nothing is lost");
}
