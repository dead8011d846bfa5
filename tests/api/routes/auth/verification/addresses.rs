//! Addresses: which can be verified, to whom they belong, and what a response tells about them.

use campus_core::domain::{EmailDomain, Parse, VerificationPolicy};
use campus_core::store::{Connection, MailContent};
use serde_json::json;

use super::super::start;
use super::{MINUTE_MS, start_by_email, verification, withdraw};
use crate::support::harness::{Answer, PASSWORD, TestApp, sign_up_body, student_of};

const DOMAIN: &str = "example.ac.kr";

#[tokio::test]
async fn all_spellings_of_an_address_are_one_address() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let domains = ["gaon.ac.kr", "가온.kr"].map(|domain| EmailDomain::parse(domain.to_owned()).unwrap());
    app.service.app.schools.set_policy(&school, VerificationPolicy::Email, &domains).await.unwrap();
    let (owner, other) = (app.unverified(&school).await, app.unverified(&school).await);
    app.verify_address(&owner, "Maru@gaon.ac.kr").await;
    for spelling in ["maru@GAON.AC.KR", "maru+campus@gaon.ac.kr", "MARU+1@gaon.ac.kr", "maru@ｇａｏｎ.ac.kr"] {
        app.request_code(&other, spelling).await.is(202);
        let code = app.take_code(spelling).await;
        app.confirm_code(&other, &code).await.is_problem(409, "email_taken");
    }
    let unicode = "maru@가온.kr";
    app.verify_address(&other, unicode).await;
    let ascii = app.get("/auth/me").by(&other).send().await.text_at("/email");
    assert!(ascii.starts_with("maru@xn--"), "{ascii}");
    app.request_code(&owner, &ascii).await.is(202);
    let code = app.take_code(&ascii).await;
    app.confirm_code(&owner, &code).await.is_problem(409, "email_taken");
    // The owner may change the spelling.
    app.verify_address(&owner, "maru+new@gaon.ac.kr").await;
    assert_eq!(app.get("/auth/me").by(&owner).send().await.at("/email"), "maru+new@gaon.ac.kr");
    assert!(app.take_mails().await.is_empty(), "the mailbox is the same, so nobody has to be told");
    app.audit().await;
}

#[tokio::test]
async fn only_addresses_in_the_domains_of_the_school_can_be_verified() {
    let (app, _, student) = start_by_email().await;
    for address in ["maru@gaon.example", "maru@sub.example.ac.kr", "maru@example.ac.kr.evil.com", "example.ac.kr@ac.kr"]
    {
        app.request_code(&student, address).await.is_invalid(&[("email", "email_domain")]);
    }
    app.request_code(&student, "maru").await.is_invalid(&[("email", "invalid_format")]);
    assert!(app.take_mails().await.is_empty());
}

#[tokio::test]
async fn the_policy_of_the_school_decides_whether_an_address_can_be_verified() {
    let (app, school, student) = start_by_email().await;
    let domain = EmailDomain::parse(DOMAIN.to_owned()).unwrap();
    let set = async |policy, domains: &[EmailDomain]| {
        app.service.app.schools.set_policy(&school, policy, domains).await.unwrap();
    };
    set(VerificationPolicy::Manual, &[]).await;
    app.request_code(&student, &student.email).await.is_problem(403, "manual_verification");
    set(VerificationPolicy::Open, &[]).await;
    app.request_code(&student, &student.email).await.is_invalid(&[("email", "email_domain")]);
    assert!(app.take_mails().await.is_empty());
    set(VerificationPolicy::Open, &[domain]).await;
    app.verify_address(&student, &student.email).await;
    app.audit().await;
}

#[tokio::test]
async fn a_verified_address_need_not_be_verified_again() {
    let (app, _, student) = start_by_email().await;
    app.verify_address(&student, &student.email).await;
    app.request_code(&student, &student.email).await.is_problem(409, "already_verified");
    app.post("/auth/verification").by(&student).send().await.is_problem(409, "already_verified");
    assert!(app.take_mails().await.is_empty());
}

#[tokio::test]
async fn a_student_whom_an_operator_has_verified_can_verify_an_address() {
    let (app, _, student) = start_by_email().await;
    let login_id = Parse::parse(student.login_id.clone()).unwrap();
    assert!(app.service.app.logins.verify(&login_id).await.unwrap());
    assert_eq!(app.count_rows("EMAIL#").await, 0, "an operator claims no address");
    assert_eq!(app.count_rows("UNVERIFIED#").await, 0);
    app.verify_address(&student, &student.email).await;
    app.audit().await;
}

#[tokio::test]
async fn a_changed_address_is_free_and_is_told_once_the_new_one_is_verified() {
    let (app, school, student) = start_by_email().await;
    let other = app.unverified(&school).await;
    let (old, new) = (student.email.as_str(), "new@example.ac.kr");
    app.verify_address(&student, old).await;
    app.request_code(&student, new).await.is(202);
    let code = app.take_code(new).await;
    assert_eq!(verification(&app, &student).await["email"], old, "the old address stays until then");
    app.request_code(&other, old).await.is(202);
    let others = app.take_code(old).await;
    app.confirm_code(&other, &others).await.is_problem(409, "email_taken");

    assert_eq!(app.confirm_code(&student, &code).await.is(200).at("/email"), new);
    let mails = app.take_mails().await;
    let told: Vec<_> = mails.iter().map(|mail| (mail.to.address().unwrap().as_str(), &mail.content)).collect();
    assert_eq!(told, [(old, &MailContent::AddressReplaced)]);
    app.confirm_code(&other, &others).await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn sign_up_is_alike_for_known_and_unknown_addresses() {
    let (app, school, student) = start_by_email().await;
    app.verify_address(&student, &student.email).await;
    let sign_up = async |login_id: &str, address: &str| {
        let mut body = sign_up_body(&school, login_id);
        body["email"] = json!(address);
        app.post("/auth/signup").json(&body).send().await
    };
    let shape = |answer: &Answer| {
        let user = answer.is(201).at("/user");
        let fields: Vec<_> = user.as_object().unwrap().keys().cloned().collect();
        (answer.headers.keys().cloned().collect::<Vec<_>>(), fields, user["verification"].clone(), answer.usage.calls)
    };
    let unknown = sign_up("bada", "unknown@example.ac.kr").await;
    let known = sign_up("dasom", &student.email).await;
    let again = sign_up("narae", "unknown@example.ac.kr").await;
    assert_eq!(shape(&known), shape(&unknown));
    assert_eq!(shape(&again), shape(&unknown));
    app.audit().await;
}

#[tokio::test]
async fn a_request_for_a_code_is_alike_for_known_and_unknown_addresses() {
    let (app, school, student) = start_by_email().await;
    let other = app.unverified(&school).await;
    app.verify_address(&student, &student.email).await;
    app.stop_clock();
    let mut answers = Vec::new();
    for address in [&student.email, "unknown@example.ac.kr"] {
        let answer = app.request_code(&other, address).await;
        answers.push((answer.is(202).text.clone(), answer.usage));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn nobody_can_occupy_the_address_of_somebody_else() {
    let (app, school, squatter) = start_by_email().await;
    let mut body = sign_up_body(&school, "owner");
    body["email"] = json!(squatter.email);
    let owner = student_of(app.post("/auth/signup").json(&body).send().await.is(201));
    // The squatter has asked for a code, too, but cannot read it.
    app.request_code(&squatter, &squatter.email).await.is(202);
    app.take_mails().await;
    app.verify_address(&owner, &squatter.email).await;
    assert_eq!(verification(&app, &squatter).await["state"], "unverified");
    app.audit().await;
}

#[tokio::test]
async fn the_address_of_a_withdrawn_student_rests_for_30_days() {
    const DAY_MS: i64 = 24 * 3600 * 1000;
    let (app, school, student) = start_by_email().await;
    app.verify_address(&student, &student.email).await;
    let other = app.unverified(&school).await;
    let withdrawn_at = app.stop_clock() - 30 * DAY_MS;
    app.clock.stop_at_millis(withdrawn_at);
    withdraw(&app, &student).await;
    for (later_ms, status) in [(0, 409), (30 * DAY_MS - 1000, 409), (30 * DAY_MS + 1000, 200)] {
        app.clock.stop_at_millis(withdrawn_at + later_ms);
        app.request_code(&other, &student.email.to_uppercase()).await.is(202);
        let code = app.take_code(&student.email.to_uppercase()).await;
        let confirmed = app.confirm_code(&other, &code).await;
        if status == 409 {
            confirmed.is_problem(409, "address_resting");
        }
        confirmed.is(status);
        app.audit().await;
    }
}

#[tokio::test]
async fn the_table_does_not_tell_which_addresses_rest() {
    let (app, _, student) = start_by_email().await;
    app.verify_address(&student, &student.email).await;
    let now = app.stop_clock();
    withdraw(&app, &student).await;
    assert_eq!(app.count_rows("RESTING#").await, 3, "login id, nickname and address");
    app.clock.stop_at_millis(now + MINUTE_MS);
    app.service.app.withdrawals.purge().await.unwrap();
    assert!(!app.snapshot().await.join("\n").contains(&student.email));
}

#[tokio::test]
async fn an_address_that_is_not_verified_does_not_rest() {
    let (app, student) = start().await;
    withdraw(&app, &student).await;
    assert_eq!(app.count_rows("RESTING#").await, 2);
}

/// A new account counts less for a while, from its verification on.
#[tokio::test]
async fn a_student_who_changes_the_address_stays_verified_since_the_first_time() {
    let (app, school, student) = start_by_email().await;
    let by_operator = app.unverified(&school).await;
    let now = app.stop_clock();
    app.clock.stop_at_millis(now - MINUTE_MS);
    app.verify_address(&student, &student.email).await;
    app.verified(&by_operator).await;
    let before = verification(&app, &student).await["verified_at"].clone();
    app.clock.stop_at_millis(now);
    for (by, address) in
        [(&student, "NEW@example.ac.kr"), (&student, "new@example.ac.kr"), (&by_operator, "b@example.ac.kr")]
    {
        app.verify_address(by, address).await;
        let expected = json!({ "state": "verified", "email": address, "verified_at": before });
        assert_eq!(verification(&app, by).await, expected);
        app.take_mails().await;
    }
    app.audit().await;
}

/// Deletes the row of a verified address, without the service.
async fn delete_address(app: &TestApp, address: &str) {
    let Connection { client, table } = &app.raw;
    let attribute = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let delete = client.delete_item().table_name(table).key("sk", attribute("EMAIL"));
    delete.key("pk", attribute(&format!("EMAIL#{address}"))).send().await.unwrap();
}

#[tokio::test]
async fn a_missing_row_of_the_address_stops_neither_another_address_nor_the_withdrawal() {
    let (app, _, student) = start_by_email().await;
    app.verify_address(&student, "one@example.ac.kr").await;
    delete_address(&app, "one@example.ac.kr").await;
    app.verify_address(&student, "two@example.ac.kr").await;
    app.audit().await;
    delete_address(&app, "two@example.ac.kr").await;
    withdraw(&app, &student).await;
    app.audit().await;
}

#[tokio::test]
async fn a_withdrawal_does_not_delete_the_address_of_another_student() {
    let (app, school, student) = start_by_email().await;
    let other = app.unverified(&school).await;
    app.verify_address(&student, &student.email).await;
    delete_address(&app, &student.email).await;
    app.verify_address(&other, &student.email).await;
    let answer = app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await;
    assert_eq!((answer.status.as_u16(), app.count_rows("EMAIL#").await), (409, 1), "{answer:?}");
}
