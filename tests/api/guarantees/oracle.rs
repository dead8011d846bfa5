//! Nobody can learn by asking whether somebody has an account: sign-up, verification, password reset and login-id reminder
//! answer alike for every address, with the same work (rules 16 and 17).

use std::collections::BTreeMap;

use campus_core::domain::{Parse, School};
use campus_core::store::{Limits, MailRates, Usage};
use serde_json::{Value, json};

use crate::support::harness::{Answer, PASSWORD, Student, TestApp, sign_up_body, student_of};

const DOMAIN: &str = "example.ac.kr";

/// An address of each kind, all of the same length. The last one is unknown.
const KINDS: [&str; 5] = ["verified", "no_proof", "left_us", "suspend", "nobody"];

fn address(kind: &str) -> String {
    format!("{kind:_<8}@{DOMAIN}")
}

/// What a client sees of a response, and what the service did for it. Texts that differ each time are replaced by their
/// lengths.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: Value,
    usage: Usage,
}

fn seen(answer: &Answer, address: &str) -> Seen {
    let mut headers = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in &answer.headers {
        let value = value.to_str().unwrap().to_owned();
        let value =
            if ["x-request-id", "set-cookie"].contains(&name.as_str()) { value.len().to_string() } else { value };
        headers.entry(name.as_str().to_owned()).or_default().push(value);
    }
    let mut body = if answer.text.is_empty() { Value::Null } else { answer.json() };
    mask(&mut body, address);
    Seen { status: answer.status.as_u16(), headers, body, usage: answer.usage }
}

fn mask(value: &mut Value, address: &str) {
    match value {
        Value::Object(object) => object.values_mut().for_each(|value| mask(value, address)),
        Value::Array(array) => array.iter_mut().for_each(|value| mask(value, address)),
        Value::String(text) if text == address => *text = "the address".to_owned(),
        Value::String(text) => *text = format!("{} bytes", text.len()),
        _ => {}
    }
}

/// Asserts that all addresses get the same.
fn assert_alike(what: &str, all: Vec<Seen>) {
    let unknown = all.last().unwrap();
    for (kind, one) in KINDS.iter().zip(&all) {
        assert_eq!(one, unknown, "{what}: {kind}");
    }
}

/// Signs up a student with this address.
async fn sign_up(app: &TestApp, school: &School, login_id: &str, address: &str) -> Answer {
    let mut body = sign_up_body(school, login_id);
    body["email"] = json!(address);
    app.post("/auth/signup").json(&body).send().await
}

/// A service with an account for each kind of address, except the unknown one.
async fn start() -> (TestApp, School) {
    let few = MailRates::new(5, 6);
    let many = MailRates::new(1000, 1000);
    let limits = Limits { recovery_mails_per_mailbox: few, mails_per_address: many, ..Limits::default() };
    let app = TestApp::start_with_limits(limits).await;
    app.stop_clock();
    let school = app.school_by_email("가온대학교").await;
    for kind in &KINDS[..4] {
        let address = address(kind);
        let student = student_of(sign_up(&app, &school, &format!("{kind}_0"), &address).await.is(201));
        if *kind != "no_proof" {
            app.verify_address(&student, &address).await;
        }
        match *kind {
            "left_us" => {
                let withdrawal = json!({ "password": PASSWORD });
                app.delete("/auth/me").by(&student).json(&withdrawal).send().await.is(204);
            }
            "suspend" => {
                let login_id = Parse::parse(student.login_id.clone()).unwrap();
                app.service.app.logins.suspend(&login_id).await.unwrap();
            }
            _ => {}
        }
    }
    (app, school)
}

#[tokio::test]
async fn recovery_answers_alike_for_known_and_unknown_addresses() {
    let (app, _) = start().await;
    for path in ["/auth/password-reset", "/auth/login-id-reminder", "/auth/password-reset"] {
        let mut all = Vec::new();
        for kind in KINDS {
            let answer = app.post(path).json(&json!({ "email": address(kind) })).send().await;
            all.push(seen(answer.is(202), &address(kind)));
        }
        assert_alike(path, all);
    }
    // The limits are the same, also for other spellings of an address. The last address has reached them.
    for path in ["/auth/password-reset", "/auth/login-id-reminder", "/auth/password-reset"] {
        let mut all = Vec::new();
        for kind in KINDS {
            let other = address(kind).to_uppercase().replace('@', "+X@");
            let answer = app.post(path).json(&json!({ "email": other })).send().await;
            all.push(seen(answer.is(202), &other));
        }
        assert_alike(path, all);
    }
}

#[tokio::test]
async fn sign_up_answers_alike_for_known_and_unknown_addresses() {
    let (app, school) = start().await;
    let mut all = Vec::new();
    for kind in KINDS {
        let answer = sign_up(&app, &school, &format!("{kind:_<8}_1"), &address(kind)).await;
        all.push(seen(answer.is(201), &address(kind)));
    }
    assert_alike("sign-up", all);
}

#[tokio::test]
async fn a_code_is_requested_alike_for_known_and_unknown_addresses() {
    let (app, school) = start().await;
    let mut all = Vec::new();
    for kind in KINDS {
        let own = format!("own.{kind:_<8}@{DOMAIN}");
        let student: Student = student_of(sign_up(&app, &school, &format!("{kind:_<8}_2"), &own).await.is(201));
        all.push(seen(app.request_code(&student, &address(kind)).await.is(202), &address(kind)));
    }
    assert_alike("verification", all);
}
