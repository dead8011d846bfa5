//! Subscribing to pushes.

use campus_core::domain::{Cause, PostId};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::harness::{TestApp, subscription_body};

/// A cause of notifications.
fn hot(post: &str) -> Cause {
    Cause::Hot { post_id: post.parse::<PostId>().unwrap() }
}

#[tokio::test]
async fn only_endpoints_of_known_push_services_are_accepted() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let browser = app.browser(&student).await;
    let with = |endpoint: &str| {
        let mut body = subscription_body(&browser);
        body["endpoint"] = endpoint.into();
        app.put("/notifications/push-subscription").by(&student).json(&body)
    };
    for endpoint in ["https://fcm.googleapis.com/fcm/send/x", "https://web.push.apple.com/x"] {
        with(endpoint).send().await.is(204);
    }
    let host = browser.endpoint.strip_prefix("http://127.0.0.1").unwrap();
    for (endpoint, code) in [
        ("https://fcm.googleapis.com.evil.example/x".to_owned(), "unknown_push_service"),
        ("https://169.254.169.254/x".to_owned(), "invalid_format"),
        ("http://fcm.googleapis.com/x".to_owned(), "invalid_format"),
        ("https://fcm.googleapis.com:8443/x".to_owned(), "invalid_format"),
        ("https://a:b@fcm.googleapis.com/x".to_owned(), "invalid_format"),
        (format!("http://localhost{host}"), "invalid_format"),
        (format!("https://fcm.googleapis.com/{}", "x".repeat(1000)), "too_long"),
    ] {
        with(&endpoint).send().await.is_invalid(&[("endpoint", code)]);
    }
    let mut body = subscription_body(&browser);
    body["application_server_key"] = body["keys"]["p256dh"].clone();
    let call = app.put("/notifications/push-subscription").by(&student).json(&body);
    call.send().await.is_invalid(&[("application_server_key", "not_current")]);
    let body = json!({ "endpoint": "x" });
    let call = app.put("/notifications/push-subscription").by(&student).json(&body);
    call.send().await.is_invalid(&[("endpoint", "invalid_format"), ("keys", "required")]);
    app.audit().await;
}

#[tokio::test]
async fn a_student_has_at_most_five_subscriptions_and_the_oldest_goes() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let post = app.write_post(&student, &board, "글", false).await;
    let mut browsers = vec![app.subscribe(&student).await];
    for _ in 0..5 {
        app.pass_secs(1);
        let session = app.log_in(&student.login_id).await;
        browsers.push(app.subscribe(&session).await);
    }
    app.notify(&student, hot(&post), false).await;
    app.consume_stream().await;
    let reached: Vec<usize> = browsers.iter().map(|browser| app.pushes_to(browser).len()).collect();
    assert_eq!(reached, [0, 1, 1, 1, 1, 1]);
    app.audit().await;
}

#[tokio::test]
async fn a_session_has_one_subscription_and_ends_it() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let post = app.write_post(&student, &board, "글", false).await;
    let former = app.subscribe(&student).await;
    let browser = app.subscribe(&student).await;
    app.put_subscription(&student, &browser).await.is(204);
    app.notify(&student, hot(&post), false).await;
    app.consume_stream().await;
    assert_eq!((app.pushes_to(&former).len(), app.pushes_to(&browser).len()), (0, 1));
    for _ in 0..2 {
        app.delete("/notifications/push-subscription").by(&student).send().await.is(204);
    }
    let other = app.write_post(&student, &board, "다른 글", false).await;
    app.notify(&student, hot(&other), false).await;
    app.consume_stream().await;
    assert_eq!(app.push_service.requests(), 1);
    assert_eq!(app.count_rows("PUSHENDPOINT#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn a_browser_belongs_to_the_student_who_registered_it_last() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let (former, student) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&student, "자유").await;
    let post = app.write_post(&student, &board, "글", false).await;
    let browser = app.subscribe(&former).await;
    app.put_subscription(&student, &browser).await.is(204);
    app.audit().await;
    app.notify(&former, hot(&post), false).await;
    app.consume_stream().await;
    assert_eq!(app.pushes_to(&browser).len(), 0);
    app.notify(&student, hot(&post), false).await;
    app.consume_stream().await;
    assert_eq!(app.pushes_to(&browser).len(), 1);
    // The former student's end does not concern the browser any more.
    app.delete("/notifications/push-subscription").by(&former).send().await.is(204);
    app.put_subscription(&former, &app.browser(&former).await).await.is(204);
    assert_eq!(app.count_rows("PUSHENDPOINT#").await, 2);
    app.audit().await;
}

#[tokio::test]
async fn two_students_who_register_a_browser_at_once_do_not_share_it() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let students = [app.student(&school).await, app.student(&school).await, app.student(&school).await];
    let browser = app.browser(&students[0]).await;
    let [one, two, three] = &students;
    let (one, two, three) = tokio::join!(
        app.put_subscription(one, &browser),
        app.put_subscription(two, &browser),
        app.put_subscription(three, &browser)
    );
    one.is(204);
    two.is(204);
    three.is(204);
    assert_eq!(app.count_rows("PUSHENDPOINT#").await, 1);
    app.audit().await;
}

#[tokio::test]
async fn subscriptions_of_ended_sessions_do_not_push_a_live_one_out() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let post = app.write_post(&student, &board, "글", false).await;
    let laptop = app.subscribe(&student).await;
    for _ in 0..5 {
        app.pass_secs(1);
        let session = app.log_in(&student.login_id).await;
        app.subscribe(&session).await;
        let body = json!({ "refresh_token": session.refresh_token });
        app.post("/auth/logout").json(&body).send().await.is(204);
    }
    app.notify(&student, hot(&post), false).await;
    app.consume_stream().await;
    assert_eq!(app.pushes_to(&laptop).len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn students_who_subscribe_many_browsers_at_once_have_five() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let mut sessions = Vec::new();
    for _ in 0..8 {
        sessions.push(app.log_in(&student.login_id).await);
    }
    join_all(sessions.iter().map(|session| app.subscribe(session))).await;
    assert_eq!(app.count_rows("PUSHENDPOINT#").await, 5);
    app.audit().await;
}
