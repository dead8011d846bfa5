//! Eventually consistent reads see an older state of the table (`docs/data-model.md` says which reads these are). What was just
//! written or hidden shows at once where the rules promise it.

use campus_core::domain::Role;
use serde_json::{Value, json};

use crate::routes::posts::likes::like_by_all;
use crate::support::community::{Community, contents, name_of, text};
use crate::support::external;
use crate::support::faults::replica::LaggingReplica;
use crate::support::fixture::{exam_info_body, review_body};
use crate::support::harness::Student;

/// A community whose eventually consistent reads can lag.
async fn start() -> (LaggingReplica, Community) {
    let replica = LaggingReplica::default();
    let client = replica.clone();
    (replica, Community::start_with(move |engine| client.connection(engine)).await)
}

/// This field of the items on the page after the cursor.
async fn field_after(community: &Community, by: &Student, path: &str, cursor: &str, field: &str) -> Vec<Value> {
    let page = community.page(by, path, 2, Some(cursor)).await.at("/items");
    page.as_array().unwrap().iter().map(|item| item[field].clone()).collect()
}

#[tokio::test]
async fn what_students_write_shows_at_once() {
    if external::is_used() {
        return;
    }
    let (replica, community) = start().await;
    let Community { app, board, reader, .. } = &community;
    let _lagging = replica.lag(&app.engine).await;
    // No replica has anything of this student yet.
    let writer = app.member(&community.school, Role::Student).await;
    let post = app.write_post(&writer, board, "새 글", false).await;
    for number in 0..3 {
        community.comment(&writer, &post, &format!("댓글 {number}"), false).await;
    }
    for student in [&writer, reader] {
        let listed = community.walk(student, &format!("/boards/{board}/posts"), 1).await;
        assert_eq!((&listed[0]["title"], name_of(&listed[0])), (&json!("새 글"), writer.nickname.as_str()));
        assert_eq!(name_of(&community.show(student, &post).await), writer.nickname);
        let comments = community.walk(student, &format!("/posts/{post}/comments"), 1).await;
        assert_eq!(contents(&comments), ["댓글 0", "댓글 1", "댓글 2"], "also on later pages");
        assert!(comments.iter().all(|comment| name_of(comment) == writer.nickname));
    }
    assert_eq!(community.titles(&writer, "/posts/mine").await, ["새 글"]);
    assert_eq!(community.titles(&writer, "/posts/commented").await, ["새 글"]);
    community.scrap(reader, &post).await.is(204);
    assert_eq!(community.titles(reader, "/posts/scraps").await, ["새 글"]);
    app.put(format!("/posts/{post}/hide")).by(reader).send().await.is(204);
    assert_eq!(community.titles(reader, "/posts/hidden").await, ["새 글"]);
    assert!(community.titles(reader, &format!("/boards/{board}/posts")).await.is_empty());
}

#[tokio::test]
async fn what_is_deleted_or_blocked_leaves_first_pages_and_hot_posts_at_once() {
    if external::is_used() {
        return;
    }
    let (replica, community) = start().await;
    let Community { app, board, author, reader, .. } = &community;
    let students = community.members(10).await;
    let (hot, named) = (community.post("인기 글", true).await, community.post("실명 글", false).await);
    let kept = community.post("글", true).await;
    like_by_all(&community, &students, &hot).await;
    let comments = [&named, &kept].map(|post| community.comment(author, post, "댓글", true));
    let [comment, other] = futures_util::future::join_all(comments).await.try_into().unwrap();
    assert_eq!(community.titles(reader, "/posts/hot").await, ["인기 글"]);
    let _lagging = replica.lag(&app.engine).await;
    community.delete(author, &format!("/posts/{hot}")).await.is(204);
    community.delete_comment(author, &comment).await.is(204);
    assert!(community.titles(reader, "/posts/hot").await.is_empty(), "the pointer is still there");
    let board = format!("/boards/{board}/posts");
    assert_eq!(community.titles(reader, &board).await, ["글", "실명 글"]);
    assert!(community.threads(reader, &named).await.is_empty());
    app.block(reader, json!({ "post_id": named })).await;
    app.block(reader, json!({ "post_id": kept })).await;
    assert!(community.titles(reader, &board).await.is_empty());
    assert!(community.threads(reader, text(&other["post_id"])).await.is_empty());
}

#[tokio::test]
async fn later_pages_and_nicknames_may_be_a_moment_old() {
    if external::is_used() {
        return;
    }
    let (replica, community) = start().await;
    let Community { app, board, author, reader, .. } = &community;
    for number in 0..4 {
        community.post(&format!("글 {number}"), false).await;
    }
    let path = format!("/boards/{board}/posts");
    let first = community.page(reader, &path, 2, None).await;
    let cursor = first.text_at("/next_cursor");
    let lagging = replica.lag(&app.engine).await;
    let later = community.page(reader, &path, 2, Some(&cursor)).await.at("/items");
    community.delete(author, &format!("/posts/{}", text(&later[0]["id"]))).await.is(204);
    let renamed = json!({ "nickname": "새별명" });
    app.patch("/auth/me").by(author).json(&renamed).send().await.is(200);
    assert_eq!(field_after(&community, reader, &path, &cursor, "title").await, ["글 1", "글 0"]);
    assert_eq!(name_of(&community.page(reader, &path, 2, None).await.at("/items/0")), author.nickname);
    // The student's own answers have the new name.
    let body = json!({ "title": "또", "content": "내용", "is_anonymous": false });
    assert_eq!(name_of(&community.write(author, board, &body).await.is(201).json()), "새별명");
    replica.catch_up();
    drop(lagging);
    assert_eq!(field_after(&community, reader, &path, &cursor, "title").await, ["글 0"]);
    assert_eq!(name_of(&community.page(reader, &path, 2, None).await.at("/items/0")), "새별명");
}

#[tokio::test]
async fn later_pages_of_reviews_and_exam_infos_may_be_a_moment_old_but_the_readers_likes_are_current() {
    if external::is_used() {
        return;
    }
    let (replica, community) = start().await;
    let Community { app, school, author, reader, admin, .. } = &community;
    app.import(school, &["M1|001|확률과정론|3|이상열||"]).await;
    let lecture = app.lecture(reader, "확률과정론").await;
    let mut writers = community.members(4).await;
    writers.push(author.clone());
    for writer in &writers {
        let timetable = app.timetable(writer, "계획", "private").await;
        app.enter(writer, &timetable, &json!({ "lecture_id": lecture })).await;
    }
    for (kind, body) in [("reviews", review_body()), ("exam-infos", exam_info_body())] {
        let path = format!("/lectures/{lecture}/{kind}");
        let write = async |by| app.post(&path).by(by).json(&body).send().await.is(201).at("/id");
        for writer in &writers[..4] {
            write(writer).await;
        }
        let cursor = community.page(reader, &path, 2, None).await.text_at("/next_cursor");
        let after = async |by, field| field_after(&community, by, &path, &cursor, field).await;
        let liked = format!("/{kind}/{}", text(&after(reader, "id").await[0]));
        let lagging = replica.lag(&app.engine).await;
        for student in [reader, admin] {
            community.like(student, &liked).await.is(200);
        }
        assert_eq!(after(reader, "like_count").await, [0, 0], "{kind}");
        assert_eq!(after(reader, "liked").await, [true, false], "{kind}");
        assert_eq!(after(author, "liked").await, [false, false], "{kind}");
        let new = write(author).await;
        let first = community.page(author, &path, 2, None).await.at("/items/0");
        assert_eq!((&first["id"], &first["is_mine"]), (&new, &json!(true)), "{kind}");
        replica.catch_up();
        drop(lagging);
        assert_eq!(after(reader, "like_count").await, [2, 0], "{kind}");
    }
}

#[tokio::test]
async fn no_write_depends_on_a_replica() {
    if external::is_used() {
        return;
    }
    let (replica, community) = start().await;
    let Community { app, author, reader, .. } = &community;
    let (post, other) = (community.post("글", false).await, community.post("다른 글", false).await);
    let thread = app.write_about(reader, json!({ "post_id": post }), "안녕하세요").await;
    let _lagging = replica.lag(&app.engine).await;
    community.withdraw(author).await;
    let message = json!({ "content": "계세요?" });
    let answer = app.post(format!("/messages/{thread}")).by(reader).json(&message).send().await;
    answer.is_problem(403, "message_refused");
    for post in [&post, &other] {
        let message = json!({ "post_id": post, "content": "계세요?" });
        app.post("/messages").by(reader).json(&message).send().await.is_problem(403, "message_refused");
    }
    let block = app.post("/blocks").by(reader).json(&json!({ "post_id": post })).send().await;
    block.is_problem(403, "author_withdrawn");
}
