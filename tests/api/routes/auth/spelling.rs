//! Spaces around login ids and addresses, and nicknames that are reserved.

use serde_json::json;

use super::{log_in, start};
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
}

#[tokio::test]
async fn a_nickname_cannot_pass_for_a_name_of_the_service() {
    let (app, student) = start().await;
    let school = app.school("나래대학교").await;
    for nickname in ["익명", "익명1", "익명(글쓴이)", "(알수없음)", "운영자", "ADMIN"] {
        let mut body = sign_up_body(&school, "narae");
        body["nickname"] = json!(nickname);
        app.post("/auth/signup").json(&body).send().await.is_invalid(&[("nickname", "reserved_nickname")]);
        let edit = app.patch("/auth/me").by(&student).json(&json!({ "nickname": nickname }));
        edit.send().await.is_invalid(&[("nickname", "reserved_nickname")]);
    }
}
