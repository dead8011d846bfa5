//! Withdrawal and the purge (rule 15).

use std::collections::HashMap;

use campus_core::store::{Connection, PurgeSummary};
use serde_json::{Value, json};

use super::{log_in, start};
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::faults::killer::Killer;
use crate::support::fixture::review_body;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp, student_of};

async fn withdraw(app: &TestApp, by: &Student, password: &str) -> Answer {
    app.delete("/auth/me").by(by).json(&json!({ "password": password })).send().await
}

#[tokio::test]
async fn a_withdrawal_needs_the_password() {
    let (app, student) = start().await;
    let before = app.snapshot().await;
    withdraw(&app, &student, "a wrong password").await.is_problem(403, "wrong_password");
    app.delete("/auth/me").by(&student).json(&json!({})).send().await.is_invalid(&[("password", "required")]);
    app.delete("/auth/me").by(&student).send().await.is_problem(415, "unsupported_media_type");
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_withdrawal_ends_tokens_and_login_at_once() {
    let (app, student) = start().await;
    let other_session = student_of(&log_in(&app, &student.login_id, PASSWORD).await);
    withdraw(&app, &student, PASSWORD).await.is(204);
    for session in [&student, &other_session] {
        app.get("/auth/me").by(session).send().await.is_problem(401, "token_invalid");
        app.post("/boards")
            .by(session)
            .json(&json!({ "category": "일반", "name": "자유" }))
            .send()
            .await
            .is_problem(401, "token_invalid");
        let refresh = app.post("/auth/refresh").json(&json!({ "refresh_token": session.refresh_token })).send().await;
        refresh.is_problem(401, "refresh_token_invalid");
    }
    log_in(&app, &student.login_id, PASSWORD).await.is_problem(401, "invalid_credentials");
    withdraw(&app, &student, PASSWORD).await.is_problem(401, "token_invalid");
}

#[tokio::test]
async fn a_user_without_user_handles_can_withdraw() {
    let (app, student) = start().await;
    let Connection { client, table } = &app.raw;
    for row in app.rows().await.into_iter().filter(|row| row["sk"].as_s().unwrap() == "PERSON") {
        let delete = client.delete_item().table_name(table).key("pk", row["pk"].clone()).key("sk", row["sk"].clone());
        delete.send().await.unwrap();
    }
    withdraw(&app, &student, PASSWORD).await.is(204);
    app.audit().await;
}

#[tokio::test]
async fn after_a_withdrawal_named_posts_have_an_unknown_author_and_anonymous_posts_stay_anonymous() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let reader = app.student(&school).await;
    let board = app.board(&student, "자유").await;
    let (named, anonymous) =
        (app.write_post(&student, &board, "이름", false).await, app.write_post(&student, &board, "익명", true).await);
    withdraw(&app, &student, PASSWORD).await.is(204);
    let author = async |post: String| app.get(format!("/posts/{post}")).by(&reader).send().await.at("/author");
    assert_eq!(author(named).await, json!({ "kind": "withdrawn", "name": "(알수없음)" }));
    assert_eq!(author(anonymous).await, json!({ "kind": "anonymous", "name": "익명" }));
}

/// Adds the lecture to a new timetable and reviews it. Returns the paths of the timetable and of the review.
async fn take_and_review(app: &TestApp, by: &Student) -> (String, String) {
    let timetable = app.timetable(by, "계획", "friends").await;
    let lecture = app.lecture(by, "확률과정론").await;
    app.enter(by, &timetable, &json!({ "lecture_id": lecture })).await;
    let review = app.post(format!("/lectures/{lecture}/reviews")).by(by).json(&review_body()).send().await;
    (timetable, review.is(201).header("location").to_owned())
}

/// Creates a student with data of every kind that the purge deletes or keeps.
async fn student_with_data(app: &TestApp) -> Student {
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    let board = app.board(&other, "남의 것").await;
    for title in ["남는 글", "지울 글"] {
        let post = app.write_post(&other, &board, title, true).await;
        app.post(format!("/posts/{post}/like")).by(&student).send().await.is(200);
        app.put(format!("/posts/{post}/scrap")).by(&student).send().await.is(204);
        let comment = app.write_comment(&other, &post, "댓글", None).await;
        app.post(format!("/comments/{comment}/like")).by(&student).send().await.is(200);
        app.write_comment(&student, &post, "답글", Some(&comment)).await;
        if title == "지울 글" {
            app.delete(format!("/posts/{post}")).by(&other).send().await.is(204);
        }
    }
    let scrapped = app.write_post(&other, &board, "담기만 한 글", true).await;
    app.put(format!("/posts/{scrapped}/scrap")).by(&student).send().await.is(204);
    for name in ["하나", "둘", "셋"] {
        let body = json!({ "category": "일반", "name": name });
        let board = app.post("/boards").by(&student).header("idempotency-key", name).json(&body).send().await;
        app.put(format!("{}/pin", board.is(201).header("location"))).by(&student).send().await.is(204);
        app.write_post(&student, &board.text_at("/id"), name, name == "하나").await;
    }
    let post = app.write_post(&other, &board, "쪽지를 받을 글", true).await;
    app.write_about(&student, json!({ "post_id": post }), "안녕하세요").await;
    app.patch("/auth/me").by(&student).json(&json!({ "name": "김마루" })).send().await.is(200);
    app.befriend(&student, &other).await;
    app.ask(&app.student(&school).await, &student).await;
    app.import(&school, &["M1|001|확률과정론|3|이상열||"]).await;
    let (timetable, _) = take_and_review(app, &student).await;
    app.share(&student, &timetable).await;
    let (_, review) = take_and_review(app, &other).await;
    app.post(format!("{review}/like")).by(&student).send().await.is(200);
    student
}

/// Counts the rows by the constant words of their keys. The ids, which differ from service to service, are left out.
async fn row_kinds(app: &TestApp) -> HashMap<String, usize> {
    let mut kinds = HashMap::new();
    for row in app.rows().await {
        let key = format!("{} {}", row["pk"].as_s().unwrap(), row["sk"].as_s().unwrap());
        let words = key.split([' ', '#']).filter(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '-'));
        *kinds.entry(words.collect::<Vec<_>>().join("#")).or_default() += 1;
    }
    kinds
}

#[tokio::test]
async fn the_purge_deletes_the_rest_of_the_users_data_after_30_seconds() {
    let app = TestApp::start().await;
    let student = student_with_data(&app).await;
    withdraw(&app, &student, PASSWORD).await.is(204);
    app.audit().await;
    let purge = async || app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!(purge().await, PurgeSummary { finished: 0, waiting: 1 });
    app.clock.set_ahead_by_millis(31_000);
    assert_eq!(purge().await, PurgeSummary { finished: 1, waiting: 0 });
    let rows = app.rows().await;
    let own: Vec<_> =
        rows.iter().filter(|row| row["pk"].as_s().unwrap().ends_with(&format!("#USER#{}", student.id))).collect();
    let mut kinds: Vec<_> = own.iter().map(|row| row["sk"].as_s().unwrap().split('#').next().unwrap()).collect();
    kinds.sort_unstable();
    let kept = ["COMMENTED", "COMMENTED", "INBOX", "LIKE", "LIKE", "MARK", "MARK", "MARK", "REVIEWLIKE", "WITHDRAWN"];
    assert_eq!(kinds, kept);
    let text = format!("{rows:?}");
    for personal in [&student.login_id, &student.email, &student.nickname, "김마루"] {
        assert!(!text.contains(personal), "the table still has {personal}");
    }
    assert_eq!(text.matches("argon2id").count(), 2, "the hashes of the other students");
    let purged = app.snapshot().await;
    assert_eq!(purge().await, PurgeSummary::default());
    assert_eq!(app.snapshot().await, purged, "another run writes nothing");
    app.audit().await;
}

/// How many writes the purge of [`student_with_data`] makes.
///
/// - 3 each for scraps, pins, idempotency keys, last posts and own posts
/// - 1 each for the semester with its timetable and share link, the friendship, the friend request, the taken lecture,
///   the own review, the started thread and the purge itself
const PURGE_WRITES: u32 = 22;

#[tokio::test]
async fn a_purge_killed_after_any_write_is_finished_by_the_next_run() {
    let finished = {
        let app = TestApp::start().await;
        let student = student_with_data(&app).await;
        withdraw(&app, &student, PASSWORD).await.is(204);
        app.clock.set_ahead_by_millis(31_000);
        app.service.app.withdrawals.purge().await.unwrap();
        row_kinds(&app).await
    };
    for writes in 0..=PURGE_WRITES {
        let killer = Killer::default();
        let app = TestApp::start_with(|engine| killer.connection(engine), None).await;
        let student = student_with_data(&app).await;
        withdraw(&app, &student, PASSWORD).await.is(204);
        app.clock.set_ahead_by_millis(31_000);
        killer.kill_after(writes);
        let killed = app.service.app.withdrawals.purge().await;
        killer.spare();
        assert_eq!(killed.is_err(), writes < PURGE_WRITES, "killed after {writes} writes");
        app.service.app.withdrawals.purge().await.unwrap();
        assert_eq!(row_kinds(&app).await, finished, "killed after {writes} writes");
        app.audit().await;
    }
}

#[tokio::test]
async fn a_failed_purge_does_not_stop_other_purges() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    for _ in 0..2 {
        let student = app.student(&school).await;
        withdraw(&app, &student, PASSWORD).await.is(204);
    }
    app.clock.set_ahead_by_millis(31_000);
    injector.plan("DeleteItem", 0, Fault::Failed, 4);
    assert!(app.service.app.withdrawals.purge().await.is_err());
    assert_eq!((injector.mend(), app.count_rows("PURGES").await), (4, 1));
    assert_eq!(app.service.app.withdrawals.purge().await.unwrap(), PurgeSummary { finished: 1, waiting: 0 });
    app.audit().await;
}

#[tokio::test]
async fn the_scheduled_event_runs_the_purges() {
    let app = TestApp::start().await;
    let student = student_with_data(&app).await;
    withdraw(&app, &student, PASSWORD).await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    let function = campus_auth::function(app.service.auth.clone());
    let event = json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "123456789012", "time": "2026-11-22T16:00:00Z",
        "region": "ap-northeast-2", "resources": ["arn:aws:events:ap-northeast-2:123456789012:rule/purge"], "detail": {},
    });
    assert_eq!(function.handle(event).await.unwrap(), Value::Null);
    assert_eq!(app.count_rows("PURGES").await, 0);
    assert_eq!(
        app.count_rows(&format!("#USER#{}", student.id)).await,
        10,
        "the row of the withdrawn user, and the rows that the purge keeps"
    );
}
