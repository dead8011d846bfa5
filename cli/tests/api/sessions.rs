//! Sessions: refreshing, logging out, suspension.

use std::sync::{Arc, Barrier};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use axum::body::Body;
use axum::http::Request;
use campus::desk::{Desk, Engine};
use campus_core::clock::Clock;
use campus_core::domain::{LoginId, Parse};
use campus_core::http;
use campus_core::store::Connection;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Answer, PASSWORD, Student, TestApp, silent_bucket, student_of};

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post("/auth/refresh").json(&json!({ "refresh_token": token })).send().await
}

async fn log_out(app: &TestApp, token: &str) -> Answer {
    app.post("/auth/logout").json(&json!({ "refresh_token": token })).send().await
}

/// Whether the student may write: a request that is admitted, and refused for its body.
async fn may_write(app: &TestApp, student: &Student) -> bool {
    let answer = app.delete(format!("/boards/{}", uuid::Uuid::now_v7())).by(student).send().await;
    match answer.status.as_u16() {
        404 => true,
        _ => answer.is_problem(401, "token_invalid").text.is_empty(),
    }
}

async fn start() -> (TestApp, Student) {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    (app, student)
}

#[tokio::test]
async fn a_refresh_token_is_good_for_a_new_pair_once() {
    let (app, student) = start().await;
    let first = refresh(&app, &student.refresh_token).await;
    assert_eq!(first.is(200).at("/user/id"), json!(student.id));
    assert_ne!(first.text_at("/access_token"), student.token);
    assert_ne!(first.text_at("/refresh_token"), student.refresh_token);
    let mut next = student_of(&first);
    for _ in 0..3 {
        next = student_of(refresh(&app, &next.refresh_token).await.is(200));
    }
    assert!(may_write(&app, &next).await);
}

#[tokio::test]
async fn a_spent_token_ends_its_session_successor_included_and_no_other() {
    let (app, student) = start().await;
    let other = app.log_in(&student.login_id).await;
    let second = student_of(refresh(&app, &student.refresh_token).await.is(200));
    let third = student_of(refresh(&app, &second.refresh_token).await.is(200));
    refresh(&app, &student.refresh_token).await.is_problem(401, "refresh_token_reused");
    refresh(&app, &third.refresh_token).await.is_problem(401, "refresh_token_invalid");
    assert!(!may_write(&app, &third).await);
    assert!(may_write(&app, &other).await);
    refresh(&app, &other.refresh_token).await.is(200);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_401_and_ends_nothing() {
    let (app, student) = start().await;
    let token = &student.refresh_token;
    let mut altered = token.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'Q' } else { 'A' });
    for wrong in ["", "x", &student.token, &altered, &token[1..], &token[..104], &format!("{token}AAAA")] {
        refresh(&app, wrong).await.is_problem(401, "refresh_token_invalid");
        log_out(&app, wrong).await.is_problem(401, "refresh_token_invalid");
    }
    app.post("/auth/refresh").send().await.is_problem(401, "refresh_token_invalid");
    app.post("/auth/refresh")
        .json(&json!({ "refresh_token": 7 }))
        .send()
        .await
        .is_invalid(&[("refresh_token", "wrong_type")]);
    refresh(&app, token).await.is(200);
}

#[tokio::test]
async fn who_knows_only_the_ids_cannot_end_a_session() {
    use base64::Engine;
    let (app, student) = start().await;
    let next = student_of(refresh(&app, &student.refresh_token).await.is(200));
    let engine = base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let mut forged = engine.decode(&student.refresh_token).unwrap();
    forged[52..].fill(7);
    let forged = engine.encode(forged);
    refresh(&app, &forged).await.is_problem(401, "refresh_token_invalid");
    log_out(&app, &forged).await.is_problem(401, "refresh_token_invalid");
    refresh(&app, &next.refresh_token).await.is(200);
}

#[tokio::test]
async fn web_clients_get_the_token_as_a_cookie() {
    let (app, student) = start().await;
    let login =
        app.post("/auth/login").json(&json!({ "login_id": student.login_id, "password": PASSWORD })).send().await;
    let cookie = login.header("set-cookie").to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(pair, format!("refresh_token={}", login.text_at("/refresh_token")));
    assert_eq!(attributes, "Path=/auth; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict");
    let refreshed = app.post("/auth/refresh").header("cookie", &format!("theme=dark; {pair}; x")).send().await;
    let next = refreshed.is(200).header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(next, pair);
    let out = app.post("/auth/logout").header("cookie", &next).send().await;
    assert_eq!(
        out.is(204).header("set-cookie"),
        "refresh_token=; Path=/auth; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
    );
    app.post("/auth/refresh").header("cookie", &next).send().await.is_problem(401, "refresh_token_invalid");
}

/// Holds a call of `TransactWriteItems` until there are two.
#[derive(Clone, Debug)]
struct Pair(Arc<Barrier>);

#[dyn_dispatch_hint]
impl Intercept for Pair {
    fn name(&self) -> &'static str {
        "pair"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.request().headers().get("x-amz-target").unwrap_or_default().ends_with(".TransactWriteItems") {
            self.0.wait();
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_both_read_a_token_as_live_one_wins_and_the_other_revokes_nothing() {
    let (app, student) = start().await;
    let pair = Pair(Arc::new(Barrier::new(2)));
    // Each on a thread and a service of its own, since the pair blocks the thread that it is called on.
    let attempts = [(); 2].map(|()| {
        let (pair, url, token) = (pair.clone(), app.engine.url().to_owned(), student.refresh_token.clone());
        std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let connection = Connection::new(Engine::client_config(&url).interceptor(pair), "campus");
                let desk = Desk::start(connection, silent_bucket(), Clock::default(), None).await.unwrap();
                let request = Request::post("/auth/refresh").header("content-type", "application/json");
                let request = request.body(Body::from(json!({ "refresh_token": token }).to_string())).unwrap();
                let response = http::finish(desk.router).oneshot(request).await.unwrap();
                let status = response.status().as_u16();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                (status, serde_json::from_slice::<Value>(&body).unwrap())
            })
        })
    });
    let mut answers = tokio::task::spawn_blocking(|| attempts.map(|attempt| attempt.join().unwrap())).await.unwrap();
    answers.sort_by_key(|(status, _)| *status);
    let [(won, pair), (lost, problem)] = answers;
    assert_eq!((won, lost, &problem["code"]), (200, 409, &json!("refresh_conflict")));
    refresh(&app, pair["refresh_token"].as_str().unwrap()).await.is(200);
}

#[tokio::test]
async fn a_session_ends_30_days_after_the_login_however_often_it_is_refreshed() {
    let (app, student) = start().await;
    let day = 24 * 3600 * 1000;
    app.clock.set_ahead_by_millis(29 * day);
    let refreshed = refresh(&app, &student.refresh_token).await;
    let max_age = refreshed.is(200).header("set-cookie").split("Max-Age=").nth(1).unwrap().split(';').next().unwrap();
    assert!((86_000..=86_400).contains(&max_age.parse::<u32>().unwrap()), "{max_age}");
    app.clock.set_ahead_by_millis(30 * day + 1000);
    refresh(&app, &refreshed.text_at("/refresh_token")).await.is_problem(401, "refresh_token_invalid");
}

#[tokio::test]
async fn logging_out_ends_the_session_for_writes_at_once() {
    let (app, student) = start().await;
    let other = app.log_in(&student.login_id).await;
    log_out(&app, &student.refresh_token).await.is(204);
    assert!(!may_write(&app, &student).await);
    app.get("/auth/me").by(&student).send().await.is(200);
    refresh(&app, &student.refresh_token).await.is_problem(401, "refresh_token_invalid");
    log_out(&app, &student.refresh_token).await.is(204);
    assert!(may_write(&app, &other).await);
}

#[tokio::test]
async fn logging_out_with_a_spent_token_ends_the_session_as_well() {
    let (app, student) = start().await;
    let next = student_of(refresh(&app, &student.refresh_token).await.is(200));
    log_out(&app, &student.refresh_token).await.is_problem(401, "refresh_token_reused");
    assert!(!may_write(&app, &next).await);
}

#[tokio::test]
async fn logging_out_everywhere_ends_all_sessions() {
    let (app, student) = start().await;
    let others = [app.log_in(&student.login_id).await, app.log_in(&student.login_id).await];
    let body = json!({ "refresh_token": student.refresh_token, "everywhere": true });
    app.post("/auth/logout").json(&body).send().await.is(204);
    app.post("/auth/logout").json(&body).send().await.is_problem(401, "refresh_token_invalid");
    for session in others.iter().chain([&student]) {
        assert!(!may_write(&app, session).await);
        refresh(&app, &session.refresh_token).await.is_problem(401, "refresh_token_invalid");
    }
    app.log_in(&student.login_id).await;
}

#[tokio::test]
async fn a_student_has_twenty_sessions_and_the_oldest_makes_room() {
    let (app, student) = start().await;
    let second = app.log_in(&student.login_id).await;
    for _ in 0..18 {
        app.log_in(&student.login_id).await;
    }
    assert!(may_write(&app, &student).await);
    let last = app.log_in(&student.login_id).await;
    assert!(!may_write(&app, &student).await);
    assert!(may_write(&app, &second).await && may_write(&app, &last).await);
}

#[tokio::test]
async fn a_suspended_student_writes_nothing_and_cannot_log_in_until_restored() {
    let (app, student) = start().await;
    let login_id = LoginId::parse(student.login_id.clone()).unwrap();
    let log_in = |password: &str| {
        let body = json!({ "login_id": student.login_id, "password": password });
        app.post("/auth/login").json(&body)
    };
    app.desk.app.logins.suspend(&login_id).await.unwrap();
    assert!(!may_write(&app, &student).await);
    refresh(&app, &student.refresh_token).await.is_problem(401, "refresh_token_invalid");
    log_in(PASSWORD).send().await.is_problem(403, "account_suspended");
    log_in("a wrong password").send().await.is_problem(401, "invalid_credentials");
    app.get("/auth/me").by(&student).send().await.is(200);
    app.desk.app.logins.restore(&login_id).await.unwrap();
    assert!(may_write(&app, &student_of(log_in(PASSWORD).send().await.is(200))).await);
}

#[tokio::test]
async fn a_refresh_takes_over_a_new_role() {
    let (app, student) = start().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    app.desk
        .app
        .users
        .set_role(school.id, student.id.parse().unwrap(), campus_core::domain::Role::Admin)
        .await
        .unwrap();
    assert_eq!(refresh(&app, &student.refresh_token).await.at("/user/role"), json!("admin"));
}
