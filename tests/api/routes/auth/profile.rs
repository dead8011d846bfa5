//! Changes of the profile and of the password.

use std::sync::Arc;

use argon2::PasswordHasher;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{log_in, start};
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, one_succeeds, sign_up_body, student_of};

const DAY_MS: i64 = 24 * 3600 * 1000;

async fn edit(app: &TestApp, by: &Student, body: &Value) -> Answer {
    app.patch("/auth/me").by(by).json(body).send().await
}

async fn change_password(app: &TestApp, by: &Student, current: &str, new: &str) -> Answer {
    let body = json!({ "current_password": current, "new_password": new });
    app.put("/auth/me/password").by(by).json(&body).send().await
}

#[tokio::test]
async fn an_edit_changes_only_the_given_fields() {
    let (app, student) = start().await;
    let edited = edit(&app, &student, &json!({ "name": "김마루", "admission_year": 2020 })).await;
    assert_eq!((edited.is(200).at("/name"), edited.at("/admission_year")), (json!("김마루"), json!(2020)));
    assert_eq!(edited.at("/nickname"), json!(student.nickname));
    assert!(edited.text_at("/updated_at") > edited.text_at("/created_at"));
    assert_eq!(app.get("/auth/me").by(&student).send().await.json(), edited.json());
    assert_eq!(edit(&app, &student, &json!({ "admission_year": null })).await.at("/admission_year"), json!(2020));
    assert_eq!(edit(&app, &student, &json!({ "name": null })).await.is(200).at("/name"), json!(null));
    edit(&app, &student, &json!({ "nickname": "a b", "role": "admin", "name": 7 })).await.is_invalid(&[
        ("nickname", "invalid_characters"),
        ("role", "unknown_field"),
        ("name", "wrong_type"),
    ]);
}

#[tokio::test]
async fn the_first_nickname_change_is_free_and_later_ones_are_30_days_apart() {
    let (app, student) = start().await;
    let now = app.stop_clock();
    app.clock.stop_at_millis(now - 31 * DAY_MS);
    edit(&app, &student, &json!({ "nickname": "첫째" })).await.is(200);
    app.clock.stop_at_millis(now - DAY_MS - 1000);
    edit(&app, &student, &json!({ "nickname": "둘째" })).await.is_problem(409, "nickname_locked");
    edit(&app, &student, &json!({ "nickname": "첫째", "name": "김마루" })).await.is(200);
    app.clock.stop_at_millis(now - DAY_MS);
    edit(&app, &student, &json!({ "nickname": "둘째" })).await.is(200);
    edit(&app, &student, &json!({ "nickname": "셋째" })).await.is_problem(409, "nickname_locked");
}

#[tokio::test]
async fn a_new_nickname_must_be_unique_frees_the_old_one_and_shows_at_once() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let other = app.student(&school).await;
    let board = app.board(&student, "자유").await;
    let post = app.write_post(&student, &board, "제목", false).await;
    edit(&app, &student, &json!({ "nickname": other.nickname })).await.is_problem(409, "nickname_taken");
    edit(&app, &student, &json!({ "nickname": "새이름" })).await.is(200);
    for shown in [
        app.get(format!("/posts/{post}")).by(&other).send().await.at("/author/name"),
        app.get(format!("/boards/{board}/posts")).by(&other).send().await.at("/items/0/author/name"),
    ] {
        assert_eq!(shown, json!("새이름"));
    }
    edit(&app, &other, &json!({ "nickname": student.nickname })).await.is(200);
    assert_eq!(app.count_rows("#NICKNAME#").await, 2);
}

#[tokio::test]
async fn of_8_concurrent_changes_to_one_nickname_one_succeeds() {
    let app = Arc::new(TestApp::start().await);
    let school = app.school("가온대학교").await;
    let mut attempts = Vec::new();
    for _ in 0..8 {
        let (app, student) = (app.clone(), app.student(&school).await);
        attempts.push(tokio::spawn(async move { edit(&app, &student, &json!({ "nickname": "인기" })).await }));
    }
    one_succeeds(attempts, "nickname_taken").await;
    assert_eq!(app.count_rows("#NICKNAME#").await, 8);
    app.audit().await;
}

#[tokio::test]
async fn a_password_change_needs_the_current_password_and_ends_the_other_sessions() {
    let (app, student) = start().await;
    let other = student_of(&log_in(&app, &student.login_id, PASSWORD).await);
    let before = app.snapshot().await;
    change_password(&app, &student, "a wrong password", "nine otters juggle").await.is_problem(403, "wrong_password");
    change_password(&app, &student, PASSWORD, "password1234").await.is_invalid(&[("new_password", "common_password")]);
    assert_eq!(app.snapshot().await, before);
    assert_eq!(change_password(&app, &student, PASSWORD, "nine otters juggle").await.is(204).text, "");

    log_in(&app, &student.login_id, PASSWORD).await.is_problem(401, "invalid_credentials");
    log_in(&app, &student.login_id, "nine otters juggle").await.is(200);
    edit(&app, &other, &json!({})).await.is_problem(401, "token_invalid");
    edit(&app, &student, &json!({})).await.is(200);
    let refresh =
        |student: &Student| app.post("/auth/refresh").json(&json!({ "refresh_token": student.refresh_token }));
    refresh(&other).send().await.is_problem(401, "refresh_token_invalid");
    refresh(&student).send().await.is(200);
}

#[tokio::test]
async fn a_password_change_ends_a_session_created_just_before_it() {
    let injector = Lagging::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let (other_app, user) = (app.beside().await, student.clone());
    let (sender, receiver) = oneshot::channel();
    injector.before_next("TransactWriteItems", async move {
        sender.send(student_of(&log_in(&other_app, &user.login_id, PASSWORD).await)).ok();
    });
    change_password(&app, &student, PASSWORD, "nine otters juggle").await.is(204);
    edit(&app, &receiver.await.unwrap(), &json!({})).await.is_problem(401, "token_invalid");
    edit(&app, &student, &json!({})).await.is(200);
}

#[tokio::test]
async fn the_new_password_cannot_be_the_login_id() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let answer = app.post("/auth/signup").json(&sign_up_body(&school, "otter_juggler")).send().await;
    let changed = change_password(&app, &student_of(&answer), PASSWORD, "Otter_Juggler").await;
    changed.is_invalid(&[("new_password", "same_as_login_id")]);
}

/// Hashes the password with Argon2id, with this many KiB of memory and this many passes.
fn hash_with(memory: u32, passes: u32) -> String {
    let params = argon2::Params::new(memory, passes, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
}

#[tokio::test]
async fn the_next_login_replaces_a_hash_with_old_parameters() {
    let (app, student) = start().await;
    let connection = app.engine.connection();
    let old = hash_with(8192, 1);
    let key = AttributeValue::S(format!("LOGIN#{}", student.login_id));
    let update = connection.client.update_item().table_name("campus").key("pk", key.clone());
    let update = update.key("sk", AttributeValue::S("LOGIN".into())).update_expression("SET password_hash = :hash");
    update.expression_attribute_values(":hash", AttributeValue::S(old)).send().await.unwrap();
    let stored = async || {
        let rows = app.rows().await;
        rows.iter().find(|row| row["pk"] == key).unwrap()["password_hash"].as_s().unwrap().clone()
    };
    log_in(&app, &student.login_id, "a wrong password").await.is_problem(401, "invalid_credentials");
    assert!(stored().await.contains("m=8192,t=1,p=1"));
    log_in(&app, &student.login_id, PASSWORD).await.is(200);
    let new = stored().await;
    assert!(new.contains("m=19456,t=2,p=1"));
    log_in(&app, &student.login_id, PASSWORD).await.is(200);
    assert_eq!(stored().await, new, "the hash is replaced only once");
}
