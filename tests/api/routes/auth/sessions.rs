//! Sessions: refresh, logout and suspension.

use std::sync::{Arc, Barrier};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use axum::body::Body;
use axum::http::Request;
use campus_core::clock::Clock;
use campus_core::domain::{LoginId, Parse};
use campus_core::http;
use campus_core::store::Connection;
use campus_local::{Engine, LocalService};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::start;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, silent_bucket, student_of};

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post("/auth/refresh").json(&json!({ "refresh_token": token })).send().await
}

async fn log_out(app: &TestApp, token: &str) -> Answer {
    app.post("/auth/logout").json(&json!({ "refresh_token": token })).send().await
}

/// Returns whether the student's session allows writes. It tries to delete an unknown board, which is 404 if the
/// session is live and 401 otherwise.
async fn may_write(app: &TestApp, student: &Student) -> bool {
    let answer = app.delete(format!("/boards/{}", uuid::Uuid::now_v7())).by(student).send().await;
    match answer.status.as_u16() {
        404 => true,
        _ => {
            answer.is_problem(401, "token_invalid");
            false
        }
    }
}

#[tokio::test]
async fn a_refresh_returns_a_new_access_token_and_a_new_refresh_token() {
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
async fn reusing_a_refresh_token_ends_its_session_and_no_other() {
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
async fn an_invalid_refresh_token_is_401_and_ends_no_session() {
    let (app, student) = start().await;
    let token = &student.refresh_token;
    let mut altered = token.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'Q' } else { 'A' });
    for invalid in ["", "x", &student.token, &altered, &token[1..], &token[..104], &format!("{token}AAAA")] {
        refresh(&app, invalid).await.is_problem(401, "refresh_token_invalid");
        log_out(&app, invalid).await.is_problem(401, "refresh_token_invalid");
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
async fn a_refresh_token_with_wrong_secrets_cannot_end_a_session() {
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
async fn the_refresh_token_is_also_a_cookie() {
    let (app, student) = start().await;
    let login =
        app.post("/auth/login").json(&json!({ "login_id": student.login_id, "password": PASSWORD })).send().await;
    let cookie = login.header("set-cookie").to_owned();
    let (name_and_value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(name_and_value, format!("__Host-campus_refresh={}", login.text_at("/refresh_token")));
    assert_eq!(attributes, "Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict");
    let refreshed =
        app.post("/auth/refresh").header("cookie", &format!("theme=dark; {name_and_value}; x")).send().await;
    let next = refreshed.is(200).header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(next, name_and_value);
    let logout = app.post("/auth/logout").header("cookie", &next).send().await;
    assert_eq!(
        logout.is(204).header("set-cookie"),
        "__Host-campus_refresh=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"
    );
    app.post("/auth/refresh").header("cookie", &next).send().await.is_problem(401, "refresh_token_invalid");
}

/// Holds each call of `TransactWriteItems` until there are two.
#[derive(Clone, Debug)]
struct TransactionBarrier(Arc<Barrier>);

#[dyn_dispatch_hint]
impl Intercept for TransactionBarrier {
    fn name(&self) -> &'static str {
        "transaction-barrier"
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
async fn of_two_concurrent_refreshes_one_succeeds_and_the_other_ends_no_session() {
    let (app, student) = start().await;
    let barrier = TransactionBarrier(Arc::new(Barrier::new(2)));
    // Each refresh has its own thread and service, because the barrier blocks the thread that calls it.
    let attempts = [(); 2].map(|()| {
        let (barrier, url, token) = (barrier.clone(), app.engine.url().to_owned(), student.refresh_token.clone());
        std::thread::spawn(move || {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let connection = Connection::new(Engine::client_config(&url).interceptor(barrier), "campus");
                let service = LocalService::start(connection, silent_bucket(), Clock::default(), None).await.unwrap();
                let request = Request::post("/auth/refresh").header("content-type", "application/json");
                let request = request.body(Body::from(json!({ "refresh_token": token }).to_string())).unwrap();
                let response = http::finish(service.router).oneshot(request).await.unwrap();
                let status = response.status().as_u16();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                (status, serde_json::from_slice::<Value>(&body).unwrap())
            })
        })
    });
    let mut answers = tokio::task::spawn_blocking(|| attempts.map(|attempt| attempt.join().unwrap())).await.unwrap();
    answers.sort_by_key(|(status, _)| *status);
    let [(success, tokens), (failure, problem)] = answers;
    assert_eq!((success, failure, &problem["code"]), (200, 409, &json!("refresh_conflict")));
    refresh(&app, tokens["refresh_token"].as_str().unwrap()).await.is(200);
}

#[tokio::test]
async fn a_session_ends_30_days_after_login_even_if_it_is_refreshed() {
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
async fn logout_refuses_writes_of_the_session_at_once() {
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
async fn logout_with_a_used_refresh_token_ends_the_session() {
    let (app, student) = start().await;
    let next = student_of(refresh(&app, &student.refresh_token).await.is(200));
    app.clock.set_ahead_by_millis(11_000);
    log_out(&app, &student.refresh_token).await.is_problem(401, "refresh_token_reused");
    assert!(!may_write(&app, &next).await);
}

#[tokio::test]
async fn logout_everywhere_ends_all_sessions() {
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
async fn a_21st_session_replaces_the_oldest() {
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
async fn a_suspended_student_cannot_write_or_log_in_until_restored() {
    let (app, student) = start().await;
    let login_id = LoginId::parse(student.login_id.clone()).unwrap();
    let log_in = |password: &str| {
        let body = json!({ "login_id": student.login_id, "password": password });
        app.post("/auth/login").json(&body)
    };
    app.service.app.logins.suspend(&login_id).await.unwrap();
    assert!(!may_write(&app, &student).await);
    refresh(&app, &student.refresh_token).await.is_problem(401, "refresh_token_invalid");
    log_in(PASSWORD).send().await.is_problem(403, "account_suspended");
    log_in("a wrong password").send().await.is_problem(401, "invalid_credentials");
    app.get("/auth/me").by(&student).send().await.is(200);
    app.service.app.logins.restore(&login_id).await.unwrap();
    assert!(may_write(&app, &student_of(log_in(PASSWORD).send().await.is(200))).await);
}

#[tokio::test]
async fn a_refresh_applies_a_new_role() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    app.service
        .app
        .users
        .set_role(school.id, student.id.parse().unwrap(), campus_core::domain::Role::Admin)
        .await
        .unwrap();
    assert_eq!(refresh(&app, &student.refresh_token).await.at("/user/role"), json!("admin"));
}
