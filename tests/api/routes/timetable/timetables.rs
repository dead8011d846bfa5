//! Timetables: creating, listing, changing, copying and deleting (rule 12).

mod entries;
mod exports;
mod lecture_states;
mod repeats;
mod stale_catalogues;

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::seen_by_others;
use crate::support::harness::{Answer, Student, TestApp, one_succeeds};

const LECTURES: [&str; 4] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30; 목 14:00-15:30|25-105; 25-106",
    "M1|002|해석학|3|박|목 15:00-16:00|",
    "M2|001|선형대수|2|김|목 15:30-16:30|",
    "M3|001|논문연구|1|||",
];

/// Starts a service with a catalogue and a student.
async fn start() -> (TestApp, Student) {
    TestApp::with_lectures(&LECTURES).await
}

async fn create(app: &TestApp, by: &Student, body: &Value) -> Answer {
    app.post("/timetables").by(by).json(body).send().await
}

async fn patch(app: &TestApp, by: &Student, path: &str, body: &Value) -> Answer {
    app.patch(path).by(by).json(body).send().await
}

/// Returns the names of the student's timetables of 2026-1, newest first, and the names of the primary ones among them.
async fn listed(app: &TestApp, by: &Student) -> (Vec<String>, Vec<String>) {
    let items = app.get("/timetables?semester=2026-1&limit=50").by(by).send().await.is(200).at("/items");
    let items = items.as_array().unwrap();
    let name = |timetable: &Value| timetable["name"].as_str().unwrap().to_owned();
    let primary = items.iter().filter(|timetable| timetable["is_primary"] == true).map(name).collect();
    (items.iter().map(name).collect(), primary)
}

#[tokio::test]
async fn a_new_timetable_is_empty_and_private_and_the_first_of_a_semester_is_primary() {
    let (app, student) = start().await;
    let created = create(&app, &student, &json!({ "semester": "2026-1", "name": " 계획 " })).await;
    let id = created.is(201).text_at("/id");
    let expected = json!({
        "id": id, "semester": "2026-1", "name": "계획", "is_mine": true, "visibility": "private", "is_primary": true,
        "credits": 0,
        "entries": [], "created_at": created.at("/created_at"), "updated_at": created.at("/created_at"),
    });
    assert_eq!((created.json(), created.header("location")), (expected.clone(), format!("/timetables/{id}").as_str()));
    assert_eq!(app.get(created.header("location")).by(&student).send().await.is(200).json(), expected);
    let second = create(&app, &student, &json!({ "semester": "2026-1", "name": "다른 계획" })).await;
    assert_eq!(second.is(201).at("/is_primary"), false);
    let other_semester = create(&app, &student, &json!({ "semester": "2026-2", "name": "계획" })).await;
    assert_eq!(other_semester.is(201).at("/is_primary"), true);
    app.audit().await;
}

#[tokio::test]
async fn each_field_of_a_timetable_is_validated() {
    let (app, student) = start().await;
    create(&app, &student, &json!({})).await.is_invalid(&[("semester", "required"), ("name", "required")]);
    let path = app.timetable(&student, "계획", "private").await;
    for (field, value, code) in [
        ("name", json!(""), "too_short"),
        ("name", json!("가".repeat(31)), "too_long"),
        ("name", json!("계획\u{202E}"), "invalid_characters"),
        ("visibility", json!("public"), "unknown_choice"),
        ("owner_id", json!(student.id), "unknown_field"),
    ] {
        let mut body = json!({ "semester": "2026-1", "name": "새 계획" });
        body[field] = value.clone();
        create(&app, &student, &body).await.is_invalid(&[(field, code)]);
        patch(&app, &student, &path, &json!({ field: value })).await.is_invalid(&[(field, code)]);
    }
    let body = json!({ "semester": "2026", "name": "계획" });
    create(&app, &student, &body).await.is_invalid(&[("semester", "invalid_format")]);
    patch(&app, &student, &path, &json!({ "semester": "2026-2" })).await.is_invalid(&[("semester", "unknown_field")]);
}

#[tokio::test]
async fn a_name_is_unique_among_a_students_timetables_of_a_semester() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "Plan", "private").await;
    let same = json!({ "semester": "2026-1", "name": "ＰLAN" });
    let before = app.snapshot().await;
    create(&app, &student, &same).await.is_problem(409, "timetable_name_taken");
    let copy = app.post(format!("{path}/copy")).by(&student).json(&json!({ "name": "plan" })).send().await;
    copy.is_problem(409, "timetable_name_taken");
    assert_eq!(app.snapshot().await, before);
    let english = app.post("/timetables").by(&student).header("accept-language", "en").json(&same).send().await;
    assert_eq!(english.text_at("/detail"), "You already have a timetable with this name in the semester.");
    let second = app.timetable(&student, "둘째", "private").await;
    patch(&app, &student, &second, &json!({ "name": "plan" })).await.is_problem(409, "timetable_name_taken");
    let renamed = patch(&app, &student, &path, &json!({ "name": "PLAN" })).await;
    assert_eq!(renamed.is(200).at("/name"), "PLAN");
    assert_eq!(app.get(&path).by(&student).send().await.json(), renamed.json());
    let other = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    create(&app, &other, &same).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn concurrent_requests_keep_names_unique_one_timetable_primary_and_at_most_ten() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    let attempt = |name: String| {
        let (app, student) = (app.clone(), student.clone());
        let body = json!({ "semester": "2026-1", "name": name });
        tokio::spawn(async move { create(&app, &student, &body).await })
    };
    one_succeeds((0..20).map(|_| attempt("계획".to_owned())).collect(), "timetable_name_taken").await;
    let attempts: Vec<_> = (0..20).map(|number| attempt(number.to_string())).collect();
    let mut count = 0;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        match answer.status.is_success() {
            true => count += 1,
            false => drop(answer.is_problem(409, "timetables_full")),
        }
    }
    assert_eq!(count, 9, "ten timetables in all");
    let (names, primary) = listed(&app, &student).await;
    assert_eq!((names.len(), primary), (10, vec!["계획".to_owned()]));
    app.audit().await;
}

#[tokio::test]
async fn the_primary_timetable_can_be_replaced_but_not_unset() {
    let (app, student) = start().await;
    let first = app.timetable(&student, "첫째", "private").await;
    let second = app.timetable(&student, "둘째", "private").await;
    patch(&app, &student, &first, &json!({ "is_primary": false })).await.is_problem(409, "primary_needed");
    let edited = patch(&app, &student, &second, &json!({ "is_primary": true })).await;
    assert_eq!(edited.is(200).at("/is_primary"), true);
    assert_eq!(app.get(&first).by(&student).send().await.at("/is_primary"), false);
    patch(&app, &student, &first, &json!({ "is_primary": false })).await.is(200);
    assert_eq!(listed(&app, &student).await.1, ["둘째"]);
    app.audit().await;
}

#[tokio::test]
async fn deleting_the_primary_timetable_makes_the_newest_other_one_primary() {
    let (app, student) = start().await;
    let mut paths = Vec::new();
    for (name, millis) in [("하나", 0), ("둘", 10), ("셋", 20)] {
        app.clock.set_ahead_by_millis(millis);
        paths.push(app.timetable(&student, name, "private").await);
    }
    app.delete(&paths[0]).by(&student).send().await.is(204);
    assert_eq!(listed(&app, &student).await, (vec!["셋".to_owned(), "둘".to_owned()], vec!["셋".to_owned()]));
    app.delete(&paths[1]).by(&student).send().await.is(204);
    app.delete(&paths[2]).by(&student).send().await.is(204);
    assert_eq!(listed(&app, &student).await, (vec![], vec![]));
    app.get(&paths[2]).by(&student).send().await.is_problem(404, "not_found");
    app.audit().await;
    let again = create(&app, &student, &json!({ "semester": "2026-1", "name": "하나" })).await;
    assert_eq!(again.is(201).at("/is_primary"), true);
}

#[tokio::test]
async fn own_timetables_are_paginated_newest_first() {
    let (app, student) = start().await;
    for (semester, name, millis) in [("2026-1", "하나", 0), ("2026-2", "둘", 10), ("2026-1", "셋", 20)] {
        app.clock.set_ahead_by_millis(millis);
        create(&app, &student, &json!({ "semester": semester, "name": name })).await.is(201);
    }
    assert_eq!(app.walk("/timetables?limit=1", Some(&student)).await, ["셋", "둘", "하나"]);
    assert_eq!(app.walk("/timetables?limit=1&semester=2026-1", Some(&student)).await, ["셋", "하나"]);
    let page = app.get("/timetables?limit=1").by(&student).send().await;
    let cursor = page.text_at("/next_cursor");
    let other = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    for (by, path) in [(&other, "/timetables?"), (&student, "/timetables?semester=2026-1&")] {
        app.get(format!("{path}cursor={cursor}")).by(by).send().await.is_problem(400, "invalid_cursor");
    }
    assert_eq!(app.get("/timetables").by(&other).send().await.at("/items"), json!([]));
}

#[tokio::test]
async fn a_page_has_at_most_ten_timetables_each_with_lectures_of_its_own_catalogue() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let semesters: Vec<String> =
        (2024..2027).flat_map(|year| ["1", "summer", "2", "winter"].map(|part| format!("{year}-{part}"))).collect();
    for (number, semester) in semesters.iter().enumerate() {
        app.import_of(semester, &school, &[&format!("S1|001|강의 {semester}|1|||")]).await.unwrap();
        app.clock.set_ahead_by_millis(i64::try_from(number).unwrap() * 10);
        let created = create(&app, &student, &json!({ "semester": semester, "name": semester })).await;
        let found = app.get(format!("/lectures?semester={semester}&code=S1")).by(&student).send().await;
        let lecture = json!({ "lecture_id": found.text_at("/items/0/id") });
        app.enter(&student, created.is(201).header("location"), &lecture).await;
    }
    let newest_first: Vec<&str> = semesters.iter().rev().map(String::as_str).collect();
    for limit in [5, 10, 50] {
        let listed = app.walk(&format!("/timetables?limit={limit}"), Some(&student)).await;
        assert_eq!(listed, newest_first, "{limit}");
    }
    app.service.timetable.clear_cache();
    let page = app.get("/timetables?limit=50").by(&student).send().await;
    let items = page.is(200).at("/items");
    assert_eq!((items.as_array().unwrap().len(), page.at("/next_cursor").is_string()), (10, true));
    for item in items.as_array().unwrap() {
        assert_eq!(item["is_primary"], true);
        assert_eq!(item["entries"][0]["title"], format!("강의 {}", item["semester"].as_str().unwrap()));
    }
    // Creating or deleting a timetable between two pages repeats and loses no other one.
    let newer = create(&app, &student, &json!({ "semester": "2027-1", "name": "새것" })).await;
    let last = items[9]["id"].as_str().unwrap();
    app.delete(format!("/timetables/{last}")).by(&student).send().await.is(204);
    let rest = app.get(format!("/timetables?cursor={}", page.text_at("/next_cursor"))).by(&student).send().await;
    let names: Vec<Value> = rest.at("/items").as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, newest_first[10..]);
    newer.is(201);
}

#[tokio::test]
async fn other_students_see_only_timetables_visible_to_the_school_and_cannot_change_them() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let other = app.student(&school).await;
    let path = app.timetable(&student, "계획", "private").await;
    let show = async || app.get(&path).by(&other).send().await;
    show().await.is_problem(404, "not_found");
    patch(&app, &other, &path, &json!({ "name": "내 것" })).await.is_problem(404, "not_found");
    patch(&app, &student, &path, &json!({ "visibility": "friends" })).await.is(200);
    show().await.is_problem(404, "not_found");
    patch(&app, &student, &path, &json!({ "visibility": "school" })).await.is(200);
    let own = app.get(&path).by(&student).send().await.json();
    assert_eq!(show().await.is(200).json(), seen_by_others(own));
    patch(&app, &other, &path, &json!({ "name": "내 것" })).await.is_problem(403, "not_timetable_owner");
    app.delete(&path).by(&other).send().await.is_problem(403, "not_timetable_owner");
    patch(&app, &student, &path, &json!({ "visibility": "private" })).await.is(200);
    show().await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_copy_has_the_same_entries_and_belongs_to_the_student_who_made_it() {
    let (app, student) = start().await;
    let other = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    let path = app.timetable(&student, "계획", "school").await;
    let lecture = app.lecture(&student, "확률과정론").await;
    app.enter(&student, &path, &json!({ "lecture_id": lecture })).await;
    let copied = app.get(&path).by(&student).send().await.at("/entries/0/id");
    for (by, is_primary) in [(&student, false), (&other, true)] {
        let copy = app.post(format!("{path}/copy")).by(by).json(&json!({ "name": "사본" })).send().await;
        assert_eq!(copy.is(201).at("/name"), "사본");
        assert_eq!((copy.at("/visibility"), copy.at("/is_primary")), (json!("private"), json!(is_primary)));
        assert_eq!((copy.at("/entries/0/lecture_id"), copy.at("/credits")), (json!(lecture), json!(3)));
        assert_ne!(copy.at("/entries/0/id"), copied);
        assert_eq!(app.get(copy.header("location")).by(by).send().await.json(), copy.json());
    }
    let empty = app.post(format!("{path}/copy")).by(&student).json(&json!({})).send().await;
    empty.is_invalid(&[("name", "required")]);
    app.audit().await;
}

#[tokio::test]
async fn a_repeated_request_creates_no_second_timetable_entry_or_copy() {
    let (app, student) = start().await;
    let send = async |path: &str, key: &str, body: &Value| {
        app.post(path).by(&student).header("idempotency-key", key).json(body).send().await
    };
    let timetable = json!({ "semester": "2026-1", "name": "계획" });
    let created = send("/timetables", "1", &timetable).await;
    let path = created.is(201).header("location").to_owned();
    let entry = json!({ "title": "동아리", "slots": [] });
    let entered = send(&format!("{path}/entries"), "2", &entry).await;
    let copied = send(&format!("{path}/copy"), "3", &json!({ "name": "사본" })).await;
    let before = app.snapshot().await;
    for (path, key, body, first) in [
        ("/timetables".to_owned(), "1", &timetable, &created),
        (format!("{path}/entries"), "2", &entry, &entered),
        (format!("{path}/copy"), "3", &json!({ "name": "사본" }), &copied),
    ] {
        let repeat = send(&path, key, body).await;
        assert_eq!(repeat.is(201).header("idempotency-replayed"), "true");
        assert_eq!((repeat.header("location"), repeat.at("/id")), (first.header("location"), first.at("/id")));
    }
    assert_eq!(app.snapshot().await, before);
    app.delete(entered.header("location")).by(&student).send().await.is(204);
    send(&format!("{path}/entries"), "2", &entry).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn an_unknown_or_malformed_id_is_404() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    for id in [Uuid::now_v7().to_string(), Uuid::new_v4().to_string(), "x".to_owned()] {
        app.get(format!("/timetables/{id}")).by(&student).send().await.is_problem(404, "not_found");
        app.delete(format!("{path}/entries/{id}")).by(&student).send().await.is_problem(404, "not_found");
        for view in ["calendar.ics", "picture.svg"] {
            app.get(format!("/timetables/{id}/{view}")).by(&student).send().await.is_problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn withdrawal_and_purge_delete_all_timetables() {
    let (app, student) = start().await;
    let other = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    let mut paths = Vec::new();
    for name in ["하나", "둘"] {
        let path = app.timetable(&student, name, "school").await;
        app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
        app.get(&path).by(&other).send().await.is(200);
        paths.push(path);
    }
    let copy = app.post(format!("{}/copy", paths[0])).by(&other).json(&json!({ "name": "사본" })).send().await;
    let password = json!({ "password": crate::support::harness::PASSWORD });
    app.delete("/auth/me").by(&student).json(&password).send().await.is(204);
    app.audit().await;
    app.clock.set_ahead_by_millis(60_000);
    app.service.app.withdrawals.purge().await.unwrap();
    for path in &paths {
        for view in ["", "/calendar.ics", "/picture.svg"] {
            app.get(format!("{path}{view}")).by(&other).send().await.is_problem(404, "not_found");
        }
        let again = app.post(format!("{path}/copy")).by(&other).json(&json!({ "name": "또" })).send().await;
        again.is_problem(404, "not_found");
    }
    app.get(copy.is(201).header("location")).by(&other).send().await.is(200);
    assert_eq!(app.count_rows("#TIMETABLE#").await, 1, "the copy of the other student");
    app.audit().await;
}
