//! Password resets and login-id reminders.

use std::sync::Arc;

use campus_core::domain::{Email, Parse, School, Time};
use campus_core::store::{Limits, MailContent, Table, VerifiedAddresses};
use serde_json::{Value, json};

use super::{log_in, start};
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

const NEW_PASSWORD: &str = "nine otters juggle";

/// Creates a link for the student, as an operator does. Returns the token.
async fn link(app: &TestApp, student: &Student) -> String {
    let login_id = Parse::parse(student.login_id.clone()).unwrap();
    app.service.app.password_resets.create_by_operator(&login_id).await.unwrap()
}

/// Creates a link for the student who has verified this address, as notifications-stream does. Returns the token.
async fn mailed_link(app: &TestApp, address: &str) -> String {
    let address = Email::parse(address.to_owned()).unwrap();
    let addresses = VerifiedAddresses::new(Table::new(app.raw.clone(), app.clock.clone()));
    let owner = addresses.owner(&address).await.unwrap().unwrap();
    app.service.app.password_resets.create(&address, owner).await.unwrap()
}

fn body(token: &str, new_password: &str) -> Value {
    json!({ "token": token, "new_password": new_password })
}

async fn reset(app: &TestApp, token: &str, new_password: &str) -> Answer {
    app.post("/auth/password-reset/confirm").json(&body(token, new_password)).send().await
}

async fn refresh(app: &TestApp, student: &Student) -> Answer {
    app.post("/auth/refresh").json(&json!({ "refresh_token": student.refresh_token })).send().await
}

#[tokio::test]
async fn a_reset_sets_a_new_password_and_ends_all_sessions() {
    let (app, student) = start().await;
    let elsewhere = app.log_in(&student.login_id).await;
    let token = link(&app, &student).await;
    let answer = reset(&app, &token, NEW_PASSWORD).await;
    assert_eq!(answer.is(204).text, "");
    log_in(&app, &student.login_id, PASSWORD).await.is_problem(401, "invalid_credentials");
    for session in [&student, &elsewhere] {
        refresh(&app, session).await.is_problem(401, "refresh_token_invalid");
        let board = json!({ "category": "일반", "name": "자유" });
        app.post("/boards").by(session).json(&board).send().await.is_problem(401, "token_invalid");
    }
    log_in(&app, &student.login_id, NEW_PASSWORD).await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_link_works_once_and_for_30_minutes() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    reset(&app, &token, NEW_PASSWORD).await.is(204);
    reset(&app, &token, "ten otters juggle").await.is_problem(403, "reset_token_invalid");
    log_in(&app, &student.login_id, NEW_PASSWORD).await.is(200);

    let now = app.stop_clock();
    let [late, on_time] = [link(&app, &student).await, link(&app, &student).await];
    app.clock.stop_at_millis(now + 30 * 60 * 1000);
    reset(&app, &late, "ten otters juggle").await.is_problem(403, "reset_token_invalid");
    app.clock.stop_at_millis(now + 30 * 60 * 1000 - 1000);
    reset(&app, &on_time, "ten otters juggle").await.is(204);
    app.audit().await;
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    let before = app.snapshot().await;
    for wrong in ["", "x", &token[1..], &format!("{token} "), &token.to_lowercase(), &"x".repeat(40_000)] {
        reset(&app, wrong, NEW_PASSWORD).await.is_problem(403, "reset_token_invalid");
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn the_table_has_only_a_hash_of_the_token() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    assert_eq!(token.len(), 43, "256 bits in base64url");
    assert!(!app.snapshot().await.join("\n").contains(&token));
}

#[tokio::test]
async fn a_password_that_is_refused_does_not_use_up_the_link() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    for (password, code) in [("short", "too_short"), ("password123", "common_password")] {
        reset(&app, &token, password).await.is_invalid(&[("new_password", code)]);
    }
    let login_id = &student.login_id;
    if login_id.len() >= 10 {
        reset(&app, &token, login_id).await.is_invalid(&[("new_password", "same_as_login_id")]);
    }
    log_in(&app, login_id, PASSWORD).await.is(200);
    reset(&app, &token, NEW_PASSWORD).await.is(204);
}

#[tokio::test]
async fn the_new_password_is_not_the_login_id() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = sign_up(&app, &school, "otters_juggle").await;
    let token = link(&app, &student).await;
    reset(&app, &token, "Otters_Juggle").await.is_invalid(&[("new_password", "same_as_login_id")]);
    reset(&app, &token, NEW_PASSWORD).await.is(204);
}

async fn sign_up(app: &TestApp, school: &School, login_id: &str) -> Student {
    let body = crate::support::harness::sign_up_body(school, login_id);
    crate::support::harness::student_of(app.post("/auth/signup").json(&body).send().await.is(201))
}

#[tokio::test]
async fn of_concurrent_resets_one_wins() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    for same in [true, false] {
        let first = link(&app, &student).await;
        let second = if same { first.clone() } else { link(&app, &student).await };
        let passwords = [format!("{same} otters juggle"), format!("{same} stones fly")];
        let attempts = [(first, passwords[0].clone()), (second, passwords[1].clone())].map(|(token, password)| {
            let app = app.clone();
            tokio::spawn(async move { (reset(&app, &token, &password).await, password) })
        });
        let mut winners = Vec::new();
        for attempt in attempts {
            let (answer, password) = attempt.await.unwrap();
            match answer.status.as_u16() {
                204 => winners.push(password),
                _ => drop(answer.is_problem(403, "reset_token_invalid")),
            }
        }
        assert_eq!(winners.len(), 1);
        log_in(&app, &student.login_id, &winners[0]).await.is(200);
    }
    app.audit().await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_links() {
    let (app, student) = start().await;
    let [one, other] = [link(&app, &student).await, link(&app, &student).await];
    reset(&app, &one, NEW_PASSWORD).await.is(204);
    reset(&app, &other, "ten otters juggle").await.is_problem(403, "reset_token_invalid");

    let token = link(&app, &student).await;
    let session = crate::support::harness::student_of(log_in(&app, &student.login_id, NEW_PASSWORD).await.is(200));
    let change = json!({ "current_password": NEW_PASSWORD, "new_password": "ten otters juggle" });
    app.put("/auth/me/password").by(&session).json(&change).send().await.is(204);
    reset(&app, &token, "eleven otters juggle").await.is_problem(403, "reset_token_invalid");
    log_in(&app, &student.login_id, "ten otters juggle").await.is(200);
}

#[tokio::test]
async fn a_link_ends_when_another_address_replaces_that_of_its_mail() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let (student, other) = (app.unverified(&school).await, app.unverified(&school).await);
    let (old, new) = (student.email.as_str(), "new@example.ac.kr");
    app.verify_address(&student, old).await;
    let (to_old, by_operator) = (mailed_link(&app, old).await, link(&app, &student).await);
    app.verify_address(&student, new).await;
    app.take_mails().await;
    let before = app.snapshot().await;
    reset(&app, &to_old, NEW_PASSWORD).await.is_problem(403, "reset_token_invalid");
    assert_eq!(app.snapshot().await, before);
    app.verify_address(&other, old).await;
    reset(&app, &to_old, NEW_PASSWORD).await.is_problem(403, "reset_token_invalid");
    // The links of the operator and of mails to the new address work, also in another spelling.
    reset(&app, &by_operator, NEW_PASSWORD).await.is(204);
    let to_new = mailed_link(&app, "NEW+1@example.ac.kr").await;
    reset(&app, &to_new, "ten otters juggle").await.is(204);
    log_in(&app, &student.login_id, "ten otters juggle").await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_suspended_student_stays_suspended() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    let login_id = Parse::parse(student.login_id.clone()).unwrap();
    app.service.app.logins.suspend(&login_id).await.unwrap();
    reset(&app, &token, NEW_PASSWORD).await.is(204);
    log_in(&app, &student.login_id, NEW_PASSWORD).await.is_problem(403, "account_suspended");
    app.service.app.logins.restore(&login_id).await.unwrap();
    log_in(&app, &student.login_id, NEW_PASSWORD).await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_link_of_a_withdrawn_student_is_invalid() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    let before = app.snapshot().await;
    reset(&app, &token, NEW_PASSWORD).await.is_problem(403, "reset_token_invalid");
    assert_eq!(app.snapshot().await, before);
    app.audit().await;
}

#[tokio::test]
async fn a_login_with_the_old_password_during_a_reset_leaves_no_session() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    let mut password = PASSWORD.to_owned();
    for round in 0..5 {
        let token = link(&app, &student).await;
        let next = format!("{round} otters juggle");
        let (login, changed) = tokio::join!(log_in(&app, &student.login_id, &password), reset(&app, &token, &next));
        changed.is(204);
        if login.status == 200 {
            let session = crate::support::harness::student_of(&login);
            refresh(&app, &session).await.is_problem(401, "refresh_token_invalid");
        }
        password = next;
    }
    app.audit().await;
}

#[tokio::test]
async fn a_reset_lets_the_owner_in_whom_failed_logins_made_wait() {
    let app = TestApp::start_with_limits(Limits::default()).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let now = app.clock.now().as_millis();
    app.clock.stop_at_millis(now + 1000);
    while log_in(&app, &student.login_id, "a wrong password").await.status != 429 {}
    let token = link(&app, &student).await;
    let answer = reset(&app, &token, NEW_PASSWORD).await;
    assert!(answer.is(204).header("set-cookie").starts_with("__Host-campus_device="));
    log_in(&app, &student.login_id, NEW_PASSWORD).await.is(200);
}

#[tokio::test]
async fn a_reset_ends_device_tokens_and_starts_another() {
    let app = TestApp::start_with_limits(Limits::default()).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let old = log_in(&app, &student.login_id, PASSWORD).await.text_at("/device_token");
    let now = app.clock.now().as_millis();
    app.clock.stop_at_millis(now + 1000);
    let answer = reset(&app, &link(&app, &student).await, NEW_PASSWORD).await;
    let cookie = answer.is(204).header("set-cookie").split(';').next().unwrap().to_owned();
    let new = cookie.strip_prefix("__Host-campus_device=").unwrap();
    while log_in(&app, &student.login_id, "a wrong password").await.status != 429 {}
    let log_in_with = async |device_token: &str| {
        let body = json!({ "login_id": student.login_id, "password": NEW_PASSWORD, "device_token": device_token });
        app.post("/auth/login").json(&body).send().await
    };
    log_in_with(&old).await.is_problem(429, "rate_limited");
    log_in_with(new).await.is(200);
}

/// Mail scanners open every link.
#[tokio::test]
async fn opening_a_link_changes_nothing() {
    let (app, student) = start().await;
    let token = link(&app, &student).await;
    let before = app.snapshot().await;
    for path in ["/auth/password-reset/confirm", "/auth/password-reset", "/auth/login-id-reminder"] {
        app.get(path).send().await.is_problem(405, "method_not_allowed");
        app.get(format!("{path}?token={token}")).send().await.is_problem(405, "method_not_allowed");
    }
    assert_eq!(app.snapshot().await, before);
    reset(&app, &token, NEW_PASSWORD).await.is(204);
}

#[tokio::test]
async fn both_requests_queue_a_mail_without_a_body_in_the_response() {
    let (app, student) = start().await;
    let now = app.stop_clock();
    for (number, path) in ["/auth/password-reset", "/auth/login-id-reminder"].into_iter().enumerate() {
        let answer = app.post(path).json(&json!({ "email": student.email })).send().await;
        assert_eq!(answer.is(202).text, "");
        assert_eq!(app.count_rows("MAILS#").await, number + 1);
        for wrong in ["", "maru", "maru@gaon"] {
            app.post(path).json(&json!({ "email": wrong })).send().await.is_invalid(&[("email", "invalid_format")]);
        }
    }
    let rows = app.snapshot().await;
    let mail = rows.iter().find(|row| row.contains("MAILS#")).unwrap();
    assert!(!mail.contains("example.ac.kr"), "the mail is sealed: {mail}");
    let expires_at = Time::from_millis(now + 30 * 60 * 1000);
    let contents: Vec<_> = app.take_mails().await.into_iter().map(|mail| mail.content).collect();
    assert!(contents.contains(&MailContent::PasswordReset { expires_at }), "{contents:?}");
    assert!(contents.contains(&MailContent::LoginIdReminder { expires_at }), "{contents:?}");
    app.audit().await;
}
