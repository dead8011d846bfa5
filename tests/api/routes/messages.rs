//! Messages (rule 11).

mod anonymity;
mod blocks;
mod sending;
mod threads;
mod unread;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

/// Two students, and two posts that one of them has written.
struct MessageFixture {
    app: TestApp,
    author: Student,
    reader: Student,
    board: String,
    anonymous_post: String,
    named_post: String,
}

impl MessageFixture {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let school = app.school("가온대학교").await;
        let (author, reader) = (app.student(&school).await, app.student(&school).await);
        let board = app.board(&reader, "자유").await;
        let anonymous_post = app.write_post(&author, &board, "숨은 글", true).await;
        let named_post = app.write_post(&author, &board, "이름 있는 글", false).await;
        Self { app, author, reader, board, anonymous_post, named_post }
    }

    /// Sends a message from the reader to the author of a post. Returns the id of the thread.
    async fn write_about_post(&self, post: &str) -> String {
        self.app.write_about(&self.reader, json!({ "post_id": post }), "안녕하세요").await
    }

    /// Sends a message in an existing thread.
    async fn send(&self, by: &Student, thread: &str, content: &str) -> Answer {
        self.app.post(format!("/messages/{thread}")).by(by).json(&json!({ "content": content })).send().await
    }

    /// Sends a first message about a post or a comment, which the fields of `target` name.
    async fn start_thread(&self, by: &Student, target: Value) -> Answer {
        let mut body = target;
        body["content"] = "안녕하세요".into();
        self.app.post("/messages").by(by).json(&body).send().await
    }

    async fn inbox(&self, of: &Student) -> Value {
        self.app.get("/messages").by(of).send().await.is(200).json()
    }

    /// The items of a thread, newest first.
    async fn read(&self, by: &Student, thread: &str) -> Value {
        self.app.get(format!("/messages/{thread}?limit=50")).by(by).send().await.is(200).at("/items")
    }

    /// The thread beside its messages.
    async fn open(&self, by: &Student, thread: &str) -> Value {
        self.app.get(format!("/messages/{thread}?limit=1")).by(by).send().await.is(200).at("/thread")
    }

    /// Sends a request without a body.
    async fn request(&self, method: Method, by: &Student, path: String) -> Answer {
        self.app.call(method, path).by(by).send().await
    }

    async fn withdraw(&self, student: &Student) {
        self.app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    }
}

/// For each item of a thread: whether it is the reader's own message, and its text.
fn contents(messages: &Value) -> Vec<(bool, &str)> {
    let messages = messages.as_array().unwrap().iter();
    messages.map(|message| (message["is_mine"] == true, message["content"].as_str().unwrap_or("(notice)"))).collect()
}
