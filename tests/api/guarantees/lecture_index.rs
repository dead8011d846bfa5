//! The index of the students who have a lecture in a timetable follows the timetables, whenever and however often the stream
//! delivers their changes.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::clock::Clock;
use campus_core::store::{LectureIndex, StreamRecord, Table, TimetableChange};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::faults::lagging::Lagging;
use crate::support::harness::{PASSWORD, Student, TestApp};

const LECTURES: [&str; 3] =
    ["M1|001|확률과정론|3|이상열|화 14:00-15:30|", "M2|001|해석학|3|박||", "M3|001|위상수학|3|김||"];

/// Asserts that the index has this number of rows, and that an audit finds nothing, without indexing anything first.
async fn has_indexed(app: &TestApp, expected: usize) {
    assert_eq!(app.count_rows("#LECTURE#").await, expected);
    assert_eq!(app.recount().await.findings, [""; 0]);
}

async fn entry_of(app: &TestApp, student: &Student, path: &str, title: &str) -> String {
    let lecture = app.lecture(student, title).await;
    app.enter(student, path, &json!({ "lecture_id": lecture })).await
}

async fn copy(app: &TestApp, student: &Student, path: &str, name: &str) -> String {
    let copied = app.post(format!("{path}/copy")).by(student).json(&json!({ "name": name })).send().await;
    copied.is(201).header("location").to_owned()
}

#[tokio::test]
async fn every_change_of_a_timetable_is_indexed() {
    let (app, student) = TestApp::with_lectures(&LECTURES).await;
    let path = app.timetable(&student, "계획", "private").await;
    let entry = entry_of(&app, &student, &path, "확률과정론").await;
    entry_of(&app, &student, &path, "해석학").await;
    let slots = json!([{ "day": "fri", "start": "09:00", "end": "10:00" }]);
    app.enter(&student, &path, &json!({ "title": "운동", "slots": slots })).await;
    app.consume_stream().await;
    has_indexed(&app, 2).await;

    app.patch(&path).by(&student).json(&json!({ "name": "새 계획" })).send().await.is(200);
    app.delete(&entry).by(&student).send().await.is(204);
    app.consume_stream().await;
    has_indexed(&app, 1).await;

    entry_of(&app, &student, &path, "확률과정론").await;
    let copied = copy(&app, &student, &path, "사본").await;
    app.consume_stream().await;
    has_indexed(&app, 4).await;

    app.delete(&copied).by(&student).send().await.is(204);
    app.consume_stream().await;
    has_indexed(&app, 2).await;

    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    app.consume_stream().await;
    has_indexed(&app, 0).await;
}

/// Changes timetables in every way. Returns the records of the stream about them.
async fn records_of_changes(app: &TestApp, student: &Student) -> Vec<Value> {
    let path = app.timetable(student, "계획", "private").await;
    let entry = entry_of(app, student, &path, "확률과정론").await;
    entry_of(app, student, &path, "해석학").await;
    let copied = copy(app, student, &path, "사본").await;
    app.delete(&entry).by(student).send().await.is(204);
    entry_of(app, student, &path, "위상수학").await;
    app.delete(&copied).by(student).send().await.is(204);
    let again = copy(app, student, &path, "사본").await;
    entry_of(app, student, &again, "확률과정론").await;
    app.waiting_records().await
}

#[tokio::test]
async fn records_may_come_late_twice_and_in_any_order() {
    let (app, student) = TestApp::with_lectures(&LECTURES).await;
    let records = records_of_changes(&app, &student).await;
    assert!(records.len() >= 9, "{records:?}");
    for record in records.iter().rev().chain(&records) {
        assert!(app.deliver(std::slice::from_ref(record)).await.is_empty());
    }
    has_indexed(&app, 5).await;
    // A replay of the oldest records, long after the others.
    for record in &records[..3] {
        assert!(app.deliver(std::slice::from_ref(record)).await.is_empty());
        has_indexed(&app, 5).await;
    }
}

#[tokio::test]
async fn of_two_records_that_are_consumed_at_the_same_time_the_timetable_decides() {
    let (app, student) = TestApp::with_lectures(&LECTURES).await;
    let app = Arc::new(app);
    let path = app.timetable(&student, "계획", "private").await;
    let entry = entry_of(&app, &student, &path, "확률과정론").await;
    let change = |record: &Value| TimetableChange::of_record(&StreamRecord::parse(record).unwrap()).unwrap();
    let added = app.waiting_records().await.iter().find_map(change).unwrap();
    app.consume_stream().await;
    has_indexed(&app, 1).await;

    let lagging = Lagging::new();
    let slow = LectureIndex::new(Table::new(lagging.connection(&app.engine), Clock::default()));
    let (other, by) = (app.clone(), student.clone());
    // The slow consumer has read the timetable, and not written yet.
    lagging.before_next("UpdateItem", async move {
        other.delete(&entry).by(&by).send().await.is(204);
        other.index_lectures().await;
        has_indexed(&other, 0).await;
    });
    slow.update(&added).await.unwrap();
    assert!(lagging.has_happened());
    has_indexed(&app, 0).await;
}

#[tokio::test]
async fn the_index_can_be_rebuilt() {
    let (app, student) = TestApp::with_lectures(&LECTURES).await;
    records_of_changes(&app, &student).await;
    // As after a restore: the stream has none of the records.
    let index = LectureIndex::new(app.table());
    index.rebuild(|_| ()).await.unwrap();
    has_indexed(&app, 5).await;
    let rows = app.rows().await;
    let (one, other) = {
        let mut indexed = rows.iter().filter(|row| row["pk"].as_s().unwrap().contains("#LECTURE#"));
        (indexed.next().unwrap(), indexed.next().unwrap())
    };
    let (client, table) = (&app.raw.client, &app.raw.table);
    let delete = client.delete_item().table_name(table).key("pk", one["pk"].clone()).key("sk", one["sk"].clone());
    delete.send().await.unwrap();
    // A timetable that does not exist.
    let owner = other["sk"].as_s().unwrap().split_once('#').unwrap().0;
    let stray = AttributeValue::S(format!("{owner}#{}", Uuid::new_v4()));
    let put = client.put_item().table_name(table).item("pk", other["pk"].clone()).item("sk", stray);
    put.item("indexed_at", other["indexed_at"].clone()).send().await.unwrap();
    assert_eq!(app.recount().await.findings.len(), 2);
    index.rebuild(|_| ()).await.unwrap();
    has_indexed(&app, 5).await;
}
