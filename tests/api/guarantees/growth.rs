//! The size of rows. Lists without a limit consist of many rows. A list within a row has a limit, so that the row stays
//! far below the 400 KB that DynamoDB allows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{Parse, Policies, Policy, PolicyText, PolicyVersion};
use campus_local::Engine;
use serde_json::{Value, json};

use crate::support::fixture::{Fixture, Who, exam_info_body, review_body};
use crate::support::gallery::{store_in, upload};
use crate::support::harness::{PASSWORD, Student, TestApp, connection, subscription_body};
use crate::support::operations;

/// The size of a value in bytes, by the rules of DynamoDB.
fn size_of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.len() / 2 + 2,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::L(list) => 3 + list.iter().map(|one| 1 + size_of(one)).sum::<usize>(),
        AttributeValue::M(map) => 3 + map.iter().map(|(name, one)| 1 + name.len() + size_of(one)).sum::<usize>(),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|number| number.len() / 2 + 2).sum(),
        AttributeValue::Bs(list) => list.iter().map(|bytes| bytes.as_ref().len()).sum(),
        _ => 1,
    }
}

fn row_size(row: &HashMap<String, AttributeValue>) -> usize {
    row.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

/// Whether the value contains a list, a set, or a map whose keys are not attribute names.
fn contains_list(value: &AttributeValue) -> bool {
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match value {
        AttributeValue::M(map) => !map.keys().all(is_name) || map.values().any(contains_list),
        AttributeValue::L(_) | AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => true,
        _ => false,
    }
}

/// The kind of a row: the last word of its partition key, and the first of its sort key.
fn kind(row: &HashMap<String, AttributeValue>) -> String {
    let words = |name: &str| {
        let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        row[name].as_s().unwrap().split('#').filter(is_word).map(str::to_owned).collect::<Vec<_>>()
    };
    let (pk, sk) = (words("pk"), words("sk"));
    [pk.last(), sk.first()].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
}

/// A text of this many characters, four bytes each.
fn long(characters: usize) -> String {
    "🏫".repeat(characters)
}

/// Imports policies of the maximum length in both languages.
async fn import_policies(app: &TestApp) {
    let policy = || {
        let text = || PolicyText::parse(long(40_000)).unwrap();
        Policy { version: PolicyVersion::parse("1".repeat(20)).unwrap(), ko: text(), en: text() }
    };
    app.service.app.policies.import(&Policies { terms: policy(), privacy: policy() }).await.unwrap();
}

/// Creates ten timetables. One has the maximum of fifty entries, each of the maximum size.
async fn plan(app: &TestApp, student: &Student) {
    let paths = (0..10).map(async |number| app.timetable(student, &format!("{}{number}", long(29)), "private").await);
    let paths = futures_util::future::join_all(paths).await;
    for entry in 0..50_usize {
        let slot = |at: usize| {
            let minute = (entry * 5 + at) * 2;
            let time = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
            json!({ "day": "wed", "start": time(minute), "end": time(minute + 1), "place": long(100) })
        };
        let slots: Vec<Value> = (0..5).map(slot).collect();
        let body =
            json!({ "title": long(100), "professor": long(100), "slots": slots, "credit": 30, "color": "#aabbcc" });
        app.enter(student, &paths[0], &body).await;
    }
    let other = json!({ "title": "하나 더", "slots": [] });
    app.post(format!("{}/entries", paths[0])).by(student).json(&other).send().await.is_problem(409, "entries_full");
}

/// Creates a post of the maximum length with twenty pictures, a comment and a message.
async fn write(app: &TestApp, by: &Student, other: &Student) {
    let board = json!({ "category": long(20), "name": long(50), "description": long(500) });
    let board = app.post("/boards").by(by).json(&board).send().await.is(201).text_at("/id");
    let mut pictures = Vec::new();
    while pictures.len() < 10 {
        pictures.push(upload(app, by).await);
    }
    let post = json!({ "title": long(100), "content": long(10_000), "is_anonymous": false, "media_ids": pictures });
    let post = app.post(format!("/boards/{board}/posts")).by(by).json(&post).send().await.is(201).text_at("/id");
    let comment = json!({ "content": long(300), "is_anonymous": false });
    app.post(format!("/posts/{post}/comments")).by(by).json(&comment).send().await.is(201);
    app.write_about(other, json!({ "post_id": post }), &long(1000)).await;
}

#[tokio::test]
async fn the_largest_rows_stay_far_below_dynamodbs_limit() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder, Vec::new()).await;
    let engine = Engine::in_memory().await.unwrap();
    let app = TestApp::on_bucket(engine, connection, None, store.bucket().unwrap()).await;
    let school = app.school("가온대학교").await;
    let (student, other) = (app.student(&school).await, app.student(&school).await);
    for session in 0..25 {
        let student = app.log_in(&student.login_id).await;
        let mut subscription = subscription_body(&app.browser(&student).await);
        let endpoint = format!("https://web.push.apple.com/{session}/");
        subscription["endpoint"] = json!(endpoint.clone() + &"x".repeat(1024 - endpoint.len()));
        app.put("/notifications/push-subscription").by(&student).json(&subscription).send().await.is(204);
    }
    let student = app.log_in(&student.login_id).await;
    plan(&app, &student).await;
    write(&app, &student, &other).await;
    let line = format!("M1|001|{}|3|{}||", long(100), long(100));
    app.import(&school, &[&line]).await;
    let lecture = app.lecture(&student, &long(100)).await;
    let table = app.timetable(&other, "계획", "private").await;
    app.enter(&other, &table, &json!({ "lecture_id": lecture })).await;
    let mut review = review_body();
    review["content"] = json!(long(2000));
    app.post(format!("/lectures/{lecture}/reviews")).by(&other).json(&review).send().await.is(201);
    let mut exam_info = exam_info_body();
    exam_info["strategy"] = json!(long(2000));
    app.post(format!("/lectures/{lecture}/exam-infos")).by(&other).json(&exam_info).send().await.is(201);
    let course = json!({
        "title": long(100), "credit": 29.5, "grade": "A+", "is_major": true, "is_retake": true, "lecture_id": lecture,
    });
    app.put("/grades/2026-1").by(&other).json(&json!({ "courses": vec![course; 30] })).send().await.is(200);
    import_policies(&app).await;
    app.audit().await;

    let mut largest = BTreeMap::new();
    for row in app.rows().await {
        let size = largest.entry(kind(&row)).or_insert(0);
        *size = row_size(&row).max(*size);
    }
    // Policies, timetables, post bodies and grades are the largest rows.
    for (kind, size) in &largest {
        let most = match kind.as_str() {
            "POLICIES TEXT" => 330_000,
            "TIMETABLE TIMETABLE" => 200_000,
            "POST BODY" => 45_000,
            "USER GRADES" => 25_000,
            "USER PUSH-SUBSCRIPTIONS" => 8_000,
            _ => 20_000,
        };
        assert!(*size < most, "{kind}: {size}");
    }
    assert!(largest["POLICIES TEXT"] > 310_000, "{largest:?}");
    assert!(largest["TIMETABLE TIMETABLE"] > 100_000, "{largest:?}");
    assert!(largest["POST BODY"] > 40_000, "{largest:?}");
    assert!(largest["USER GRADES"] > 12_000, "{largest:?}");
    let withdrawal = json!({ "password": PASSWORD });
    app.delete("/auth/me").by(&student).json(&withdrawal).send().await.is(204);
}

/// The kinds of rows that contain lists. The limits are: 20 sessions, 5 push subscriptions, 10 pictures of a post and of its media deletion,
/// 10 timetables of a semester, 50 entries, 30 courses of a semester, 6 kinds of questions of an exam, 50 undecided
/// reports and 10 rejections of a reporter, 64 cases of a student's sanctions, 100 groups of unread notifications, and 2 sides of
/// a thread. The operator
/// determines the email domains of a school.
const WITH_LISTS: &[&str] = &[
    "BOARD POST",
    "CASE SNAPSHOT",
    "COURSE EXAM",
    "POST DELETED",
    "SCHOOL SCHOOL",
    "SCHOOLS NAME",
    "SWEEPS FOLDER",
    "THREAD THREAD",
    "TIMETABLE TIMETABLE",
    "USER GRADES",
    "USER NOTIFICATIONS",
    "USER PUSH-SUBSCRIPTIONS",
    "USER REPORTER",
    "USER SANCTIONS",
    "USER SESSIONS",
    "USER TIMETABLES",
];

#[tokio::test]
async fn only_known_kinds_of_rows_contain_lists() {
    let fixture = Fixture::start().await;
    let mut with_lists = BTreeSet::new();
    for operation in operations::all() {
        fixture.send(operation, operation.caller).await;
        let rows = fixture.app.rows().await;
        with_lists.extend(rows.iter().filter(|row| row.values().any(contains_list)).map(kind));
        fixture.reset().await;
    }
    fixture.send_named("DELETE /posts/{id}", Who::Author).await;
    let unknown: Vec<_> = with_lists.iter().filter(|kind| !WITH_LISTS.contains(&kind.as_str())).collect();
    assert!(unknown.is_empty(), "rows with lists that may have no limit: {unknown:?}");
}
