//! Limits of the mails that clients ask for, of the codes that they try, and of the new passwords that they set with a link
//! (rules 16 and 17).

use campus_core::domain::{LoginId, Parse, School, Time};
use campus_core::store::{Limits, MailRates, Rate};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::harness::{Answer, Student, TestApp, another_code};

const HOUR_MS: i64 = 3600 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A service with limits whose clock has stopped at the start of a day in UTC, and its school.
async fn start(limits: Limits) -> (TestApp, School, i64) {
    let app = TestApp::start_with_limits(limits).await;
    let day = (Time::now().as_millis() / DAY_MS + 1) * DAY_MS;
    let school = app.school_by_email("가온대학교").await;
    (app, school, day)
}

async fn unverified(app: &TestApp, school: &School, count: usize) -> Vec<Student> {
    let mut students = Vec::new();
    while students.len() < count {
        students.push(app.unverified(school).await);
    }
    students
}

/// Asks for a code at a time, in milliseconds since the epoch.
async fn request(app: &TestApp, by: &Student, address: &str, at: i64) -> Answer {
    app.clock.stop_at_millis(at);
    app.request_code(by, address).await
}

/// Asserts that the request was refused by a limit, and the time to wait.
#[track_caller]
fn is_limited(answer: &Answer, retry_after_ms: i64) {
    answer.is_problem(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), (retry_after_ms / 1000).to_string());
}

#[tokio::test]
async fn a_student_gets_3_mails_in_an_hour_and_5_in_a_day() {
    let (app, school, day) = start(Limits::default()).await;
    let student = app.unverified(&school).await;
    let address = |number: i64| format!("address{number}@example.ac.kr");
    for number in 0..3 {
        request(&app, &student, &address(number), day).await.is(202);
    }
    for number in 3..8 {
        is_limited(&request(&app, &student, &address(number), day + HOUR_MS / 2).await, HOUR_MS / 2);
    }
    // Refused mails do not use up the day.
    for number in 8..10 {
        request(&app, &student, &address(number), day + HOUR_MS).await.is(202);
    }
    is_limited(&request(&app, &student, &address(10), day + HOUR_MS).await, DAY_MS - HOUR_MS);
    is_limited(&request(&app, &student, &address(10), day + 5 * HOUR_MS).await, DAY_MS - 5 * HOUR_MS);
    assert_eq!(app.count_rows("MAILS#").await, 5, "a refused request sends nothing");
    request(&app, &student, &address(10), day + DAY_MS).await.is(202);
}

#[tokio::test]
async fn an_address_gets_3_codes_in_an_hour_in_all_its_spellings() {
    let (app, school, day) = start(Limits::default()).await;
    let spellings = ["maru@example.ac.kr", "MARU@example.ac.kr", "maru+1@example.ac.kr", "maru+2@Example.ac.kr"];
    // An access token from the future would not be valid.
    let students = unverified(&app, &school, 5).await;
    for (number, spelling) in spellings.into_iter().enumerate() {
        let answer = request(&app, &students[number], spelling, day).await;
        match number {
            0..3 => assert_eq!(answer.status, 202),
            _ => is_limited(&answer, HOUR_MS),
        }
    }
    request(&app, &students[4], "sora@example.ac.kr", day).await.is(202);
}

/// The recovery of an address, for which anybody can ask.
async fn recover(app: &TestApp, path: &str, address: &str) -> Answer {
    app.post(path).json(&json!({ "email": address })).send().await
}

#[tokio::test]
async fn an_address_gets_3_recovery_mails_in_an_hour_and_5_in_a_day_and_nobody_notices() {
    let (app, _, day) = start(Limits::default()).await;
    for (hour, sent) in [(0, 3), (1, 5), (2, 5), (24, 8)] {
        app.clock.stop_at_millis(day + hour * HOUR_MS);
        for path in ["/auth/password-reset", "/auth/login-id-reminder"].repeat(2) {
            let answer = recover(&app, path, "maru@example.ac.kr").await;
            assert_eq!(answer.is(202).text, "");
            let other_spelling = recover(&app, path, "MARU+1@example.ac.kr").await;
            assert_eq!(other_spelling.is(202).headers.get("retry-after"), None);
        }
        assert_eq!(app.count_rows("MAILS#").await, sent, "after {hour} hours");
    }
}

#[tokio::test]
async fn requests_without_an_account_do_not_use_up_the_codes_of_an_address_nor_codes_its_recovery() {
    let (app, school, day) = start(Limits::default()).await;
    let (owner, asked_first) = (app.unverified(&school).await, app.unverified(&school).await);
    app.clock.stop_at_millis(day);
    for _ in 0..10 {
        recover(&app, "/auth/password-reset", &owner.email).await.is(202);
    }
    app.take_mails().await;
    for student in [&owner, &asked_first] {
        for _ in 0..3 {
            request(&app, student, &student.email, day).await.is(202);
            recover(&app, "/auth/password-reset", &asked_first.email).await.is(202);
        }
    }
    assert_eq!(app.count_rows("MAILS#").await, 9);
}

#[tokio::test]
async fn the_counters_of_an_address_do_not_tell_the_address() {
    let (app, school, day) = start(Limits::default()).await;
    let student = app.unverified(&school).await;
    request(&app, &student, &student.email, day).await.is(202);
    recover(&app, "/auth/password-reset", &student.email).await.is(202);
    let counters: Vec<_> = app.snapshot().await.into_iter().filter(|row| row.contains("LIMIT#MAIL#")).collect();
    assert_eq!(counters.len(), 4);
    let sha256 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, student.email.to_lowercase().as_bytes());
    let unkeyed = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, sha256);
    for counter in counters {
        assert!(!counter.contains(&unkeyed) && !counter.contains(&student.email), "{counter}");
    }
}

#[tokio::test]
async fn the_mails_of_a_network_are_limited() {
    let limits = Limits { mails_per_address: MailRates::new(2, 3), ..Limits::default() };
    let (app, school, day) = start(limits).await;
    let students = unverified(&app, &school, 4).await;
    app.clock.stop_at_millis(day);
    for (number, (network, status)) in
        [("203.0.113.7", 202), ("203.0.113.7", 202), ("203.0.113.7", 429), ("203.0.113.8", 202)].into_iter().enumerate()
    {
        let body = json!({ "email": format!("address{number}@example.ac.kr") });
        app.post("/auth/verification").by(&students[number]).from(network).json(&body).send().await.is(status);
    }
}

#[tokio::test]
async fn the_guesses_of_a_student_are_limited() {
    let limits = Limits { code_guesses_per_user: Rate::new(2, u32::MAX), ..Limits::default() };
    let (app, school, _) = start(limits).await;
    let student = app.unverified(&school).await;
    for _ in 0..2 {
        app.confirm_code(&student, "000000").await.is_problem(403, "code_invalid");
    }
    app.confirm_code(&student, "000000").await.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn the_new_passwords_of_a_network_are_limited_whether_the_token_is_right_or_not() {
    let limits = Limits { password_resets_per_address: Rate::new(2, u32::MAX), ..Limits::default() };
    let (app, school, _) = start(limits).await;
    let student = app.unverified(&school).await;
    let login_id = LoginId::parse(student.login_id.clone()).unwrap();
    let token = app.service.app.password_resets.create_by_operator(&login_id).await.unwrap();
    let reset = async |token: &str, network: &str| {
        let body = json!({ "token": token, "new_password": "otter juggles 9 stones" });
        app.post("/auth/password-reset/confirm").from(network).json(&body).send().await
    };
    for _ in 0..2 {
        reset("a guess", "203.0.113.7").await.is_problem(403, "reset_token_invalid");
    }
    for token in ["a guess", &token] {
        reset(token, "203.0.113.7").await.is_problem(429, "rate_limited");
    }
    reset(&token, "203.0.113.8").await.is(204);
}

#[tokio::test]
async fn the_wrong_codes_of_a_network_are_limited_and_right_ones_do_not_count() {
    let limits = Limits { wrong_codes_per_address: Rate::new(3, u32::MAX), ..Limits::default() };
    let (app, school, _) = start(limits).await;
    let students = unverified(&app, &school, 12).await;
    let mut codes = Vec::new();
    for student in &students {
        app.request_code(student, &student.email).await.is(202);
        codes.push(app.take_code(&student.email).await);
    }
    let confirm = async |number: usize, code: &str, network: &str| {
        let body = json!({ "code": code });
        app.post("/auth/verification/confirm").by(&students[number]).from(network).json(&body).send().await
    };
    let (network, other) = ("203.0.113.7", "203.0.113.8");
    for (number, code) in codes.iter().enumerate().take(5) {
        confirm(number, code, network).await.is(200);
    }
    let wrong: Vec<_> = codes.iter().map(|code| another_code(code)).collect();
    let guesses = join_all((5..12).map(|number| confirm(number, &wrong[number], network))).await;
    let compared = guesses.iter().filter(|answer| answer.status == 403).count();
    assert_eq!(compared, 3, "also at the same moment: {guesses:?}");
    confirm(5, &codes[5], network).await.is_problem(429, "rate_limited");
    confirm(5, &codes[5], other).await.is(200);
}

#[tokio::test]
async fn a_service_without_limits_sends_any_number_of_mails() {
    let app = TestApp::start().await;
    let student = app.unverified(&app.school_by_email("가온대학교").await).await;
    for _ in 0..7 {
        app.request_code(&student, &student.email).await.is(202);
    }
}
