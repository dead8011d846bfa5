//! Codes: what they confirm, when they expire, and how many guesses they allow.

use campus_core::domain::Language;
use campus_core::store::{Connection, MailContent};
use futures_util::future::join_all;
use serde_json::json;

use super::{MINUTE_MS, own_code, start_by_email, verification};
use crate::support::harness::{another_code, student_of};

#[tokio::test]
async fn a_code_verifies_the_address_of_the_account() {
    let (app, _, student) = start_by_email().await;
    let now = app.stop_clock();
    let requested = app.post("/auth/verification").by(&student).send().await;
    let at = |ms| campus_core::domain::Time::from_millis(now + ms).to_string();
    let expected = json!({ "expires_at": at(10 * MINUTE_MS), "resend_after": at(MINUTE_MS) });
    assert_eq!(requested.is(202).json(), expected);
    assert_eq!(verification(&app, &student).await["state"], "unverified");
    let mails = app.take_mails().await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.to.address().unwrap().as_str(), mail.language), (student.email.as_str(), Language::Korean));
    let MailContent::VerificationCode { code, expires_at } = &mail.content else { panic!("{mail:?}") };
    assert_eq!(expires_at.to_string(), at(10 * MINUTE_MS));
    let confirmed = app.confirm_code(&student, code).await;
    assert_eq!(confirmed.is(200).at("/verification/state"), "verified");
    let expected = json!({ "state": "verified", "email": student.email, "verified_at": at(0) });
    assert_eq!(verification(&app, &student).await, expected);
    assert_eq!(confirmed.json(), app.get("/auth/me").by(&student).send().await.json());
    // The token of the sign-up says that the account is unverified, and the next one does not.
    assert!(!student.caller().is_verified);
    let refreshed = app.post("/auth/refresh").json(&json!({ "refresh_token": student.refresh_token })).send().await;
    assert!(student_of(refreshed.is(200)).caller().is_verified);
    app.audit().await;
}

#[tokio::test]
async fn a_code_is_sent_in_the_language_of_the_request() {
    let (app, _, student) = start_by_email().await;
    app.post("/auth/verification").by(&student).header("accept-language", "en").json(&json!({})).send().await.is(202);
    assert_eq!(app.take_mails().await.remove(0).language, Language::English);
}

#[tokio::test]
async fn the_table_does_not_hold_the_code() {
    let (app, _, student) = start_by_email().await;
    app.request_code(&student, &student.email).await.is(202);
    let rows = app.snapshot().await;
    let code = app.take_code(&student.email).await;
    let is_code = |word: &str| word == code;
    assert!(!rows.iter().any(|row| row.split(|c: char| !c.is_ascii_alphanumeric()).any(is_code)));
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_a_right_one_works_once() {
    let (app, _, student) = start_by_email().await;
    app.confirm_code(&student, "000000").await.is_problem(403, "code_invalid");
    let code = own_code(&app, &student).await;
    app.confirm_code(&student, &another_code(&code)).await.is_problem(403, "code_invalid");
    for malformed in ["", "12345", "12345a"] {
        app.confirm_code(&student, malformed).await.is_invalid(&[("code", "invalid_format")]);
    }
    app.confirm_code(&student, &format!(" {} {}\n", &code[..3], &code[3..])).await.is(200);
    app.confirm_code(&student, &another_code(&code)).await.is_problem(403, "code_invalid");
    app.audit().await;
}

#[tokio::test]
async fn the_right_code_sent_again_returns_the_account_until_it_expires() {
    let (app, _, student) = start_by_email().await;
    let now = app.stop_clock();
    app.clock.stop_at_millis(now - 10 * MINUTE_MS);
    let code = own_code(&app, &student).await;
    for _ in 0..4 {
        app.confirm_code(&student, &another_code(&code)).await.is_problem(403, "code_invalid");
    }
    let confirmed = app.confirm_code(&student, &code).await.is(200).json();
    let before = app.snapshot().await;
    app.clock.stop_at_millis(now - 1000);
    for _ in 0..3 {
        assert_eq!(app.confirm_code(&student, &code).await.is(200).json(), confirmed);
        app.confirm_code(&student, &another_code(&code)).await.is_problem(403, "code_invalid");
    }
    assert_eq!(app.snapshot().await, before, "a code verifies once");
    app.clock.stop_at_millis(now);
    app.confirm_code(&student, &code).await.is_problem(403, "code_invalid");
    app.clock.stop_at_millis(now - 1000);
    app.request_code(&student, "new@example.ac.kr").await.is(202);
    if app.take_code("new@example.ac.kr").await != code {
        app.confirm_code(&student, &code).await.is_problem(403, "code_invalid");
    }
    app.audit().await;
}

#[tokio::test]
async fn a_code_expires_after_10_minutes() {
    let (app, _, student) = start_by_email().await;
    let now = app.stop_clock();
    app.clock.stop_at_millis(now - 10 * MINUTE_MS);
    let code = own_code(&app, &student).await;
    app.clock.stop_at_millis(now);
    app.confirm_code(&student, &code).await.is_problem(403, "code_invalid");
    app.clock.stop_at_millis(now - 1000);
    app.confirm_code(&student, &code).await.is(200);
}

#[tokio::test]
async fn another_code_replaces_the_one_before() {
    let (app, _, student) = start_by_email().await;
    let first = own_code(&app, &student).await;
    let second = own_code(&app, &student).await;
    if first != second {
        app.confirm_code(&student, &first).await.is_problem(403, "code_invalid");
    }
    app.confirm_code(&student, &second).await.is(200);
}

#[tokio::test]
async fn a_code_is_bound_to_the_account_and_the_address() {
    let (app, school, student) = start_by_email().await;
    let other = app.unverified(&school).await;
    let code = own_code(&app, &student).await;
    let others = own_code(&app, &other).await;
    if code != others {
        app.confirm_code(&other, &code).await.is_problem(403, "code_invalid");
    }
    // A code for another address replaces this one, so no code can confirm an address to which it was not sent.
    app.request_code(&student, "elsewhere@example.ac.kr").await.is(202);
    let elsewhere = app.take_code("elsewhere@example.ac.kr").await;
    let confirmed = app.confirm_code(&student, &elsewhere).await;
    assert_eq!(confirmed.is(200).at("/email"), "elsewhere@example.ac.kr");
    assert_eq!(confirmed.at("/verification/email"), "elsewhere@example.ac.kr");
    app.audit().await;
}

#[tokio::test]
async fn a_code_has_five_guesses_also_at_once() {
    let (app, _, student) = start_by_email().await;
    for at_once in [1, 50] {
        let code = own_code(&app, &student).await;
        let wrong = another_code(&code);
        let guess = async || app.confirm_code(&student, &wrong).await;
        if at_once == 1 {
            for _ in 0..4 {
                guess().await.is_problem(403, "code_invalid");
            }
        } else {
            let guesses = join_all((0..at_once).map(|_| guess())).await;
            for answer in guesses {
                answer.is_problem(403, "code_invalid");
            }
            let mut counters: Vec<_> = app.rows().await.into_iter().filter_map(guesses_of_code).collect();
            counters.sort_unstable();
            assert_eq!(counters, ["4", "5"], "no guess after the fifth is counted, or compared");
            app.confirm_code(&student, &code).await.is_problem(403, "code_invalid");
            assert_eq!(verification(&app, &student).await["state"], "unverified");
        }
    }
    let code = own_code(&app, &student).await;
    app.confirm_code(&student, &code).await.is(200);
    app.audit().await;
}

/// The number of guesses in the row, if it counts those of a code.
fn guesses_of_code(row: crate::support::table::Row) -> Option<String> {
    let is_counter = row["sk"].as_s().unwrap().starts_with("LIMIT#CODE#");
    is_counter.then(|| row["n"].as_n().unwrap().clone())
}

#[tokio::test]
async fn nothing_but_a_post_confirms_a_code() {
    let (app, _, student) = start_by_email().await;
    let code = own_code(&app, &student).await;
    let before = app.snapshot().await;
    for path in ["/auth/verification".to_owned(), format!("/auth/verification/confirm?code={code}")] {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            app.call(method.parse().unwrap(), &path).by(&student).send().await.is(405);
        }
    }
    let in_query =
        app.post(format!("/auth/verification/confirm?code={code}")).by(&student).json(&json!({})).send().await;
    in_query.is(422);
    assert_eq!(app.snapshot().await, before);
    app.confirm_code(&student, &code).await.is(200);
}

#[tokio::test]
async fn a_code_of_a_row_that_dynamodb_has_not_deleted_yet_is_expired() {
    let (app, _, student) = start_by_email().await;
    let code = own_code(&app, &student).await;
    let Connection { client, table } = &app.raw;
    let row = app.rows().await.into_iter().find(|row| row["sk"].as_s().unwrap() == "CODE").unwrap();
    let update = client.update_item().table_name(table).key("pk", row["pk"].clone()).key("sk", row["sk"].clone());
    let past = aws_sdk_dynamodb::types::AttributeValue::N("1".to_owned());
    update.update_expression("SET expires_at = :past").expression_attribute_values(":past", past).send().await.unwrap();
    app.confirm_code(&student, &code).await.is_problem(403, "code_invalid");
}
