//! Accounts that are not verified in time (rule 16).

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{EmailDomain, Parse, School, VerificationPolicy};
use campus_core::store::PurgeSummary;
use serde_json::{Value, json};

use super::log_in;
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::faults::killer::Killer;
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{PASSWORD, Student, TestApp, sign_up_body};

const DAY_MS: i64 = 24 * 3600 * 1000;

async fn start() -> (TestApp, School, Student) {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let student = app.unverified(&school).await;
    (app, school, student)
}

/// The same, 14 days ago: an access token from the future would not be valid. The clock is stopped.
async fn start_14_days_ago() -> (TestApp, School, Student) {
    let app = TestApp::start().await;
    app.clock.stop_at_millis(app.stop_clock() - 14 * DAY_MS);
    let school = app.school_by_email("가온대학교").await;
    let student = app.unverified(&school).await;
    (app, school, student)
}

async fn delete_unverified(app: &TestApp) -> u32 {
    app.service.app.withdrawals.delete_unverified().await.unwrap()
}

#[tokio::test]
async fn an_account_that_is_not_verified_is_deleted_after_14_days() {
    let (app, school, student) = start_14_days_ago().await;
    let now = app.clock.now().as_millis() + 14 * DAY_MS;
    app.clock.stop_at_millis(now - 1000);
    let student = app.renewed(&student);
    let timetable = app.timetable(&student, "계획", "private").await;
    app.request_code(&student, &student.email).await.is(202);
    let code = app.take_code(&student.email).await;
    assert_eq!(delete_unverified(&app).await, 0);

    app.clock.stop_at_millis(now + 1);
    assert_eq!(delete_unverified(&app).await, 1);
    app.audit().await;
    app.get("/auth/me").by(&student).send().await.is_problem(401, "token_invalid");
    app.confirm_code(&student, &code).await.is_problem(401, "token_invalid");
    log_in(&app, &student.login_id, PASSWORD).await.is_problem(401, "invalid_credentials");
    assert_eq!(delete_unverified(&app).await, 0);

    app.clock.stop_at_millis(now + 40_000);
    assert_eq!(app.service.app.withdrawals.purge().await.unwrap(), PurgeSummary { finished: 1, waiting: 0 });
    let rows = app.snapshot().await.join("\n");
    let timetable = timetable.trim_start_matches("/timetables/");
    for personal in [&*student.login_id, &*student.email, &*student.nickname, timetable, "argon2id"] {
        assert!(!rows.contains(personal), "the table still has {personal}");
    }
    app.audit().await;
    // Nobody has seen the names, so they do not rest.
    app.post("/auth/signup").json(&sign_up_body(&school, &student.login_id)).send().await.is(201);
}

#[tokio::test]
async fn an_account_that_was_verified_is_never_deleted() {
    let (app, school, student) = start().await;
    app.verify_address(&student, &student.email).await;
    let by_operator = app.unverified(&school).await;
    app.service.app.logins.verify(&Parse::parse(by_operator.login_id.clone()).unwrap()).await.unwrap();
    let in_open_school = app.student(&app.school("나래대학교").await).await;
    assert_eq!(app.count_rows("UNVERIFIED#").await, 0);
    app.clock.set_ahead_by_millis(400 * DAY_MS);
    assert_eq!(delete_unverified(&app).await, 0);
    for student in [&student, &by_operator, &in_open_school] {
        log_in(&app, &student.login_id, PASSWORD).await.is(200);
    }
    app.audit().await;
}

#[tokio::test]
async fn an_account_that_has_counted_as_verified_is_never_deleted() {
    let (app, school, student) = start().await;
    let never_there = app.unverified(&school).await;
    let domains = [EmailDomain::parse("example.ac.kr".to_owned()).unwrap()];
    let set = async |policy| app.service.app.schools.set_policy(&school, policy, &domains).await.unwrap();
    set(VerificationPolicy::Open).await;
    log_in(&app, &student.login_id, PASSWORD).await.is(200);
    set(VerificationPolicy::Email).await;
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    assert_eq!(delete_unverified(&app).await, 1);
    log_in(&app, &student.login_id, PASSWORD).await.is(200);
    log_in(&app, &never_there.login_id, PASSWORD).await.is(401);
    app.audit().await;
}

#[tokio::test]
async fn a_school_that_is_open_at_the_deadline_keeps_its_accounts() {
    let (app, school, student) = start().await;
    app.service.app.schools.set_policy(&school, VerificationPolicy::Open, &[]).await.unwrap();
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    assert_eq!((delete_unverified(&app).await, app.count_rows("UNVERIFIED#").await), (0, 0));
    log_in(&app, &student.login_id, PASSWORD).await.is(200);
    app.audit().await;
}

#[tokio::test]
async fn a_withdrawal_removes_the_deadline() {
    let (app, _, student) = start().await;
    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    assert_eq!(app.count_rows("UNVERIFIED#").await, 0);
    app.audit().await;
}

#[tokio::test]
async fn a_deletion_killed_after_any_write_is_finished_by_the_next_run() {
    for writes in 0..=3 {
        let killer = Killer::default();
        let app = TestApp::start_with(|engine| killer.connection(engine), None).await;
        let school = app.school_by_email("가온대학교").await;
        for _ in 0..3 {
            app.unverified(&school).await;
        }
        app.clock.set_ahead_by_millis(15 * DAY_MS);
        killer.kill_after(writes);
        let killed = app.service.app.withdrawals.delete_unverified().await;
        killer.spare();
        assert_eq!(killed.is_err(), writes < 3, "killed after {writes} writes");
        app.audit().await;
        assert_eq!(delete_unverified(&app).await, 3 - writes);
        assert_eq!(app.count_rows("UNVERIFIED#").await, 0);
        assert_eq!(app.count_rows("PURGES").await, 3);
        app.audit().await;
    }
}

#[tokio::test]
async fn a_failed_deletion_does_not_stop_the_others() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school_by_email("가온대학교").await;
    for _ in 0..3 {
        app.unverified(&school).await;
    }
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    injector.plan("TransactWriteItems", 0, Fault::Failed, 4);
    assert!(app.service.app.withdrawals.delete_unverified().await.is_err());
    injector.mend();
    assert_eq!(app.count_rows("UNVERIFIED#").await, 1);
    assert_eq!(delete_unverified(&app).await, 1);
    app.audit().await;
}

#[tokio::test]
async fn a_partition_that_cannot_be_read_and_malformed_rows_stop_no_deletion() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school_by_email("가온대학교").await;
    for _ in 0..20 {
        app.unverified(&school).await;
    }
    for pk in (0..16).map(|shard| format!("UNVERIFIED#{shard}")).chain(["PURGES".to_owned()]) {
        let row = [("pk", pk.as_str()), ("sk", "1970-01-01T00:00:00.000Z#somebody")];
        let row = row.map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned()))).into();
        app.raw.client.put_item().table_name("campus").set_item(Some(row)).send().await.unwrap();
    }
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    injector.plan("Query", 0, Fault::Failed, usize::MAX);
    assert!(app.service.app.withdrawals.delete_unverified().await.is_err());
    assert!(injector.mend() > 0);
    let deleted = app.count_rows("PURGES").await - 1;
    assert!(deleted > 5, "{deleted} accounts in the other partitions");
    assert_eq!(usize::try_from(delete_unverified(&app).await).unwrap() + deleted, 20);
    app.clock.set_ahead_by_millis(15 * DAY_MS + 60_000);
    assert_eq!(app.service.app.withdrawals.purge().await.unwrap().finished, 20);
}

#[tokio::test]
async fn a_long_purge_leaves_time_for_unverified_accounts() {
    let injector = Lagging::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    app.unverified(&app.school_by_email("가온대학교").await).await;
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    let beside = app.beside().await;
    // The purge begins with a query.
    injector.before_next("Query", async move {
        while beside.count_rows("UNVERIFIED#").await > 0 {
            tokio::task::yield_now().await;
        }
    });
    campus_auth::function(app.service.auth.clone()).handle(json!({ "source": "aws.events" })).await.unwrap();
    assert!(injector.has_happened());
    app.audit().await;
}

#[tokio::test]
async fn either_the_verification_or_the_deletion_wins() {
    let (app, school, _) = start_14_days_ago().await;
    let signed_up_at = app.clock.now().as_millis();
    app.clock.stop_at_millis(signed_up_at + 14 * DAY_MS + 1);
    assert_eq!(delete_unverified(&app).await, 1);
    for _ in 0..8 {
        app.clock.stop_at_millis(signed_up_at);
        let student = app.unverified(&school).await;
        app.clock.stop_at_millis(signed_up_at + 14 * DAY_MS + 1);
        let student = app.renewed(&student);
        app.request_code(&student, &student.email).await.is(202);
        let code = app.take_code(&student.email).await;
        let (confirmed, deleted) = tokio::join!(app.confirm_code(&student, &code), delete_unverified(&app));
        let is_verified = confirmed.status == 200;
        assert!(is_verified || [401, 403].contains(&confirmed.status.as_u16()), "{confirmed:?}");
        assert_eq!(deleted, u32::from(!is_verified));
        log_in(&app, &student.login_id, PASSWORD).await.is(if is_verified { 200 } else { 401 });
        app.audit().await;
    }
}

#[tokio::test]
async fn runs_at_the_same_time_delete_an_account_once() {
    let (app, ..) = start().await;
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    let runs = futures_util::future::join_all((0..5).map(|_| delete_unverified(&app))).await;
    assert_eq!((runs.iter().sum::<u32>(), app.count_rows("PURGES").await), (1, 1));
    app.audit().await;
}

#[tokio::test]
async fn the_deletion_reads_no_other_accounts() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school_by_email("가온대학교").await;
    for _ in 0..3 {
        app.unverified(&school).await;
    }
    injector.record();
    assert_eq!(delete_unverified(&app).await, 0);
    assert_eq!(injector.calls(), vec!["Query"; 16], "one query for each partition, although nothing is due");
}

#[tokio::test]
async fn the_scheduled_event_deletes_unverified_accounts() {
    let (app, ..) = start().await;
    app.clock.set_ahead_by_millis(15 * DAY_MS);
    let function = campus_auth::function(app.service.auth.clone());
    assert_eq!(function.handle(json!({ "source": "aws.events" })).await.unwrap(), Value::Null);
    assert_eq!((app.count_rows("UNVERIFIED#").await, app.count_rows("PURGES").await), (0, 1));
}
