//! Refresh tokens: tabs that refresh at the same time, stolen tokens, and injected cookies.

use serde_json::json;

use crate::support::harness::{Answer, Call, Student, TestApp, student_of};

/// The cookie that a client would send after this response.
fn cookie_of(answer: &Answer) -> String {
    format!("__Host-campus_refresh={}", answer.text_at("/refresh_token"))
}

async fn start() -> (TestApp, Student) {
    let app = TestApp::start().await;
    app.stop_clock();
    let student = app.student(&app.school("가온대학교").await).await;
    (app, student)
}

fn refresh<'a>(app: &'a TestApp, token: &str) -> Call<'a> {
    app.post("/auth/refresh").json(&json!({ "refresh_token": token }))
}

#[tokio::test]
async fn a_second_tab_that_refreshes_within_10_seconds_ends_no_session() {
    let (app, student) = start().await;
    let now = app.stop_clock();
    let first_tab = refresh(&app, &student.refresh_token).send().await;
    first_tab.is(200);
    for later_ms in [0, 2, 9_999, 10_000] {
        app.clock.stop_at_millis(now + later_ms);
        refresh(&app, &student.refresh_token).send().await.is_problem(409, "refresh_conflict");
    }
    // The tabs share the cookie, so the second tab now has the token of the first.
    app.post("/auth/refresh").header("cookie", &cookie_of(&first_tab)).send().await.is(200);
}

#[tokio::test]
async fn the_last_used_token_ends_the_session_after_10_seconds() {
    let (app, student) = start().await;
    let now = app.stop_clock();
    let next = student_of(refresh(&app, &student.refresh_token).send().await.is(200));
    app.clock.stop_at_millis(now + 10_001);
    refresh(&app, &student.refresh_token).send().await.is_problem(401, "refresh_token_reused");
    refresh(&app, &next.refresh_token).send().await.is_problem(401, "refresh_token_invalid");
}

#[tokio::test]
async fn an_older_token_ends_the_session_at_once() {
    let (app, student) = start().await;
    let second = student_of(refresh(&app, &student.refresh_token).send().await.is(200));
    let third = student_of(refresh(&app, &second.refresh_token).send().await.is(200));
    refresh(&app, &second.refresh_token).send().await.is_problem(409, "refresh_conflict");
    refresh(&app, &student.refresh_token).send().await.is_problem(401, "refresh_token_reused");
    refresh(&app, &third.refresh_token).send().await.is_problem(401, "refresh_token_invalid");
}

#[tokio::test]
async fn a_tab_can_log_out_while_another_one_refreshes() {
    let (app, student) = start().await;
    let next = student_of(refresh(&app, &student.refresh_token).send().await.is(200));
    app.post("/auth/logout").json(&json!({ "refresh_token": student.refresh_token })).send().await.is(204);
    refresh(&app, &next.refresh_token).send().await.is_problem(401, "refresh_token_invalid");
}

#[tokio::test]
async fn two_refresh_cookies_are_refused() {
    let (app, student) = start().await;
    let own = format!("__Host-campus_refresh={}", student.refresh_token);
    let before = app.snapshot().await;
    for cookies in [
        format!("{own}; {own}"),
        format!("__Host-campus_refresh=; {own}"),
        format!("{own};__Host-campus_refresh=AaIi; theme=dark"),
    ] {
        for path in ["/auth/refresh", "/auth/logout"] {
            let answer = app.post(path).header("cookie", &cookies).send().await;
            answer.is_problem(400, "duplicate_cookie");
            let in_body = json!({ "refresh_token": student.refresh_token });
            let answer = app.post(path).header("cookie", &cookies).json(&in_body).send().await;
            answer.is_problem(400, "duplicate_cookie");
        }
    }
    assert_eq!(app.snapshot().await, before);
    for others in ["campus_refresh=x", "__host-campus_refresh=x", "__Host-campus_refresh2=x", "__Host-campus_refresh"] {
        let answer = app.post("/auth/refresh").header("cookie", &format!("{others}; {own}")).send().await;
        assert_ne!(answer.status, 400, "{others}");
    }
}
