//! Changing one's account, and leaving.

use std::collections::HashMap;
use std::sync::Arc;

use argon2::PasswordHasher;
use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::store::{Connection, Purged};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::faults::killer::Killer;
use crate::faults::lagging::Lagging;
use crate::faults::wire::{Fault, Wire};
use crate::harness::{Answer, PASSWORD, Student, TestApp, one_succeeds, sign_up_body, student_of};
use crate::world::review_body;

const DAY_MS: i64 = 24 * 3600 * 1000;

async fn edit(app: &TestApp, by: &Student, body: &Value) -> Answer {
    app.patch("/auth/me").by(by).json(body).send().await
}

async fn withdraw(app: &TestApp, by: &Student, password: &str) -> Answer {
    app.delete("/auth/me").by(by).json(&json!({ "password": password })).send().await
}

async fn change_password(app: &TestApp, by: &Student, current: &str, new: &str) -> Answer {
    let body = json!({ "current_password": current, "new_password": new });
    app.put("/auth/me/password").by(by).json(&body).send().await
}

async fn log_in(app: &TestApp, student: &Student, password: &str) -> Answer {
    app.post("/auth/login").json(&json!({ "login_id": student.login_id, "password": password })).send().await
}

async fn start() -> (TestApp, Student) {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    (app, student)
}

#[tokio::test]
async fn an_edit_changes_what_it_names() {
    let (app, student) = start().await;
    let edited = edit(&app, &student, &json!({ "name": "김마루", "admission_year": 2020 })).await;
    assert_eq!((edited.is(200).at("/name"), edited.at("/admission_year")), (json!("김마루"), json!(2020)));
    assert_eq!(edited.at("/nickname"), json!(student.nickname));
    assert!(edited.text_at("/updated_at") > edited.text_at("/created_at"));
    assert_eq!(app.get("/auth/me").by(&student).send().await.json(), edited.json());
    assert_eq!(edit(&app, &student, &json!({ "admission_year": null })).await.at("/admission_year"), json!(2020));
    assert_eq!(edit(&app, &student, &json!({ "name": null })).await.is(200).at("/name"), json!(null));
    edit(&app, &student, &json!({ "nickname": "a b", "role": "admin", "name": 7 })).await.is_invalid(&[
        ("nickname", "invalid_characters"),
        ("role", "unknown_field"),
        ("name", "wrong_type"),
    ]);
}

#[tokio::test]
async fn a_nickname_changes_freely_once_and_then_once_in_30_days() {
    let (app, student) = start().await;
    app.clock.set_ahead_by_millis(-31 * DAY_MS);
    edit(&app, &student, &json!({ "nickname": "첫째" })).await.is(200);
    app.clock.set_ahead_by_millis(-DAY_MS - 5_000);
    edit(&app, &student, &json!({ "nickname": "둘째" })).await.is_problem(409, "nickname_locked");
    edit(&app, &student, &json!({ "nickname": "첫째", "name": "김마루" })).await.is(200);
    app.clock.set_ahead_by_millis(-DAY_MS + 5_000);
    edit(&app, &student, &json!({ "nickname": "둘째" })).await.is(200);
    edit(&app, &student, &json!({ "nickname": "셋째" })).await.is_problem(409, "nickname_locked");
}

#[tokio::test]
async fn a_changed_nickname_is_unique_frees_the_old_one_and_shows_at_once() {
    let (app, student) = start().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let other = app.student(&school).await;
    let board = app.board(&student, "자유").await;
    let post = app.write_post(&student, &board, "제목", false).await;
    edit(&app, &student, &json!({ "nickname": other.nickname })).await.is_problem(409, "nickname_taken");
    edit(&app, &student, &json!({ "nickname": "새이름" })).await.is(200);
    for shown in [
        app.get(format!("/posts/{post}")).by(&other).send().await.at("/author/name"),
        app.get(format!("/boards/{board}/posts")).by(&other).send().await.at("/items/0/author/name"),
    ] {
        assert_eq!(shown, json!("새이름"));
    }
    edit(&app, &other, &json!({ "nickname": student.nickname })).await.is(200);
    assert_eq!(app.count_rows("#NICKNAME#").await, 2);
}

#[tokio::test]
async fn of_many_who_want_one_nickname_at_once_one_gets_it() {
    let app = Arc::new(TestApp::start().await);
    let school = app.school("가온대학교").await;
    let mut attempts = Vec::new();
    for _ in 0..8 {
        let (app, student) = (app.clone(), app.student(&school).await);
        attempts.push(tokio::spawn(async move { edit(&app, &student, &json!({ "nickname": "인기" })).await }));
    }
    one_succeeds(attempts, "nickname_taken").await;
    assert_eq!(app.count_rows("#NICKNAME#").await, 8);
    app.audit().await;
}

#[tokio::test]
async fn changing_the_password_needs_the_current_one_and_ends_the_other_sessions() {
    let (app, student) = start().await;
    let other = student_of(&log_in(&app, &student, PASSWORD).await);
    let before = app.snapshot().await;
    change_password(&app, &student, "a wrong password", "nine otters juggle").await.is_problem(403, "wrong_password");
    change_password(&app, &student, PASSWORD, "password1234").await.is_invalid(&[("new_password", "common_password")]);
    assert_eq!(app.snapshot().await, before);
    assert_eq!(change_password(&app, &student, PASSWORD, "nine otters juggle").await.is(204).text, "");

    log_in(&app, &student, PASSWORD).await.is_problem(401, "invalid_credentials");
    log_in(&app, &student, "nine otters juggle").await.is(200);
    edit(&app, &other, &json!({})).await.is_problem(401, "token_invalid");
    edit(&app, &student, &json!({})).await.is(200);
    let refresh =
        |student: &Student| app.post("/auth/refresh").json(&json!({ "refresh_token": student.refresh_token }));
    refresh(&other).send().await.is_problem(401, "refresh_token_invalid");
    refresh(&student).send().await.is(200);
}

#[tokio::test]
async fn whoever_logs_in_just_before_the_password_changes_is_logged_out_as_well() {
    let wire = Lagging::new();
    let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
    let student = app.student(&app.school("가온대학교").await).await;
    let (beside, same) = (app.beside().await, student.clone());
    let (tell, told) = oneshot::channel();
    wire.before_next("TransactWriteItems", async move {
        tell.send(student_of(&log_in(&beside, &same, PASSWORD).await)).ok();
    });
    change_password(&app, &student, PASSWORD, "nine otters juggle").await.is(204);
    edit(&app, &told.await.unwrap(), &json!({})).await.is_problem(401, "token_invalid");
    edit(&app, &student, &json!({})).await.is(200);
}

#[tokio::test]
async fn the_new_password_is_not_the_login_id() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let answer = app.post("/auth/signup").json(&sign_up_body(&school, "otter_juggler")).send().await;
    let changed = change_password(&app, &student_of(&answer), PASSWORD, "Otter_Juggler").await;
    changed.is_invalid(&[("new_password", "same_as_login_id")]);
}

/// A hash of the password with these parameters.
fn hash_with(memory: u32, passes: u32) -> String {
    let params = argon2::Params::new(memory, passes, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
}

#[tokio::test]
async fn a_hash_of_old_parameters_is_made_anew_at_the_next_login() {
    let (app, student) = start().await;
    let connection = app.engine.connection();
    let old = hash_with(8192, 1);
    let key = AttributeValue::S(format!("LOGIN#{}", student.login_id));
    let update = connection.client.update_item().table_name("campus").key("pk", key.clone());
    let update = update.key("sk", AttributeValue::S("LOGIN".into())).update_expression("SET password_hash = :hash");
    update.expression_attribute_values(":hash", AttributeValue::S(old)).send().await.unwrap();
    let stored = async || {
        let rows = app.rows().await;
        rows.iter().find(|row| row["pk"] == key).unwrap()["password_hash"].as_s().unwrap().clone()
    };
    log_in(&app, &student, "a wrong password").await.is_problem(401, "invalid_credentials");
    assert!(stored().await.contains("m=8192,t=1,p=1"));
    log_in(&app, &student, PASSWORD).await.is(200);
    let fresh = stored().await;
    assert!(fresh.contains("m=19456,t=2,p=1"));
    log_in(&app, &student, PASSWORD).await.is(200);
    assert_eq!(stored().await, fresh, "it is made anew once");
}

#[tokio::test]
async fn withdrawal_asks_for_the_password() {
    let (app, student) = start().await;
    let before = app.snapshot().await;
    withdraw(&app, &student, "a wrong password").await.is_problem(403, "wrong_password");
    app.delete("/auth/me").by(&student).json(&json!({})).send().await.is_invalid(&[("password", "required")]);
    app.delete("/auth/me").by(&student).send().await.is_problem(415, "unsupported_media_type");
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn after_withdrawal_tokens_and_login_stop_and_the_names_are_free_at_once() {
    let (app, student) = start().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let other_session = student_of(&log_in(&app, &student, PASSWORD).await);
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
    log_in(&app, &student, PASSWORD).await.is_problem(401, "invalid_credentials");
    withdraw(&app, &student, PASSWORD).await.is_problem(401, "token_invalid");
    let again = json!({
        "school_id": school.id, "login_id": student.login_id, "password": PASSWORD, "admission_year": 2024,
        "email": student.email, "nickname": student.nickname,
    });
    let again = app.post("/auth/signup").json(&again).send().await;
    assert_ne!(again.is(201).text_at("/user/id"), student.id);
}

#[tokio::test]
async fn who_is_known_under_nothing_can_leave_as_well() {
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
async fn what_the_withdrawn_wrote_stays_named_things_unknown_and_anonymous_ones_anonymous() {
    let (app, student) = start().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let reader = app.student(&school).await;
    let board = app.board(&student, "자유").await;
    let (named, anonymous) =
        (app.write_post(&student, &board, "이름", false).await, app.write_post(&student, &board, "익명", true).await);
    withdraw(&app, &student, PASSWORD).await.is(204);
    let author = async |post: String| app.get(format!("/posts/{post}")).by(&reader).send().await.at("/author");
    assert_eq!(author(named).await, json!({ "kind": "withdrawn", "name": "(알수없음)" }));
    assert_eq!(author(anonymous).await, json!({ "kind": "anonymous", "name": "익명" }));
}

/// Puts the lecture into a new timetable, and reviews it; gives the paths of the timetable and the review.
async fn take_and_review(app: &TestApp, by: &Student) -> (String, String) {
    let timetable = app.timetable(by, "계획", "friends").await;
    let lecture = app.lecture(by, "확률과정론").await;
    app.enter(by, &timetable, &json!({ "lecture_id": lecture })).await;
    let review = app.post(format!("/lectures/{lecture}/reviews")).by(by).json(&review_body()).send().await;
    (timetable, review.is(201).header("location").to_owned())
}

/// A student with some of everything that is to be purged, who has also liked what is to keep the like.
async fn rich_student(app: &TestApp) -> Student {
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
    edit(app, &student, &json!({ "name": "김마루" })).await.is(200);
    app.befriend(&student, &other).await;
    app.ask(&app.student(&school).await, &student).await;
    app.import(&school, &["M1|001|확률과정론|3|이상열||"]).await;
    let (timetable, _) = take_and_review(app, &student).await;
    app.share(&student, &timetable).await;
    let (_, review) = take_and_review(app, &other).await;
    app.post(format!("{review}/like")).by(&student).send().await.is(200);
    student
}

/// Keys of the rows, with the ids in them that differ from service to service left out.
async fn shape(app: &TestApp) -> HashMap<String, usize> {
    let mut shape = HashMap::new();
    for row in app.rows().await {
        let key = format!("{} {}", row["pk"].as_s().unwrap(), row["sk"].as_s().unwrap());
        let words = key.split([' ', '#']).filter(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '-'));
        *shape.entry(words.collect::<Vec<_>>().join("#")).or_default() += 1;
    }
    shape
}

#[tokio::test]
async fn the_purge_deletes_all_that_is_the_students_own_after_half_a_minute() {
    let app = TestApp::start().await;
    let student = rich_student(&app).await;
    withdraw(&app, &student, PASSWORD).await.is(204);
    app.audit().await;
    let purge = async || app.desk.app.withdrawals.purge().await.unwrap();
    assert_eq!(purge().await, Purged { finished: 0, waiting: 1 });
    app.clock.set_ahead_by_millis(31_000);
    assert_eq!(purge().await, Purged { finished: 1, waiting: 0 });
    let left = app.rows().await;
    let own: Vec<_> =
        left.iter().filter(|row| row["pk"].as_s().unwrap().ends_with(&format!("#USER#{}", student.id))).collect();
    let mut kinds: Vec<_> = own.iter().map(|row| row["sk"].as_s().unwrap().split('#').next().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["LIKE", "LIKE", "MARK", "MARK", "REVIEWLIKE", "WITHDRAWN"]);
    assert!(own.iter().all(|row| !row.contains_key("scrapped_at")));
    let text = format!("{left:?}");
    for personal in [&student.login_id, &student.email, &student.nickname, "김마루"] {
        assert!(!text.contains(personal), "{personal} is left");
    }
    assert_eq!(text.matches("argon2id").count(), 2, "the other students'");
    let settled = app.snapshot().await;
    assert_eq!(purge().await, Purged::default());
    assert_eq!(app.snapshot().await, settled, "purging again does nothing");
    app.audit().await;
}

/// Three scraps, of which one is tried again without its post, which is gone; three pins, three keys, three last posts,
/// three own posts and two rows of a commenter; a shelf with a timetable and its link, a friend, a request; a lecture that
/// was taken and reviewed; the purge itself.
const PURGE_WRITES: u32 = 24;

#[tokio::test]
async fn a_purge_killed_after_any_of_its_writes_is_finished_by_the_next() {
    let finished = {
        let app = TestApp::start().await;
        let student = rich_student(&app).await;
        withdraw(&app, &student, PASSWORD).await.is(204);
        app.clock.set_ahead_by_millis(31_000);
        app.desk.app.withdrawals.purge().await.unwrap();
        shape(&app).await
    };
    for writes in 0..=PURGE_WRITES {
        let killer = Killer::default();
        let app = TestApp::start_with(|engine| killer.connection(engine), None).await;
        let student = rich_student(&app).await;
        withdraw(&app, &student, PASSWORD).await.is(204);
        app.clock.set_ahead_by_millis(31_000);
        killer.kill_after(writes);
        let killed = app.desk.app.withdrawals.purge().await;
        killer.spare();
        assert_eq!(killed.is_err(), writes < PURGE_WRITES, "{writes}");
        app.desk.app.withdrawals.purge().await.unwrap();
        assert_eq!(shape(&app).await, finished, "killed after {writes} writes");
        app.audit().await;
    }
}

#[tokio::test]
async fn a_purge_that_fails_keeps_no_other_waiting() {
    let wire = Wire::new();
    let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    for _ in 0..2 {
        let student = app.student(&school).await;
        withdraw(&app, &student, PASSWORD).await.is(204);
    }
    app.clock.set_ahead_by_millis(31_000);
    wire.plan("DeleteItem", 0, Fault::Failed, 4);
    assert!(app.desk.app.withdrawals.purge().await.is_err());
    assert_eq!((wire.mend(), app.count_rows("PURGES").await), (4, 1));
    assert_eq!(app.desk.app.withdrawals.purge().await.unwrap(), Purged { finished: 1, waiting: 0 });
    app.audit().await;
}

#[tokio::test]
async fn the_schedule_purges() {
    let app = TestApp::start().await;
    let student = rich_student(&app).await;
    withdraw(&app, &student, PASSWORD).await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    let function = campus_auth::function(app.desk.auth.clone());
    let event = json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "123456789012", "time": "2026-11-22T16:00:00Z",
        "region": "ap-northeast-2", "resources": ["arn:aws:events:ap-northeast-2:123456789012:rule/purge"], "detail": {},
    });
    assert_eq!(function.answer(event).await.unwrap(), Value::Null);
    assert_eq!(app.count_rows("PURGES").await, 0);
    assert_eq!(app.count_rows(&format!("#USER#{}", student.id)).await, 6, "the tombstone, and likes");
}
