//! Locking out the owner of an account by trying passwords, and getting around the limits with a device token.

use campus_core::store::{FailedLogins, Limits, Rate};
use serde_json::{Value, json};

use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::{Answer, Call, PASSWORD, Student, TestApp, student_of};

/// The network that the attacker and the owner share.
const CAMPUS: &str = "203.0.113.7";
const DAY_MS: i64 = 24 * 3600 * 1000;

fn log_in<'a>(app: &'a TestApp, login_id: &str, password: &str, device_token: Option<&str>) -> Call<'a> {
    let mut body = json!({ "login_id": login_id, "password": password });
    if let Some(token) = device_token {
        body["device_token"] = json!(token);
    }
    app.post("/auth/login").json(&body).from(CAMPUS)
}

/// Tries wrong passwords until there is a wait. Returns their number.
async fn fire(app: &TestApp, login_id: &str, device_token: Option<&str>) -> usize {
    let mut shots = 0;
    loop {
        let answer = log_in(app, login_id, "a wrong password", device_token).send().await;
        if answer.status == 429 {
            return shots;
        }
        answer.is_problem(401, "invalid_credentials");
        shots += 1;
    }
}

/// The value of the device cookie that the response sets.
fn device_cookie(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.filter_map(|cookie| cookie.strip_prefix("__Host-campus_device=")).next().unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Strict");
    value.to_owned()
}

/// The owner of an account, whose client logged in before.
struct Owner {
    student: Student,
    password: String,
    device_token: String,
}

impl Owner {
    async fn sign_up(app: &TestApp) -> Self {
        let student = app.student(&app.school("가온대학교").await).await;
        let login = log_in(app, &student.login_id, PASSWORD, None).send().await;
        let device_token = login.is(200).text_at("/device_token");
        Self { student: student_of(&login), password: PASSWORD.to_owned(), device_token }
    }

    async fn log_in(&mut self, app: &TestApp) {
        let Self { student, password, device_token } = self;
        let answer = log_in(app, &student.login_id, password, Some(device_token)).send().await;
        self.student = student_of(answer.is(200));
        self.device_token = answer.text_at("/device_token");
    }

    async fn change_password(&mut self, app: &TestApp, new: String) {
        let body = json!({ "current_password": self.password, "new_password": new });
        let answer = app.put("/auth/me/password").by(&self.student).json(&body).from(CAMPUS).send().await;
        self.device_token = device_cookie(answer.is(204));
        self.password = new;
    }
}

async fn start() -> (TestApp, Owner) {
    start_with(Limits::default()).await
}

async fn start_with(limits: Limits) -> (TestApp, Owner) {
    let app = TestApp::start_with_limits(limits).await;
    app.stop_clock();
    let owner = Owner::sign_up(&app).await;
    (app, owner)
}

#[tokio::test]
async fn for_60_seconds_an_attacker_on_the_same_network_fires_at_each_end_of_a_wait_and_the_owner_always_gets_in() {
    let (app, mut owner) = start().await;
    // Access tokens are verified by the clock of the system, so the time of the test ends at the present.
    let start = app.stop_clock() - 60_000;
    let login_id = owner.student.login_id.clone();
    let mut shots = 0;
    for at in (0..=60_000).step_by(500) {
        app.clock.stop_at_millis(start + at);
        shots += fire(&app, &login_id, None).await;
        if at % 6_000 == 0 {
            owner.log_in(&app).await;
        }
        if at % 15_000 == 7_000 {
            owner.change_password(&app, format!("nine otters juggle {at}")).await;
            owner.log_in(&app).await;
        }
    }
    assert_eq!(shots, 5 + 5, "5 without a wait, and after 1, 2, 4, 8 and 16 seconds");
    // A device without a token has to wait with the attacker.
    log_in(&app, &login_id, &owner.password, None).send().await.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn a_refused_login_is_429_also_if_the_table_fails_to_take_its_attempt_back() {
    let injector = FaultInjector::new();
    let everywhere = FailedLogins { free: 1, ..FailedLogins::default() };
    let limits = Limits { failed_logins_everywhere: everywhere, ..Limits::default() };
    let app = TestApp::start_with(|engine| injector.connection(engine), Some(limits)).await;
    app.stop_clock();
    let body = json!({ "login_id": "nobody", "password": "a wrong password" });
    app.post("/auth/login").json(&body).from(CAMPUS).send().await.is_problem(401, "invalid_credentials");
    // The attempt is counted for its network, refused for the login id, and taken back.
    injector.plan("PutItem", 2, Fault::Failed, usize::MAX);
    app.post("/auth/login").json(&body).from("198.51.100.9").send().await.is_problem(429, "rate_limited");
    assert!(injector.mend() > 0);
}

#[tokio::test]
async fn failed_logins_do_not_reach_password_checks_in_sessions() {
    let (app, owner) = start().await;
    let other = app.log_in(&owner.student.login_id).await;
    fire(&app, &owner.student.login_id, None).await;
    let withdraw = |by: &Student, password: &str| {
        app.delete("/auth/me").by(by).json(&json!({ "password": password })).from(CAMPUS).send()
    };
    // Wrong passwords in a session make only this session wait.
    for _ in 0..5 {
        withdraw(&other, "a wrong password").await.is_problem(403, "wrong_password");
    }
    withdraw(&other, PASSWORD).await.is_problem(429, "rate_limited");
    let change = json!({ "current_password": PASSWORD, "new_password": "nine otters juggle" });
    app.put("/auth/me/password").by(&owner.student).json(&change).send().await.is(204);
    withdraw(&owner.student, "nine otters juggle").await.is(204);
    // Nor do wrong passwords in sessions count as failed logins.
    let school = app.school("나래대학교").await;
    let student = app.student(&school).await;
    for _ in 0..5 {
        withdraw(&student, "a wrong password").await.is(403);
    }
    log_in(&app, &student.login_id, PASSWORD, None).send().await.is(200);
}

#[tokio::test]
async fn an_attacker_who_uses_up_the_logins_of_a_network_does_not_lock_out_known_devices() {
    let limits = Limits { logins_per_address: Rate::new(3, u32::MAX), ..Limits::default() };
    let (app, mut owner) = start_with(limits).await;
    for login_id in ["nobody_1", "nobody_2"] {
        log_in(&app, login_id, "a wrong password", None).send().await.is(401);
    }
    log_in(&app, &owner.student.login_id, PASSWORD, None).send().await.is_problem(429, "rate_limited");
    owner.log_in(&app).await;
}

#[tokio::test]
async fn an_attacker_with_many_networks_is_slowed_down_and_does_not_lock_out_known_devices() {
    let failed_logins_everywhere = FailedLogins { free: 10, first_wait_s: 60, ..FailedLogins::default() };
    let (app, mut owner) = start_with(Limits { failed_logins_everywhere, ..Limits::default() }).await;
    let start = app.stop_clock();
    let login_id = owner.student.login_id.clone();
    let from = |network: u8| {
        let login = log_in(&app, &login_id, "a wrong password", None);
        login.from(&format!("198.51.100.{network}")).send()
    };
    for network in 0..10 {
        from(network).await.is_problem(401, "invalid_credentials");
    }
    for network in 0..20 {
        from(network).await.is_problem(429, "rate_limited");
    }
    owner.log_in(&app).await;
    // The refused attempts did not count for their networks: network 11 still has its five.
    app.clock.stop_at_millis(start + 61_000);
    log_in(&app, &login_id, PASSWORD, None).from("198.51.100.11").send().await.is(200);
    for _ in 0..5 {
        from(11).await.is_problem(401, "invalid_credentials");
    }
    from(11).await.is_problem(429, "rate_limited");
    from(12).await.is_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn failed_logins_of_a_device_count_for_this_device_only() {
    let (app, mut owner) = start().await;
    let start = app.stop_clock();
    let login_id = owner.student.login_id.clone();
    let second = log_in(&app, &login_id, PASSWORD, None).send().await.is(200).text_at("/device_token");
    assert_eq!(fire(&app, &login_id, Some(&second)).await, 5);
    // Each login returns a new token for the same device, so an older token has the same counter.
    app.clock.stop_at_millis(start + 2_000);
    let renewed = log_in(&app, &login_id, PASSWORD, Some(&second)).send().await.is(200).text_at("/device_token");
    assert_ne!(renewed, second);
    assert_eq!(fire(&app, &login_id, Some(&renewed)).await, 5);
    assert_eq!(fire(&app, &login_id, Some(&second)).await, 0);
    owner.log_in(&app).await;
    log_in(&app, &login_id, PASSWORD, None).send().await.is(200);
}

#[tokio::test]
async fn a_device_token_is_for_one_account_and_one_password_and_180_days() {
    let (app, mut owner) = start().await;
    let start = app.stop_clock();
    let login_id = owner.student.login_id.clone();
    let other = app.student(&app.school("나래대학교").await).await;
    let foreign = log_in(&app, &other.login_id, PASSWORD, None).send().await.is(200).text_at("/device_token");
    fire(&app, &login_id, None).await;
    let refused = async |token: &str| {
        log_in(&app, &login_id, PASSWORD, Some(token)).send().await.is_problem(429, "rate_limited");
    };
    let altered = format!("A{}", &owner.device_token[1..]);
    for token in [&foreign, &altered, &owner.student.refresh_token, &owner.student.token, "", "x"] {
        refused(token).await;
    }
    let before_the_change = owner.device_token.clone();
    owner.change_password(&app, "nine otters juggle".to_owned()).await;
    refused(&before_the_change).await;
    owner.log_in(&app).await;

    let last = owner.device_token.clone();
    app.clock.stop_at_millis(start + 180 * DAY_MS - 1000);
    fire(&app, &login_id, None).await;
    owner.log_in(&app).await;
    app.clock.stop_at_millis(start + 180 * DAY_MS + 1000);
    fire(&app, &login_id, None).await;
    log_in(&app, &login_id, &owner.password, Some(&last)).send().await.is_problem(429, "rate_limited");
}

#[tokio::test]
async fn a_device_token_is_also_a_cookie_and_the_body_takes_precedence() {
    let (app, owner) = start().await;
    let login_id = &owner.student.login_id;
    let cookie = format!("__Host-campus_device={}", owner.device_token);
    fire(&app, login_id, None).await;
    let login = log_in(&app, login_id, PASSWORD, None).header("cookie", &cookie).send().await;
    assert_eq!(device_cookie(login.is(200)), login.text_at("/device_token"));
    let with_both = log_in(&app, login_id, PASSWORD, Some("x")).header("cookie", &cookie).send().await;
    with_both.is_problem(429, "rate_limited");
    for twice in [format!("{cookie}; {cookie}"), format!("__Host-campus_device=;{cookie}")] {
        let answer = log_in(&app, login_id, PASSWORD, Some(&owner.device_token)).header("cookie", &twice).send().await;
        answer.is_problem(400, "duplicate_cookie");
    }
}

#[tokio::test]
async fn a_sign_up_makes_the_device_known_and_a_refresh_does_not() {
    let app = TestApp::start_with_limits(Limits::default()).await;
    app.stop_clock();
    let school = app.school("가온대학교").await;
    let body = crate::support::harness::sign_up_body(&school, "maru");
    let sign_up = app.post("/auth/signup").json(&body).send().await;
    let device_token = sign_up.is(201).text_at("/device_token");
    assert_eq!(device_cookie(&sign_up), device_token);
    fire(&app, "maru", None).await;
    log_in(&app, "maru", PASSWORD, Some(&device_token)).send().await.is(200);
    let refresh = json!({ "refresh_token": sign_up.text_at("/refresh_token") });
    let refreshed = app.post("/auth/refresh").json(&refresh).send().await;
    assert_eq!(refreshed.is(200).at("/device_token"), Value::Null);
    assert_eq!(refreshed.headers.get_all("set-cookie").iter().count(), 1);
}

#[tokio::test]
async fn a_device_token_opens_nothing_but_a_login() {
    let (app, owner) = start().await;
    let token = &owner.device_token;
    let bearer = format!("Bearer {token}");
    app.get("/auth/me").header("authorization", &bearer).send().await.is_problem(401, "token_invalid");
    for path in ["/auth/refresh", "/auth/logout"] {
        let answer = app.post(path).json(&json!({ "refresh_token": token })).send().await;
        answer.is_problem(401, "refresh_token_invalid");
    }
    let cursor = app.get(format!("/boards?cursor={token}")).by(&owner.student).send().await;
    cursor.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn an_unknown_login_id_with_a_device_token_is_answered_like_a_wrong_password_with_a_foreign_one() {
    let (app, owner) = start().await;
    let now = app.stop_clock();
    app.student(&app.school("나래대학교").await).await;
    let mut all: Vec<Vec<Value>> = Vec::new();
    for login_id in ["student_2", "nobody"] {
        let mut answers = Vec::new();
        for at in [0, 0, 0, 0, 0, 10, 1_010] {
            app.clock.stop_at_millis(now + at);
            let answer = log_in(&app, login_id, "a wrong password", Some(&owner.device_token)).send().await;
            let mut body = answer.json();
            body["request_id"].take();
            answers.push(json!([body, answer.header("retry-after"), format!("{:?}", answer.usage)]));
        }
        all.push(answers);
    }
    assert_eq!(all[0], all[1]);
}
