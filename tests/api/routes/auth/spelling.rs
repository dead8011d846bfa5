//! Spaces around login ids and addresses.

use serde_json::json;

use super::log_in;
use crate::support::harness::{PASSWORD, TestApp, sign_up_body};

#[tokio::test]
async fn spaces_around_a_login_id_or_an_address_are_removed() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let mut body = sign_up_body(&school, "maru");
    (body["login_id"], body["email"]) = (json!(" maru\u{A0}"), json!("\tmaru@gaon.example \u{200B}"));
    let signed_up = app.post("/auth/signup").json(&body).send().await;
    assert_eq!(signed_up.is(201).at("/user/login_id"), "maru");
    assert_eq!(signed_up.at("/user/email"), "maru@gaon.example");
    for login_id in ["maru ", " maru", "\u{3000}MARU\n"] {
        log_in(&app, login_id, PASSWORD).await.is(200);
    }
    body["login_id"] = json!("bada");
    body["nickname"] = json!("바다");
    app.post("/auth/signup").json(&body).send().await.is_problem(409, "email_taken");
}
