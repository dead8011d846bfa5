//! Verification of an address by a code (rule 16).

use std::time::Duration;

use campus_core::domain::{EmailDomain, Language, Parse, School, VerificationPolicy};
use campus_core::store::{Connection, MailContent};
use futures_util::future::join_all;
use serde_json::json;

use super::start;
use crate::support::faults::contention::Contention;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, another_code, sign_up_body, student_of};

const MINUTE_MS: i64 = 60 * 1000;
const DOMAIN: &str = "example.ac.kr";

/// Starts a service with a student whose address is in the domain of the school.
async fn start_by_email() -> (TestApp, School, Student) {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let student = app.unverified(&school).await;
    (app, school, student)
}

/// The code that was sent to the student's own address.
async fn own_code(app: &TestApp, student: &Student) -> String {
    app.request_code(student, &student.email).await.is(202);
    app.take_code(&student.email).await
}

async fn verification(app: &TestApp, student: &Student) -> serde_json::Value {
    app.get("/auth/me").by(student).send().await.is(200).at("/verification")
}

async fn withdraw(app: &TestApp, student: &Student) {
    app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
}

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
    assert_eq!((mail.to.as_str(), mail.language), (student.email.as_str(), Language::Korean));
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
    app.confirm_code(&student, &code).await.is_problem(403, "code_invalid");
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
async fn the_right_code_sent_many_times_at_once_verifies_once() {
    let (app, _, student) = start_by_email().await;
    let code = own_code(&app, &student).await;
    let answers = join_all((0..20).map(|_| app.confirm_code(&student, &code))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "code_invalid"), "{answers:?}");
    app.audit().await;
}

#[tokio::test]
async fn only_one_of_two_accounts_verifies_an_address() {
    let (app, school, student) = start_by_email().await;
    let other = app.unverified(&school).await;
    for address in ["one@example.ac.kr", "two@example.ac.kr", "three@example.ac.kr"] {
        let mut codes = Vec::new();
        for (by, spelling) in [(&student, address.to_owned()), (&other, address.to_uppercase())] {
            app.request_code(by, &spelling).await.is(202);
            codes.push(app.take_code(&spelling).await);
        }
        let (one, two) = tokio::join!(app.confirm_code(&student, &codes[0]), app.confirm_code(&other, &codes[1]));
        let (winner, loser) = if one.status == 200 { (&one, &two) } else { (&two, &one) };
        winner.is(200);
        loser.is_problem(409, "email_taken");
        app.audit().await;
    }
    assert_eq!(
        app.count_rows("EMAIL#").await,
        1 + usize::from(verification(&app, &other).await["state"] == "verified")
    );
}

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
    let told: Vec<_> = mails.iter().map(|mail| (mail.to.as_str(), &mail.content)).collect();
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
async fn a_code_requested_during_a_confirmation_leaves_no_half_state() {
    let (app, school, _) = start_by_email().await;
    for _ in 0..10 {
        let student = app.unverified(&school).await;
        let code = own_code(&app, &student).await;
        let (confirmed, requested) =
            tokio::join!(app.confirm_code(&student, &code), app.request_code(&student, "another@example.ac.kr"),);
        requested.is(202);
        let state = verification(&app, &student).await["state"].clone();
        match confirmed.status.as_u16() {
            200 => assert_eq!(state, "verified"),
            _ => {
                confirmed.is_problem(403, "code_invalid");
                assert_eq!(state, "unverified");
            }
        }
        app.take_mails().await;
        app.audit().await;
    }
}

#[tokio::test]
async fn a_confirmation_survives_changes_of_the_profile() {
    let (app, _, student) = start_by_email().await;
    let code = own_code(&app, &student).await;
    let rename = async |name: &str| app.patch("/auth/me").by(&student).json(&json!({ "name": name })).send().await;
    let (confirmed, ..) = tokio::join!(app.confirm_code(&student, &code), rename("하나"), rename("둘"), rename("셋"));
    confirmed.is(200);
    assert_eq!(verification(&app, &student).await["state"], "verified");
    app.audit().await;
}

#[tokio::test]
async fn a_withdrawal_and_a_confirmation_at_once_leave_no_address() {
    let (app, school, _) = start_by_email().await;
    for number in 0..5 {
        let student = app.unverified(&school).await;
        let code = own_code(&app, &student).await;
        let withdrawal = async {
            // The account may change between the read and the transaction.
            let body = json!({ "password": PASSWORD });
            while app.delete("/auth/me").by(&student).json(&body).send().await.status == 409 {}
        };
        let (confirmed, ()) = tokio::join!(app.confirm_code(&student, &code), withdrawal);
        assert!([200, 401, 403].contains(&confirmed.status.as_u16()), "{number}: {confirmed:?}");
        assert_eq!(app.count_rows("EMAIL#").await, 0);
        app.audit().await;
    }
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

/// Students who verify addresses, change them and withdraw, all at the same time: four share each address.
#[tokio::test]
async fn a_storm_of_verifications_leaves_a_true_table() {
    let contention = Contention::new(Duration::from_millis(3));
    let app = TestApp::start_with(|engine| contention.connection(engine), None).await;
    let school = app.school_by_email("가온대학교").await;
    let mut students = Vec::new();
    for _ in 0..24 {
        students.push(app.unverified(&school).await);
    }
    for round in 0..3 {
        // Of the students who share an address, each has a spelling of their own.
        let address = |number: usize| format!("shared{}+{number}.{round}@example.ac.kr", (number + round) % 6);
        let request = async |number: usize, student: &Student| {
            app.request_code(student, &address(number)).await;
        };
        join_all(students.iter().enumerate().map(|(number, student)| request(number, student))).await;
        let mails = app.take_mails().await;
        let confirm = async |number: usize, student: &Student| {
            let address = address(number);
            let code = mails.iter().find_map(|mail| match &mail.content {
                MailContent::VerificationCode { code, .. } if mail.to.as_str() == address => Some(code.clone()),
                _ => None,
            });
            let withdrawal = async {
                if round == 2 && number.is_multiple_of(3) {
                    app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await;
                }
            };
            let another = async {
                if number % 7 == round {
                    app.request_code(student, &student.email).await;
                }
            };
            let code = code.unwrap_or_else(|| "000000".to_owned());
            let (confirmed, (), ()) = tokio::join!(app.confirm_code(student, &code), withdrawal, another);
            assert!([200, 401, 403, 409].contains(&confirmed.status.as_u16()), "{confirmed:?}");
        };
        join_all(students.iter().enumerate().map(|(number, student)| confirm(number, student))).await;
        app.take_mails().await;
        app.audit().await;
    }
    assert!(contention.conflicts() > 0 && app.count_rows("EMAIL#").await > 0);
}
