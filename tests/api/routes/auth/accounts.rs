//! Sign-up and login.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::log_in;
use crate::support::harness::{Answer, PASSWORD, TestApp, one_succeeds, sign_up_body, student_of};

async fn sign_up(app: &TestApp, body: &Value) -> Answer {
    app.post("/auth/signup").json(body).send().await
}

#[tokio::test]
async fn sign_up_creates_an_account_and_a_session() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let mut body = sign_up_body(&school, "Maru_1");
    body["name"] = json!("김마루");
    let answer = sign_up(&app, &body).await;
    answer.is(201);
    assert_eq!(answer.header("location"), "/auth/me");
    assert_eq!(answer.at("/token_type"), "Bearer");
    assert_eq!(answer.at("/expires_in"), 600);
    let user = answer.at("/user");
    assert_eq!(user["login_id"], "maru_1");
    assert_eq!(user["email"], "Maru_1@example.ac.kr");
    assert_eq!(user["name"], "김마루");
    assert_eq!(user["admission_year"], 2024);
    assert_eq!(user["role"], "student");
    assert_eq!(user["school"], json!({ "id": school.id, "name": "가온대학교" }));
    assert_eq!(user["created_at"], user["updated_at"]);

    let me = app.get("/auth/me").by(&student_of(&answer)).send().await;
    assert_eq!(me.is(200).json(), user);
}

#[tokio::test]
async fn neither_passwords_nor_refresh_tokens_are_stored() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let answer = sign_up(&app, &sign_up_body(&school, "maru")).await;
    let refresh_token = answer.text_at("/refresh_token");
    assert_eq!(refresh_token.len(), 155, "three ids, a number and two secrets of 256 bits");
    let secrets = BASE64_URL_SAFE_NO_PAD.decode(&refresh_token).unwrap().split_off(52);
    let rows = app.snapshot().await.join("\n");
    for secret in [&secrets[..32], &secrets[32..]] {
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in [BASE64_URL_SAFE_NO_PAD.encode(secret), BASE64_STANDARD_NO_PAD.encode(secret), hex] {
            assert!(!rows.contains(&text));
        }
        assert!(!rows.contains(&format!("{secret:x?}")));
    }
    assert!(!rows.contains(&refresh_token[115..]));
    assert!(!rows.contains(PASSWORD) && !answer.text.contains(PASSWORD));
    assert!(rows.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "the parameters of the hash");
    assert!(!answer.text.contains("argon2"));
}

#[tokio::test]
async fn login_ids_and_nicknames_are_unique() {
    let app = TestApp::start().await;
    let (school, other) = (app.school("가온대학교").await, app.school("나래대학교").await);
    sign_up(&app, &sign_up_body(&school, "maru")).await.is(201);
    let before = app.snapshot().await;
    let with = |field: &str, value: &str| {
        let mut body = sign_up_body(&school, "sora");
        body[field] = json!(value);
        body
    };
    for (body, code) in [
        (with("login_id", "MARU"), "login_id_taken"),
        (with("login_id", "ｍａｒｕ"), "login_id_taken"),
        (with("nickname", "MARU"), "nickname_taken"),
        (with("nickname", "ma\u{200D}ru"), "nickname_taken"),
    ] {
        sign_up(&app, &body).await.is_problem(409, code);
    }
    assert_eq!(app.snapshot().await, before, "a refused sign-up writes nothing");

    let mut elsewhere = sign_up_body(&other, "sora");
    elsewhere["nickname"] = json!("maru");
    sign_up(&app, &elsewhere).await.is(201);
    elsewhere["login_id"] = json!("maru");
    sign_up(&app, &elsewhere).await.is_problem(409, "login_id_taken");
}

#[tokio::test]
async fn sign_up_needs_an_existing_school() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let mut body = sign_up_body(&school, "maru");
    body["school_id"] = json!(uuid::Uuid::now_v7());
    sign_up(&app, &body).await.is_invalid(&[("school_id", "no_such_thing")]);
    body["school_id"] = json!("hongik");
    sign_up(&app, &body).await.is_invalid(&[("school_id", "invalid_format")]);
}

#[tokio::test]
async fn each_field_of_a_sign_up_is_validated() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    for (field, value, code) in [
        ("login_id", json!("abc"), "too_short"),
        ("login_id", json!("a".repeat(21)), "too_long"),
        ("login_id", json!("maru-1"), "invalid_characters"),
        ("password", json!("123456789"), "too_short"),
        ("password", json!("가".repeat(129)), "too_long"),
        ("password", json!("password1234"), "common_password"),
        ("password", json!("qlalfqjsgh"), "common_password"),
        ("password", json!("dkssudgktpdy"), "common_password"),
        ("email", json!("maru"), "invalid_format"),
        ("email", json!(format!("{}@example.kr", "a".repeat(250))), "too_long"),
        ("nickname", json!("마"), "too_short"),
        ("nickname", json!("마루는강쪽으로난창문"), ""),
        ("nickname", json!("마루는강쪽으로난창문들"), "too_long"),
        ("nickname", json!("마 루"), "invalid_characters"),
        ("nickname", json!("마\u{202E}루"), "invalid_characters"),
        ("nickname", json!("\u{200D}\u{200D}"), "invalid_characters"),
        ("email", json!(format!("a@{}.kr", "\u{FDFA}".repeat(20))), "invalid_format"),
        ("name", json!("\u{0007}종"), "invalid_characters"),
        ("name", json!(""), "too_short"),
        ("admission_year", json!(1949), "out_of_range"),
        ("admission_year", json!(2999), "out_of_range"),
        ("admission_year", json!("2024"), "wrong_type"),
        ("admission_year", json!(2024.5), "wrong_type"),
    ] {
        let mut body = sign_up_body(&school, "maru");
        body[field] = value.clone();
        let answer = sign_up(&app, &body).await;
        match code {
            "" => drop(answer.is(201)),
            code => answer.is_invalid(&[(field, code)]),
        }
    }
}

#[tokio::test]
async fn the_password_cannot_be_the_login_id() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let mut body = sign_up_body(&school, "otter_juggler");
    body["password"] = json!("OTTER_juggler");
    sign_up(&app, &body).await.is_invalid(&[("password", "same_as_login_id")]);
}

#[tokio::test]
async fn a_64_character_passphrase_is_checked_to_its_last_character() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let passphrase: String = "밤비탈길 otter juggles 🌶 ".chars().cycle().take(64).collect();
    let mut body = sign_up_body(&school, "maru");
    body["password"] = json!(passphrase);
    sign_up(&app, &body).await.is(201);
    log_in(&app, "maru", &passphrase).await.is(200);
    let mut changed = passphrase.clone();
    let last = changed.pop().unwrap();
    changed.push(if last == 'x' { 'y' } else { 'x' });
    log_in(&app, "maru", &changed).await.is_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn login_ignores_the_case_of_the_login_id_and_starts_another_session() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let first = sign_up(&app, &sign_up_body(&school, "maru")).await;
    let second = log_in(&app, "MARU", PASSWORD).await;
    second.is(200);
    assert_eq!(second.at("/user"), first.at("/user"));
    assert_ne!(second.at("/access_token"), first.at("/access_token"));
    assert_ne!(second.at("/refresh_token"), first.at("/refresh_token"));
    for session in [&first, &second] {
        app.post("/boards").by(&student_of(session)).json(&json!({})).send().await.is(422);
    }
}

/// Counts the new spans with this name.
pub struct SpanCounter {
    pub name: &'static str,
    pub count: Arc<AtomicUsize>,
}

impl<S: tracing::Subscriber> Layer<S> for SpanCounter {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == self.name {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn an_unknown_login_id_and_a_wrong_password_get_the_same_response() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    sign_up(&app, &sign_up_body(&school, "maru")).await.is(201);
    let mut answers = HashSet::new();
    // If there were only one subscriber, another test's thread, which has none, could disable the span for all threads.
    let _second_subscriber = tracing::Dispatch::new(tracing_subscriber::registry());
    for login_id in ["maru", "nobody"] {
        let count = Arc::new(AtomicUsize::new(0));
        let counter = SpanCounter { name: "argon2", count: count.clone() };
        let subscriber = tracing_subscriber::registry().with(counter);
        let answer = log_in(&app, login_id, "a wrong password").with_subscriber(subscriber).await;
        answer.is_problem(401, "invalid_credentials");
        assert_eq!(count.load(Ordering::Relaxed), 1, "{login_id}: one hash is computed either way");
        let mut body = answer.json();
        body["request_id"].take();
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        answers.insert(format!("{} {headers:?} {body}", answer.status));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn login_does_not_apply_the_rules_for_new_passwords() {
    let app = TestApp::start().await;
    log_in(&app, "nobody", "short").await.is_problem(401, "invalid_credentials");
    log_in(&app, "nobody", "").await.is_invalid(&[("password", "too_short")]);
    log_in(&app, "nobody", &"x".repeat(129)).await.is_invalid(&[("password", "too_long")]);
}

#[tokio::test]
async fn of_100_concurrent_sign_ups_with_one_login_id_one_succeeds() {
    let app = Arc::new(TestApp::start().await);
    let school = app.school("가온대학교").await;
    let attempts: Vec<_> = (0..100)
        .map(|number| {
            let (app, mut body) = (app.clone(), sign_up_body(&school, "maru"));
            let case = |(at, c): (usize, char)| if number >> at & 1 == 1 { c.to_ascii_uppercase() } else { c };
            body["login_id"] = json!("maru".chars().enumerate().map(case).collect::<String>());
            body["email"] = json!(format!("maru{number}@example.ac.kr"));
            body["nickname"] = json!(format!("마루{number}"));
            tokio::spawn(async move {
                loop {
                    let answer = sign_up(&app, &body).await;
                    // On a busy machine, 100 hashes take longer than a request may take. A client then retries.
                    if answer.status != 503 {
                        return answer;
                    }
                }
            })
        })
        .collect();
    one_succeeds(attempts, "login_id_taken").await;
    for (rows, expected) in [("LOGIN#", 2), ("#NICKNAME#", 1), ("#USER#", 2)] {
        assert_eq!(app.count_rows(rows).await, expected, "{rows}");
    }
    app.audit().await;
}

#[tokio::test]
async fn a_token_of_a_deleted_account_is_401() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    for row in app.rows().await {
        if row["sk"].as_s().unwrap() == "PROFILE" {
            let connection = app.engine.connection();
            let delete = connection.client.delete_item().table_name("campus");
            delete.key("pk", row["pk"].clone()).key("sk", row["sk"].clone()).send().await.unwrap();
        }
    }
    app.get("/auth/me").by(&student).send().await.is_problem(401, "token_invalid");
}
