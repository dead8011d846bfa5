//! Takedown requests.

use campus_core::store::MailContent;
use serde_json::{Value, json};

use super::{Answer, Student, TestApp};

/// The body of a takedown request about a post.
pub fn takedown_body(post: &str) -> Value {
    json!({
        "link": format!("https://campus.example/posts/{post}"), "right": "privacy",
        "explanation": "제 전화번호가 적혀 있습니다.", "name": "강바다", "email": "sunho@mail.example",
    })
}

fn one(mut tokens: impl Iterator<Item = String>) -> String {
    let token = tokens.next().unwrap();
    assert!(tokens.next().is_none());
    token
}

impl TestApp {
    /// Sends a takedown request, and returns the token of its mail. Takes all mails that wait to be sent.
    pub async fn request_takedown(&self, body: &Value) -> String {
        self.post("/takedowns").json(body).send().await.is(202);
        let tokens = self.take_mails().await.into_iter().filter_map(|mail| match mail.content {
            MailContent::TakedownConfirmation { token, .. } => Some(token),
            _ => None,
        });
        one(tokens)
    }

    pub async fn confirm_takedown(&self, token: &str) -> Answer {
        self.post("/takedowns/confirm").json(&json!({ "token": token })).send().await
    }

    /// The takedowns with this state, as an admin sees them.
    pub async fn takedowns(&self, admin: &Student, state: &str) -> Vec<Value> {
        let answer = self.get(format!("/moderation/takedowns?state={state}")).by(admin).send().await;
        answer.is(200).at("/items").as_array().unwrap().clone()
    }

    /// Creates a confirmed takedown request about a post. Returns its id.
    pub async fn take_down(&self, admin: &Student, post: &str) -> String {
        let token = self.request_takedown(&takedown_body(post)).await;
        self.confirm_takedown(&token).await.is(200);
        let open = self.takedowns(admin, "open").await;
        open.iter().find(|one| one["case_id"] == format!("p{post}")).unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub async fn decide_takedown(&self, by: &Student, takedown: &str, verdict: &str) -> Answer {
        let body = json!({ "verdict": verdict, "note": "메모" });
        self.post(format!("/moderation/takedowns/{takedown}/decision")).by(by).json(&body).send().await
    }

    pub async fn object(&self, by: &Student, takedown: &str) -> Answer {
        self.post(format!("/takedowns/{takedown}/objection")).by(by).send().await
    }
}
