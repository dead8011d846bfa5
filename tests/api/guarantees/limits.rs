//! Rate limits: failed logins, logins and sign-ups from an address, and what a student creates.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use campus_core::domain::Time;
use campus_core::store::{FailedLogins, Limits, Rate};
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;
use tracing_subscriber::layer::SubscriberExt;

use crate::guarantees::events::generate;
use crate::guarantees::search::search_path;
use crate::routes::auth::accounts::SpanCounter;
use crate::support::fixture::{exam_info_body, review_body};
use crate::support::harness::{Answer, Call, PASSWORD, Student, TestApp, second_subscriber, sign_up_body};

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// Stops the clock of the service at a time, in milliseconds since the epoch.
fn set_time(app: &TestApp, millis: i64) {
    app.clock.stop_at_millis(millis);
}

/// The start of the next window of this length, in milliseconds since the epoch.
fn next_window(length_s: i64) -> i64 {
    (Time::now().as_secs() / length_s + 1) * length_s * 1000
}

fn log_in<'a>(app: &'a TestApp, login_id: &str, password: &str) -> Call<'a> {
    app.post("/auth/login").json(&json!({ "login_id": login_id, "password": password }))
}

async fn fail(app: &TestApp, login_id: &str) -> Answer {
    log_in(app, login_id, "a wrong password").send().await
}

/// Asserts that the request was refused by a limit, and the time to wait.
#[track_caller]
fn is_limited(answer: &Answer, retry_after_s: i64) {
    answer.is_problem(429, "rate_limited");
    assert_eq!(answer.header("retry-after"), retry_after_s.to_string());
}

/// A service whose first wait after failed logins is a minute.
async fn start_with_long_waits() -> TestApp {
    let failed_logins = FailedLogins { first_wait_s: 60, ..FailedLogins::default() };
    TestApp::start_with_limits(Limits { failed_logins, ..Limits::default() }).await
}

async fn start_with_default_limits() -> TestApp {
    TestApp::start_with_limits(Limits::default()).await
}

/// The rows of limits, as text.
async fn limit_rows(app: &TestApp) -> Vec<String> {
    app.snapshot().await.into_iter().filter(|row| row.contains("LIMIT")).collect()
}

#[tokio::test]
async fn a_service_without_configured_limits_has_none() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for _ in 0..8 {
        fail(&app, &student.login_id).await.is_problem(401, "invalid_credentials");
    }
    let board = app.board(&student, "자유").await;
    for number in 0..11 {
        app.write_post(&student, &board, &format!("제목 {number}"), true).await;
    }
    assert_eq!(limit_rows(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn five_failures_are_free_and_then_the_waits_double_up_to_a_minute() {
    let app = start_with_default_limits().await;
    app.student(&app.school("가온대학교").await).await;
    let mut now = Time::now().as_millis();
    for _ in 0..5 {
        set_time(&app, now);
        fail(&app, "student_1").await.is_problem(401, "invalid_credentials");
    }
    for wait_s in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        set_time(&app, now + wait_s * 1000 - 500);
        is_limited(&fail(&app, "student_1").await, 1);
        set_time(&app, now + 500);
        is_limited(&fail(&app, "student_1").await, wait_s);
        now += wait_s * 1000 + 500;
        set_time(&app, now);
        fail(&app, "student_1").await.is_problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn a_login_during_the_wait_is_not_counted_and_hashes_nothing() {
    let app = start_with_default_limits().await;
    let start = Time::now().as_millis();
    for _ in 0..5 {
        set_time(&app, start);
        fail(&app, "nobody").await.is(401);
    }
    let count = Arc::new(AtomicUsize::new(0));
    let counter = SpanCounter { name: "argon2", count: count.clone() };
    let _second = second_subscriber();
    let attempts = async {
        for _ in 0..10 {
            set_time(&app, start + 300);
            is_limited(&fail(&app, "nobody").await, 1);
        }
        assert_eq!(count.load(Ordering::Relaxed), 0);
        set_time(&app, start + 1500);
        fail(&app, "nobody").await.is_problem(401, "invalid_credentials");
        assert_eq!(count.load(Ordering::Relaxed), 1);
    };
    attempts.with_subscriber(tracing_subscriber::registry().with(counter)).await;
}

#[tokio::test]
async fn the_owner_can_log_in_after_the_wait_which_resets_the_failures() {
    let app = start_with_long_waits().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let mut now = Time::now().as_millis();
    for round in 0..2 {
        for _ in 0..5 {
            set_time(&app, now);
            fail(&app, &student.login_id).await.is(401);
        }
        is_limited(&log_in(&app, &student.login_id, PASSWORD).send().await, 60);
        now += 61_000;
        set_time(&app, now);
        log_in(&app, &student.login_id, PASSWORD).send().await.is(200);
        assert_eq!(app.count_rows("LIMIT#LOGIN#").await, 0, "round {round}");
    }
}

#[tokio::test]
async fn a_successful_login_resets_the_count_of_failures() {
    let app = start_with_long_waits().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for _ in 0..3 {
        for _ in 0..4 {
            fail(&app, &student.login_id).await.is(401);
        }
        log_in(&app, &student.login_id, PASSWORD).send().await.is(200);
    }
}

#[tokio::test]
async fn an_unknown_login_id_has_to_wait_like_a_known_one() {
    let app = start_with_long_waits().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let start = Time::now().as_millis();
    let mut all = Vec::new();
    for login_id in [student.login_id.as_str(), "nobody"] {
        let mut answers = Vec::new();
        for at in [0, 0, 0, 0, 0, 10, 61_000, 61_010, 182_000] {
            set_time(&app, start + at);
            let mut answer = fail(&app, login_id).await;
            let mut body = answer.json();
            body["request_id"].take();
            answer.headers.remove("x-request-id");
            answers.push(format!("{} {:?} {body} {:?}", answer.status, answer.headers, answer.usage));
        }
        assert_eq!(answers.iter().filter(|answer| answer.starts_with("429")).count(), 2);
        all.push(answers);
    }
    assert_eq!(all[0], all[1]);
}

#[tokio::test]
async fn a_login_id_is_counted_regardless_of_case() {
    let app = start_with_long_waits().await;
    for login_id in ["maru", "MARU", "Maru", "mARU", "ｍａｒｕ"] {
        fail(&app, login_id).await.is(401);
    }
    is_limited(&fail(&app, "maRU").await, 60);
    fail(&app, "narae").await.is(401);
}

/// Sends wrong passwords at once. Returns how many were checked and how many were refused by a limit.
async fn at_once(app: &Arc<TestApp>, attempts: usize) -> (usize, usize) {
    let attempts: Vec<_> = (0..attempts)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { fail(&app, "nobody").await })
        })
        .collect();
    let (mut checked, mut refused) = (0, 0);
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        match answer.status.as_u16() {
            401 => checked += 1,
            _ => {
                answer.is_problem(429, "rate_limited");
                refused += 1;
            }
        }
    }
    (checked, refused)
}

#[tokio::test]
async fn of_fifty_wrong_passwords_at_once_five_are_checked_and_one_after_each_wait() {
    let app = Arc::new(start_with_long_waits().await);
    let start = Time::now().as_millis();
    assert_eq!(at_once(&app, 50).await, (5, 45));
    set_time(&app, start + 90_000);
    assert_eq!(at_once(&app, 20).await, (1, 19));
}

#[tokio::test]
async fn failed_logins_count_for_a_day_even_if_their_row_stays_longer() {
    let app = start_with_default_limits().await;
    let mut now = Time::now().as_millis();
    for _ in 0..8 {
        set_time(&app, now);
        fail(&app, "nobody").await.is(401);
        now += 61_000;
    }
    let last = now - 61_000;
    set_time(&app, last + DAY_S * 1000 - 10_000);
    fail(&app, "nobody").await.is(401);
    is_limited(&fail(&app, "nobody").await, 16);
    let last = last + DAY_S * 1000 - 10_000;
    set_time(&app, last + DAY_S * 1000 + 1000);
    assert_eq!(app.count_rows("LIMIT#LOGIN#").await, 2, "of the network, and of all networks");
    for _ in 0..5 {
        set_time(&app, last + DAY_S * 1000 + 1000);
        fail(&app, "nobody").await.is(401);
    }
    is_limited(&fail(&app, "nobody").await, 1);
}

#[tokio::test]
async fn an_address_has_600_logins_in_10_minutes() {
    let app = start_with_default_limits().await;
    let (window, here, elsewhere) = (next_window(10 * MINUTE_S), "203.0.113.7", "203.0.113.8");
    for number in 0..599 {
        set_time(&app, window + 1000);
        let answer = log_in(&app, "nobody", "wrong").from(here).send().await;
        assert!(number >= 5 || answer.status == 401, "{answer:?}");
    }
    set_time(&app, window + 590_200);
    log_in(&app, "first", "wrong").from(here).send().await.is(401);
    set_time(&app, window + 590_200);
    is_limited(&log_in(&app, "second", "wrong").from(here).send().await, 10);
    log_in(&app, "second", "wrong").from(elsewhere).send().await.is(401);
    set_time(&app, window + 600_000);
    log_in(&app, "second", "wrong").from(here).send().await.is(401);
}

#[tokio::test]
async fn an_address_has_200_sign_ups_in_an_hour() {
    let app = start_with_default_limits().await;
    let school = app.school("가온대학교").await;
    let sign_up = |body: &Value, address: &str| app.post("/auth/signup").json(body).from(address).send();
    let (window, here, elsewhere) = (next_window(HOUR_S), "203.0.113.7", "203.0.113.8");
    let mut at_no_school = sign_up_body(&school, "maru");
    at_no_school["school_id"] = json!(uuid::Uuid::now_v7());
    for _ in 0..199 {
        set_time(&app, window + 1000);
        sign_up(&at_no_school, here).await.is(422);
    }
    sign_up(&sign_up_body(&school, "maru"), here).await.is(201);
    set_time(&app, window + 60_200);
    is_limited(&sign_up(&sign_up_body(&school, "narae"), here).await, HOUR_S - 60);
    assert_eq!(app.count_rows("LOGIN#narae").await, 0);
    log_in(&app, "maru", PASSWORD).from(here).send().await.is(200);
    sign_up(&sign_up_body(&school, "narae"), elsewhere).await.is(201);
    set_time(&app, window + HOUR_S * 1000);
    sign_up(&sign_up_body(&school, "solbit"), here).await.is(201);
}

#[tokio::test]
async fn logins_beyond_the_limit_of_an_address_do_not_count_against_the_account() {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    for login_id in ["first", "second"] {
        log_in(&app, login_id, "wrong").from("203.0.113.7").send().await.is(401);
    }
    for _ in 0..6 {
        log_in(&app, "third", "wrong").from("203.0.113.7").send().await.is(429);
    }
    assert_eq!(app.count_rows("LIMIT#LOGIN#").await, 4, "two for each of the first two");
}

/// A limit that a test reaches with three requests, in a window that does not end during the test.
pub fn two_logins_per_address() -> Limits {
    Limits { logins_per_address: Rate::new(2, 10 * 365 * 24 * 3600), ..Limits::default() }
}

/// The statuses of logins with different login ids from these addresses, one after the other.
async fn statuses(app: &TestApp, addresses: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for (number, address) in addresses.iter().enumerate() {
        let answer = log_in(app, &format!("nobody_{number}"), "wrong").from(address).send().await;
        statuses.push(answer.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn an_ipv6_address_counts_by_its_first_64_bits() {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    let addresses = ["2001:db8:1:2::1", "2001:db8:1:2:3::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:3::1"];
    assert_eq!(statuses(&app, &addresses).await, [401, 401, 429, 401]);
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    assert_eq!(statuses(&app, &["203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7"]).await, [401, 401, 429]);
}

#[tokio::test]
async fn headers_cannot_change_the_address() {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    let attempt = |number: usize, from: &str| {
        let forged = format!("198.51.100.{number}");
        log_in(&app, &format!("nobody_{number}"), "wrong")
            .header("x-forwarded-for", &forged)
            .header("x-real-ip", &forged)
            .header("forwarded", &format!("for={forged}"))
            .header("x-client-ip", &forged)
            .from(from)
            .send()
    };
    for (number, status) in [(1, 401), (2, 401), (3, 429), (4, 429)] {
        attempt(number, "203.0.113.7").await.is(status);
    }
    attempt(3, "198.51.100.1").await.is(401);
}

#[tokio::test]
async fn requests_without_an_address_share_one_limit() {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    for (login_id, status) in [("first", 401), ("second", 401), ("third", 429)] {
        fail(&app, login_id).await.is(status);
    }
}

/// The event of a login with these addresses.
pub fn event(login_id: &str, source: &str, forwarded_for: &str) -> Value {
    let mut event: Value = serde_json::from_str(&generate()["auth-log-in-wrong-password"]).unwrap();
    event["requestContext"]["http"]["sourceIp"] = json!(source);
    event["headers"]["x-forwarded-for"] = json!(forwarded_for);
    event["body"] = json!(json!({ "login_id": login_id, "password": "wrong" }).to_string());
    event["isBase64Encoded"] = json!(false);
    event
}

#[tokio::test]
async fn on_aws_the_gateway_determines_the_address() {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    let function = campus_auth::function(app.service.auth.clone());
    for (login_id, source, forwarded_for, status) in [
        ("first", "203.0.113.7", "198.51.100.1", 401),
        ("second", "203.0.113.7", "198.51.100.2", 401),
        ("third", "203.0.113.7", "198.51.100.3", 429),
        ("third", "2001:db8::1", "203.0.113.7", 401),
    ] {
        let answer = function.handle(event(login_id, source, forwarded_for)).await.unwrap();
        assert_eq!(answer["statusCode"], status, "{login_id} {source}");
    }
}

/// A writer for log lines.
#[derive(Clone, Default)]
pub struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl LogBuffer {
    /// What was logged.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_address_and_no_attempted_login_id_is_stored_or_logged() {
    let app = TestApp::start_with_limits(two_logins_per_address()).await;
    let _second = second_subscriber();
    let log = LogBuffer::default();
    let writer = log.clone();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let statuses = statuses(&app, &["203.0.113.7", "203.0.113.7", "203.0.113.7"]).with_subscriber(everything).await;
    assert_eq!(statuses, [401, 401, 429]);
    let log = log.text();
    assert!(log.contains("answered"), "{log}");
    let rows = limit_rows(&app).await.join("\n");
    assert!(rows.contains("LIMIT#ADDRESS#") && rows.contains("LIMIT#LOGIN#"), "{rows}");
    for text in [log, rows] {
        assert!(!text.contains("203.0.113.7") && !text.contains("nobody_"), "{text}");
    }
}

#[tokio::test]
async fn rows_expire_with_their_window_and_a_day_after_the_last_attempt() {
    let app = start_with_default_limits().await;
    let window = next_window(10 * MINUTE_S);
    set_time(&app, window + 5_200);
    fail(&app, "nobody").await.is(401);
    let mut expiries: Vec<i64> = Vec::new();
    for row in app.rows().await.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("LIMIT#")) {
        expiries.push(row["expires_at"].as_n().unwrap().parse::<i64>().unwrap() - window / 1000);
    }
    expiries.sort_unstable();
    assert_eq!(expiries, [600, 5 + DAY_S, 5 + DAY_S]);
}

async fn make_board(app: &TestApp, by: &Student, name: &str) -> Answer {
    app.post("/boards").by(by).json(&json!({ "category": "일반", "name": name })).send().await
}

#[tokio::test]
async fn a_student_creates_20_boards_a_day() {
    let app = start_with_default_limits().await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    let window = next_window(DAY_S);
    for number in 0..20 {
        set_time(&app, window + 1000);
        make_board(&app, &student, &format!("게시판 {number}")).await.is(201);
    }
    set_time(&app, window + HOUR_S * 1000 + 200);
    is_limited(&make_board(&app, &student, "하나 더").await, 23 * HOUR_S);
    assert_eq!(app.count_rows("#BOARDNAME#").await, 20);
    make_board(&app, &other, "하나 더").await.is(201);
    set_time(&app, window + DAY_S * 1000);
    make_board(&app, &student, "다음 날").await.is(201);
}

#[tokio::test]
async fn a_student_writes_10_posts_a_minute() {
    let app = start_with_default_limits().await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    let path = format!("/boards/{}/posts", app.board(&student, "자유").await);
    let write = |by: &Student, title: usize| {
        let body = json!({ "title": title.to_string(), "content": "내용", "is_anonymous": true });
        app.post(&path).by(by).json(&body).send()
    };
    let window = next_window(MINUTE_S);
    for title in 0..10 {
        set_time(&app, window + 1000);
        write(&student, title).await.is(201);
    }
    set_time(&app, window + 20_200);
    is_limited(&write(&student, 10).await, 40);
    set_time(&app, window + 59_900 - 200);
    is_limited(&write(&student, 11).await, 1);
    set_time(&app, window + 20_200);
    assert_eq!(app.count_rows("#POST#").await, 10, "bodies");
    write(&other, 0).await.is(201);
    set_time(&app, window + MINUTE_S * 1000);
    write(&student, 12).await.is(201);
}

#[tokio::test]
async fn a_student_writes_30_comments_a_minute() {
    let app = start_with_default_limits().await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    let post = app.write_post(&student, &app.board(&student, "자유").await, "제목", true).await;
    let body = json!({ "content": "댓글", "is_anonymous": true });
    let write = |by: &Student| app.post(format!("/posts/{post}/comments")).by(by).json(&body).send();
    let window = next_window(MINUTE_S);
    for _ in 0..30 {
        set_time(&app, window + 1000);
        write(&student).await.is(201);
    }
    set_time(&app, window + 20_200);
    is_limited(&write(&student).await, 40);
    write(&other).await.is(201);
    set_time(&app, window + MINUTE_S * 1000);
    write(&student).await.is(201);
}

#[tokio::test]
async fn a_student_writes_20_messages_a_minute_and_starts_50_threads_a_day() {
    let app = start_with_default_limits().await;
    let school = app.school("가온대학교").await;
    let (student, author) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&author, "자유").await;
    let window = next_window(DAY_S);
    let start = async |number: i64| {
        set_time(&app, window + number * MINUTE_S * 1000);
        let post = app.write_post(&author, &board, &number.to_string(), true).await;
        let message = json!({ "post_id": post, "content": "안녕하세요" });
        app.post("/messages").by(&student).json(&message).send().await
    };
    let thread = start(0).await.is(201).text_at("/id");
    let write = || app.post(format!("/messages/{thread}")).by(&student).json(&json!({ "content": "?" })).send();
    for _ in 1..20 {
        write().await.is(201);
    }
    set_time(&app, window + 20_200);
    is_limited(&write().await, 40);
    let about = app.get("/messages").by(&student).send().await.at("/items/0/source/post_id");
    let again = || app.post("/messages").by(&student).json(&json!({ "post_id": about, "content": "?" })).send();
    is_limited(&again().await, 40);
    for number in 1..50 {
        start(number).await.is(201);
    }
    is_limited(&start(50).await, DAY_S - 50 * MINUTE_S);
    write().await.is(201);
    assert_eq!(again().await.is(201).text_at("/id"), thread, "the same thread");
}

#[tokio::test]
async fn a_repetition_with_an_idempotency_key_is_not_counted() {
    let two = Rate::new(2, u32::MAX);
    let limits = Limits { boards_per_user: two, posts_per_user: two, ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let once = |path: &str, key: &str, body: Value| {
        app.post(path).by(&student).header("idempotency-key", key).json(&body).send()
    };
    let board = |name: &str| json!({ "category": "일반", "name": name });
    let post = |key: &str| json!({ "title": key, "content": "내용", "is_anonymous": true });
    let mut path = String::new();
    for _ in 0..4 {
        let answer = once("/boards", "b1", board("자유")).await;
        path = format!("{}/posts", answer.is(201).header("location"));
        once(&path, "p1", post("p1")).await.is(201);
    }
    once("/boards", "b2", board("비밀")).await.is(201);
    once(&path, "p2", post("p2")).await.is(201);
    once("/boards", "b3", board("장터")).await.is_problem(429, "rate_limited");
    once(&path, "p3", post("p3")).await.is_problem(429, "rate_limited");
    once("/boards", "b2", board("비밀")).await.is(201);
    once(&path, "p2", post("p2")).await.is(201);
}

#[tokio::test]
async fn requests_of_an_ended_session_are_not_counted() {
    let app = start_with_default_limits().await;
    let student = app.student(&app.school("가온대학교").await).await;
    app.clock.set_ahead_by_millis(31 * DAY_S * 1000);
    make_board(&app, &student, "자유").await.is_problem(401, "token_invalid");
    assert!(limit_rows(&app).await.iter().all(|row| !row.contains("LIMIT#BOARDS")));
}

/// The additions of limits in `docs/data-model.md`: calls, calls in sequence, read units and write units.
#[tokio::test]
async fn limits_cost_what_the_docs_say() {
    if crate::support::external::is_used() {
        return;
    }
    let (off, on) = (TestApp::start().await, start_with_default_limits().await);
    let mut usages = Vec::new();
    for app in [&off, &on] {
        let school = app.school("가온대학교").await;
        let signed_up = app.post("/auth/signup").json(&sign_up_body(&school, "maru")).send().await;
        let logged_in = log_in(app, "maru", PASSWORD).send().await;
        let student = crate::support::harness::student_of(&logged_in);
        let board = make_board(app, &student, "자유").await;
        let post = json!({ "title": "제목", "content": "내용", "is_anonymous": true });
        let path = format!("{}/posts", board.header("location"));
        let post = app.post(path).by(&student).json(&post).send().await;
        usages.push([signed_up, logged_in, board, post].map(|answer| answer.usage));
    }
    let added: Vec<_> = usages[0]
        .iter()
        .zip(&usages[1])
        .map(|(off, on)| {
            let calls = (on.calls - off.calls, on.sequence - off.sequence);
            (calls, on.read_units - off.read_units, on.write_units - off.write_units)
        })
        .collect();
    assert_eq!(added, [((1, 0), 0.0, 1.0), ((5, 3), 0.0, 5.0), ((1, 1), 0.0, 1.0), ((1, 1), 0.0, 1.0)]);
}

#[tokio::test]
async fn friend_requests_are_limited_whether_the_recipient_exists_or_not() {
    let limits = Limits { friend_requests_per_user: Rate::new(3, u32::MAX), ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let school = app.school("가온대학교").await;
    let [student, one, other] = [app.student(&school).await, app.student(&school).await, app.student(&school).await];
    let ask = async |login_id: &str| {
        app.post("/friends/requests").by(&student).json(&json!({ "login_id": login_id })).send().await
    };
    ask(&one.login_id).await.is(201);
    ask("nobody_here").await.is_problem(404, "not_found");
    ask(&one.login_id).await.is_problem(409, "already_requested");
    for login_id in ["nobody_here", &one.login_id, &other.login_id] {
        ask(login_id).await.is_problem(429, "rate_limited");
    }
    app.audit().await;
}

#[tokio::test]
async fn reports_are_limited() {
    let limits = Limits { reports_per_user: Rate::new(1, u32::MAX), ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let school = app.school("가온대학교").await;
    let (author, student) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&author, "자유").await;
    for (title, status) in [("하나", 201), ("둘", 429)] {
        let post = app.write_post(&author, &board, title, true).await;
        app.report(&student, json!({ "post_id": post, "reason": "spam" })).await.is(status);
    }
    app.audit().await;
}

#[tokio::test]
async fn timetables_and_entries_are_limited() {
    let two = Rate::new(2, u32::MAX);
    let limits = Limits { timetables_per_user: two, entries_per_user: two, ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let path = app.timetable(&student, "하나", "private").await;
    let send = async |path: String, body: Value| app.post(path).by(&student).json(&body).send().await;
    send(format!("{path}/copy"), json!({ "name": "둘" })).await.is(201);
    send(format!("{path}/copy"), json!({ "name": "셋" })).await.is_problem(429, "rate_limited");
    let third = json!({ "semester": "2026-1", "name": "셋" });
    send("/timetables".to_owned(), third).await.is_problem(429, "rate_limited");
    for status in [201, 201, 429] {
        send(format!("{path}/entries"), json!({ "title": "동아리", "slots": [] })).await.is(status);
    }
    app.audit().await;
}

#[tokio::test]
async fn reviews_are_limited() {
    let limits = Limits { reviews_per_user: Rate::new(2, u32::MAX), ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &["M1|001|하나|3|||", "M2|001|둘|3|||", "M3|001|셋|3|||"]).await;
    let path = app.timetable(&student, "계획", "private").await;
    for (title, status) in [("하나", 201), ("둘", 201), ("셋", 429)] {
        let lecture = app.lecture(&student, title).await;
        app.enter(&student, &path, &json!({ "lecture_id": lecture })).await;
        app.post(format!("/lectures/{lecture}/reviews")).by(&student).json(&review_body()).send().await.is(status);
    }
    app.audit().await;
}

#[tokio::test]
async fn exam_infos_are_limited() {
    let limits = Limits { exam_infos_per_user: Rate::new(2, u32::MAX), ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &["M1|001|하나|3|||"]).await;
    let path = app.timetable(&student, "계획", "private").await;
    let lecture = app.lecture(&student, "하나").await;
    app.enter(&student, &path, &json!({ "lecture_id": lecture })).await;
    for (exam, status) in [("midterm", 201), ("final", 201), ("quiz", 429)] {
        let mut body = exam_info_body();
        body["exam"] = json!(exam);
        app.post(format!("/lectures/{lecture}/exam-infos")).by(&student).json(&body).send().await.is(status);
    }
    app.audit().await;
}

#[tokio::test]
async fn a_student_edits_posts_100_times_a_day() {
    let app = start_with_default_limits().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    let window = next_window(DAY_S);
    set_time(&app, window + 1000);
    let post = app.write_post(&student, &board, "제목", true).await;
    let path = format!("/posts/{post}");
    let edit = async |title: String| app.patch(&path).by(&student).json(&json!({ "title": title })).send().await;
    for number in 0..100 {
        edit(format!("제목 {number}")).await.is(200);
    }
    is_limited(&edit("제목".to_owned()).await, DAY_S - 1);
    app.audit().await;
}

#[tokio::test]
async fn a_student_requests_60_pages_of_searches_a_minute() {
    let app = start_with_default_limits().await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    let search = async |by: &Student| app.get(search_path("해바라기")).by(by).send().await;
    let window = next_window(MINUTE_S);
    for _ in 0..60 {
        set_time(&app, window + 1000);
        search(&student).await.is(200);
    }
    set_time(&app, window + 20_200);
    is_limited(&search(&student).await, 40);
    app.get(search_path("가")).by(&student).send().await.is(422);
    search(&other).await.is(200);
    set_time(&app, window + MINUTE_S * 1000);
    search(&student).await.is(200);
    app.audit().await;
}
