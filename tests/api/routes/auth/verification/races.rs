//! Requests about the same code, address or account at the same time.

use std::time::Duration;

use campus_core::store::MailContent;
use futures_util::future::join_all;
use serde_json::json;

use super::{own_code, start_by_email, verification};
use crate::support::faults::contention::Contention;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

#[tokio::test]
async fn the_right_code_sent_many_times_at_once_verifies_once() {
    let (app, _, student) = start_by_email().await;
    let code = own_code(&app, &student).await;
    let answers = join_all((0..20).map(|_| app.confirm_code(&student, &code))).await;
    let confirmed: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(Answer::json).collect();
    assert!(!confirmed.is_empty() && confirmed.iter().all(|account| *account == confirmed[0]), "{confirmed:?}");
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.code() == "code_invalid"), "{answers:?}");
    app.audit().await;
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

/// Students who verify addresses, change them and withdraw, all at the same time: four share each address.
#[tokio::test]
async fn many_verifications_at_once_leave_a_consistent_table() {
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
                MailContent::VerificationCode { code, .. }
                    if mail.to.address().is_some_and(|to| to.as_str() == address) =>
                {
                    Some(code.clone())
                }
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
