//! Requests of which another request changes what they have read, just before they write. The service repeats the
//! write, and the client does not notice.

mod accounts;
mod creators;

use std::sync::Arc;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Answer, Student, TestApp};

/// Two services on one table, two students and a board. A request to `beside` can run while one to `app` is about to
/// write.
struct Race {
    injector: Lagging,
    app: TestApp,
    beside: Arc<TestApp>,
    student: Student,
    other: Student,
    board: String,
}

impl Race {
    async fn start() -> Self {
        let injector = Lagging::new();
        let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
        let school = app.school("가온대학교").await;
        let (student, other) = (app.student(&school).await, app.student(&school).await);
        let board = app.board(&student, "자유").await;
        let beside = Arc::new(app.beside().await);
        Self { injector, app, beside, student, other, board }
    }

    /// Sends the student's request, and just before its transaction the other request.
    async fn run(
        &self,
        (method, path, body): (Method, String, Value),
        other: (&Student, Method, String, Value),
    ) -> Answer {
        let (beside, (by, others_method, others_path, others_body)) = (self.beside.clone(), other);
        let by = by.clone();
        self.injector.before_next("TransactWriteItems", async move {
            let answer = beside.call(others_method, others_path).by(&by).json(&others_body).send().await;
            assert!(answer.status.is_success(), "{answer:?}");
        });
        let answer = self.app.call(method, path).by(&self.student).json(&body).send().await;
        assert!(self.injector.has_happened());
        self.app.audit().await;
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        self.app.get(path).by(&self.student).send().await
    }

    /// A thread that the other student started with the student, who has not read it.
    async fn thread(&self) -> String {
        let post = self.app.write_post(&self.student, &self.board, "글", true).await;
        self.app.write_about(&self.other, json!({ "post_id": post }), "안녕하세요").await
    }
}

#[tokio::test]
async fn a_comment_gets_the_number_after_that_of_a_faster_comment() {
    let race = Race::start().await;
    let post = race.app.write_post(&race.student, &race.board, "글", false).await;
    let path = format!("/posts/{post}/comments");
    let comment = json!({ "content": "댓글", "is_anonymous": true });
    let first = (&race.other, Method::POST, path.clone(), comment.clone());
    race.run((Method::POST, path.clone(), comment), first).await.is(201);
    assert_eq!(race.get(&path).await.at("/items").as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_comment_after_a_faster_comment_and_the_archiving_of_its_board_is_refused() {
    let race = Race::start().await;
    let post = race.app.write_post(&race.student, &race.board, "글", false).await;
    let path = format!("/posts/{post}/comments");
    let comment = json!({ "content": "댓글", "is_anonymous": true });
    let (beside, student, other) = (race.beside.clone(), race.student.clone(), race.other.clone());
    let (faster, board) = ((path.clone(), comment.clone()), format!("/boards/{}", race.board));
    race.injector.before_next("TransactWriteItems", async move {
        beside.post(faster.0).by(&other).json(&faster.1).send().await.is(201);
        beside.patch(board).by(&student).json(&json!({ "is_archived": true })).send().await.is(200);
    });
    let answer = race.app.post(&path).by(&race.student).json(&comment).send().await;
    answer.is_problem(403, "board_archived");
    assert_eq!(race.get(&path).await.at("/items").as_array().unwrap().len(), 1);
    race.app.audit().await;
}

#[tokio::test]
async fn a_comment_that_gets_a_reply_while_it_is_deleted_leaves_a_deleted_comment() {
    let race = Race::start().await;
    let post = race.app.write_post(&race.other, &race.board, "글", false).await;
    let comment = race.app.write_comment(&race.student, &post, "댓글", None).await;
    let reply = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment });
    let reply = (&race.other, Method::POST, format!("/posts/{post}/comments"), reply);
    race.run((Method::DELETE, format!("/comments/{comment}"), json!({})), reply).await.is(204);
    let left = race.get(&format!("/posts/{post}/comments")).await;
    assert_eq!(left.at("/items/0/replies").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_like_that_becomes_the_10th_makes_a_post_hot() {
    let race = Race::start().await;
    let school = race.app.service.app.schools.all().await.unwrap().remove(0);
    let author = race.app.student(&school).await;
    let post = race.app.write_post(&author, &race.board, "글", false).await;
    let path = format!("/posts/{post}/like");
    for _ in 0..8 {
        race.app.post(&path).by(&race.app.student(&school).await).send().await.is(200);
    }
    let ninth = (&race.other, Method::POST, path.clone(), json!({}));
    assert_eq!(race.run((Method::POST, path, json!({})), ninth).await.is(200).at("/like_count"), 10);
    assert_eq!(race.get("/posts/hot").await.at("/items/0/id"), post);
}

#[tokio::test]
async fn a_scrap_is_removed_while_another_device_likes_the_post() {
    let race = Race::start().await;
    let post = race.app.write_post(&race.other, &race.board, "글", false).await;
    let path = format!("/posts/{post}/scrap");
    race.app.put(&path).by(&race.student).send().await.is(204);
    let like = (&race.student, Method::POST, format!("/posts/{post}/like"), json!({}));
    race.run((Method::DELETE, path, json!({})), like).await.is(204);
    let post = race.get(&format!("/posts/{post}")).await;
    assert_eq!((post.at("/scrapped"), post.at("/liked")), (json!(false), json!(true)));
}

#[tokio::test]
async fn a_message_comes_after_a_faster_message() {
    let race = Race::start().await;
    let thread = format!("/messages/{}", race.thread().await);
    let message = |content: &str| json!({ "content": content });
    let first = (&race.other, Method::POST, thread.clone(), message("먼저"));
    race.run((Method::POST, thread.clone(), message("나중")), first).await.is(201);
    let messages = race.get(&thread).await;
    assert_eq!((messages.at("/items/0/content"), messages.at("/items/1/content")), (json!("나중"), json!("먼저")));
}

#[tokio::test]
async fn a_first_message_joins_the_thread_that_another_device_has_just_started() {
    let race = Race::start().await;
    let post = race.app.write_post(&race.other, &race.board, "글", true).await;
    let message = json!({ "post_id": post, "content": "안녕하세요" });
    let first = (&race.student, Method::POST, "/messages".to_owned(), message.clone());
    race.run((Method::POST, "/messages".to_owned(), message), first).await.is(201);
    assert_eq!(race.get("/messages").await.at("/items").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn two_devices_can_read_the_same_messages_at_once() {
    let race = Race::start().await;
    let thread = format!("/messages/{}", race.thread().await);
    let first = (&race.student, Method::GET, thread.clone(), json!({}));
    race.run((Method::GET, thread, json!({})), first).await.is(200);
    assert_eq!(race.get("/messages").await.at("/items/0/unread_count"), 0);
}

#[tokio::test]
async fn a_deleted_thread_includes_a_message_that_has_just_arrived() {
    let race = Race::start().await;
    let thread = format!("/messages/{}", race.thread().await);
    let message = (&race.other, Method::POST, thread.clone(), json!({ "content": "하나 더" }));
    race.run((Method::DELETE, thread, json!({})), message).await.is(204);
    assert!(race.get("/messages").await.at("/items").as_array().unwrap().is_empty());
}
