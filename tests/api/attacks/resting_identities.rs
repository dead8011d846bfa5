//! Taking the name of a withdrawn student, and withdrawing to get rid of a history.

use campus_core::domain::School;
use serde_json::{Value, json};

use crate::support::harness::{Answer, PASSWORD, Student, TestApp, sign_up_body, student_of};

const HOUR_MS: i64 = 3600 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

async fn sign_up(app: &TestApp, body: &Value) -> Answer {
    app.post("/auth/signup").json(body).send().await
}

async fn withdraw(app: &TestApp, student: &Student) {
    app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
}

/// A service, a school, and a student who withdraws at the returned time, in milliseconds since the epoch.
async fn start() -> (TestApp, School, Student, i64) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    let now = app.stop_clock();
    withdraw(&app, &student).await;
    (app, school, student, now)
}

/// A sign-up with another login id, email address and nickname than those of the student.
fn newcomer(school: &School) -> Value {
    sign_up_body(school, "newcomer")
}

#[tokio::test]
async fn for_30_days_after_a_withdrawal_nobody_can_take_the_login_id_or_the_nickname() {
    let (app, school, student, now) = start().await;
    let other_school = app.school("나래대학교").await;
    let same = sign_up_body(&school, &student.login_id);
    let with = |field: &str, value: &str| {
        let mut body = newcomer(&school);
        body[field] = json!(value);
        body
    };
    let before = app.snapshot().await;
    for later_ms in [0, 30 * DAY_MS - 1000] {
        app.clock.stop_at_millis(now + later_ms);
        sign_up(&app, &same).await.is_problem(409, "login_id_taken");
        sign_up(&app, &with("login_id", &student.login_id.to_uppercase())).await.is_problem(409, "login_id_taken");
        sign_up(&app, &with("nickname", &student.nickname)).await.is_problem(409, "nickname_taken");
        sign_up(&app, &sign_up_body(&other_school, &student.login_id)).await.is_problem(409, "login_id_taken");
    }
    assert_eq!(app.snapshot().await, before);
    // Nicknames are unique within a school only.
    let mut elsewhere = sign_up_body(&other_school, "elsewhere");
    elsewhere["nickname"] = json!(student.nickname);
    sign_up(&app, &elsewhere).await.is(201);

    app.clock.stop_at_millis(now + 30 * DAY_MS + 1000);
    sign_up(&app, &same).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn a_living_student_cannot_change_to_a_resting_nickname() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    app.clock.set_ahead_by_millis(HOUR_MS - 30 * DAY_MS);
    withdraw(&app, &student).await;
    app.clock.set_ahead_by_millis(0);
    let rename = || app.patch("/auth/me").by(&other).json(&json!({ "nickname": student.nickname })).send();
    let before = app.snapshot().await;
    rename().await.is_problem(409, "nickname_taken");
    assert_eq!(app.snapshot().await, before);
    app.clock.set_ahead_by_millis(2 * HOUR_MS);
    rename().await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_nickname_that_was_changed_is_free_at_once() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.patch("/auth/me").by(&student).json(&json!({ "nickname": "새이름" })).send().await.is(200);
    let mut body = newcomer(&school);
    body["nickname"] = json!(student.nickname);
    sign_up(&app, &body).await.is(201);
}

#[tokio::test]
async fn a_name_rests_again_after_another_withdrawal() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.clock.set_ahead_by_millis(-31 * DAY_MS);
    withdraw(&app, &student).await;
    app.clock.set_ahead_by_millis(0);
    let same = sign_up_body(&school, &student.login_id);
    let again = student_of(sign_up(&app, &same).await.is(201));
    withdraw(&app, &again).await;
    sign_up(&app, &same).await.is_problem(409, "login_id_taken");
}

#[tokio::test]
async fn the_table_does_not_tell_which_names_rest() {
    let (app, _, student, _) = start().await;
    assert_eq!(app.count_rows("RESTING#").await, 2);
    app.service.app.withdrawals.purge().await.unwrap();
    app.clock.set_ahead_by_millis(60_000);
    app.service.app.withdrawals.purge().await.unwrap();
    let rows = app.snapshot().await.join("\n");
    for name in [&student.login_id, &student.nickname, &student.email] {
        assert!(!rows.contains(name.as_str()), "{name}");
    }
    let sha256 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, student.login_id.as_bytes());
    let unkeyed = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, sha256);
    assert!(!rows.contains(&unkeyed));
}
