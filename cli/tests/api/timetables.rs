//! Timetables and what is in them.

mod entries;
mod lagging;
mod repeats;

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Student, TestApp, one_succeeds};

const LECTURES: [&str; 4] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30; 목 14:00-15:30|25-105; 25-106",
    "M1|002|해석학|3|박|목 15:00-16:00|",
    "M2|001|선형대수|2|김|목 15:30-16:30|",
    "M3|001|논문연구|1|||",
];

/// A service with a catalogue, and a student.
async fn app() -> (TestApp, Student) {
    TestApp::with_lectures(&LECTURES).await
}

async fn create(app: &TestApp, by: &Student, body: &Value) -> Answer {
    app.post("/timetables").by(by).json(body).send().await
}

async fn patch(app: &TestApp, by: &Student, path: &str, body: &Value) -> Answer {
    app.patch(path).by(by).json(body).send().await
}

/// The names of the student's timetables of 2026-1, newest first, and the primary one's.
async fn listed(app: &TestApp, by: &Student) -> (Vec<String>, Vec<String>) {
    let items = app.get("/timetables?semester=2026-1&limit=50").by(by).send().await.is(200).at("/items");
    let items = items.as_array().unwrap();
    let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
    let primary = items.iter().filter(|one| one["is_primary"] == true).map(name).collect();
    (items.iter().map(name).collect(), primary)
}

#[tokio::test]
async fn a_new_timetable_is_empty_private_and_the_first_one_primary() {
    let (app, student) = app().await;
    let made = create(&app, &student, &json!({ "semester": "2026-1", "name": " 계획 " })).await;
    let id = made.is(201).text_at("/id");
    let expected = json!({
        "id": id, "semester": "2026-1", "name": "계획", "visibility": "private", "is_primary": true, "credits": 0,
        "entries": [], "created_at": made.at("/created_at"), "updated_at": made.at("/created_at"),
    });
    assert_eq!((made.json(), made.header("location")), (expected.clone(), format!("/timetables/{id}").as_str()));
    assert_eq!(app.get(made.header("location")).by(&student).send().await.is(200).json(), expected);
    let second = create(&app, &student, &json!({ "semester": "2026-1", "name": "다른 계획" })).await;
    assert_eq!(second.is(201).at("/is_primary"), false);
    let other_semester = create(&app, &student, &json!({ "semester": "2026-2", "name": "계획" })).await;
    assert_eq!(other_semester.is(201).at("/is_primary"), true);
    app.audit().await;
}

#[tokio::test]
async fn each_field_of_a_timetable_has_its_rule() {
    let (app, student) = app().await;
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
async fn a_name_is_unique_among_ones_own_of_the_semester() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "Plan", "private").await;
    let same = json!({ "semester": "2026-1", "name": "ＰLAN" });
    let before = app.snapshot().await;
    create(&app, &student, &same).await.is_problem(409, "timetable_name_taken");
    let copy = app.post(format!("{path}/copy")).by(&student).json(&json!({ "name": "plan" })).send().await;
    copy.is_problem(409, "timetable_name_taken");
    assert_eq!(app.snapshot().await, before);
    let english = app.post("/timetables").by(&student).header("accept-language", "en").json(&same).send().await;
    assert_eq!(english.text_at("/detail"), "There is a timetable of this name in the semester already.");
    let second = app.timetable(&student, "둘째", "private").await;
    patch(&app, &student, &second, &json!({ "name": "plan" })).await.is_problem(409, "timetable_name_taken");
    let renamed = patch(&app, &student, &path, &json!({ "name": "PLAN" })).await;
    assert_eq!(renamed.is(200).at("/name"), "PLAN");
    assert_eq!(app.get(&path).by(&student).send().await.json(), renamed.json());
    let other = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    create(&app, &other, &same).await.is(201);
    app.audit().await;
}

#[tokio::test]
async fn of_many_at_once_with_one_name_one_is_made_and_of_many_names_one_is_primary() {
    let (app, student) = app().await;
    let app = Arc::new(app);
    let attempt = |name: String| {
        let (app, student) = (app.clone(), student.clone());
        let body = json!({ "semester": "2026-1", "name": name });
        tokio::spawn(async move { create(&app, &student, &body).await })
    };
    one_succeeds((0..20).map(|_| attempt("계획".to_owned())).collect(), "timetable_name_taken").await;
    let others: Vec<_> = (0..20).map(|number| attempt(number.to_string())).collect();
    let mut made = 0;
    for other in others {
        let answer = other.await.unwrap();
        match answer.status.is_success() {
            true => made += 1,
            false => drop(answer.is_problem(409, "timetables_full")),
        }
    }
    assert_eq!(made, 9, "ten in all");
    let (names, primary) = listed(&app, &student).await;
    assert_eq!((names.len(), primary), (10, vec!["계획".to_owned()]));
    app.audit().await;
}

#[tokio::test]
async fn another_timetable_can_be_made_the_primary_one_but_not_none() {
    let (app, student) = app().await;
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
async fn deleting_the_primary_one_promotes_the_newest_of_the_others() {
    let (app, student) = app().await;
    let mut paths = Vec::new();
    for (name, later) in [("하나", 0), ("둘", 10), ("셋", 20)] {
        app.clock.set_ahead_by_millis(later);
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
async fn ones_own_are_listed_newest_first_page_by_page() {
    let (app, student) = app().await;
    for (semester, name, later) in [("2026-1", "하나", 0), ("2026-2", "둘", 10), ("2026-1", "셋", 20)] {
        app.clock.set_ahead_by_millis(later);
        create(&app, &student, &json!({ "semester": semester, "name": name })).await.is(201);
    }
    assert_eq!(app.walk("/timetables?limit=1", Some(&student)).await, ["셋", "둘", "하나"]);
    assert_eq!(app.walk("/timetables?limit=1&semester=2026-1", Some(&student)).await, ["셋", "하나"]);
    let page = app.get("/timetables?limit=1").by(&student).send().await;
    let cursor = page.text_at("/next_cursor");
    let other = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    for (by, path) in [(&other, "/timetables?"), (&student, "/timetables?semester=2026-1&")] {
        app.get(format!("{path}cursor={cursor}")).by(by).send().await.is_problem(400, "invalid_cursor");
    }
    assert_eq!(app.get("/timetables").by(&other).send().await.at("/items"), json!([]));
}

#[tokio::test]
async fn a_page_has_ten_timetables_of_as_many_semesters_with_what_each_ones_catalogue_says() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let semesters: Vec<String> =
        (2024..2027).flat_map(|year| ["1", "summer", "2", "winter"].map(|part| format!("{year}-{part}"))).collect();
    for (later, semester) in semesters.iter().enumerate() {
        app.import_of(semester, &school, &[&format!("S1|001|강의 {semester}|1|||")]).await.unwrap();
        app.clock.set_ahead_by_millis(i64::try_from(later).unwrap() * 10);
        let made = create(&app, &student, &json!({ "semester": semester, "name": semester })).await;
        let found = app.get(format!("/lectures?semester={semester}&code=S1")).by(&student).send().await;
        let lecture = json!({ "lecture_id": found.text_at("/items/0/id") });
        app.enter(&student, made.is(201).header("location"), &lecture).await;
    }
    let newest_first: Vec<&str> = semesters.iter().rev().map(String::as_str).collect();
    for limit in [5, 10, 50] {
        let walked = app.walk(&format!("/timetables?limit={limit}"), Some(&student)).await;
        assert_eq!(walked, newest_first, "{limit}");
    }
    app.desk.planner.forget();
    let page = app.get("/timetables?limit=50").by(&student).send().await;
    let items = page.is(200).at("/items");
    assert_eq!((items.as_array().unwrap().len(), page.at("/next_cursor").is_string()), (10, true));
    for item in items.as_array().unwrap() {
        assert_eq!(item["is_primary"], true);
        assert_eq!(item["entries"][0]["title"], format!("강의 {}", item["semester"].as_str().unwrap()));
    }
    // What comes and goes between two pages makes none of the others come twice or not at all.
    let newer = create(&app, &student, &json!({ "semester": "2027-1", "name": "새것" })).await;
    let last = items[9]["id"].as_str().unwrap();
    app.delete(format!("/timetables/{last}")).by(&student).send().await.is(204);
    let rest = app.get(format!("/timetables?cursor={}", page.text_at("/next_cursor"))).by(&student).send().await;
    let names: Vec<Value> = rest.at("/items").as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, newest_first[10..]);
    newer.is(201);
}

#[tokio::test]
async fn others_see_only_what_the_school_may_see_and_change_nothing() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let other = app.student(&school).await;
    let path = app.timetable(&student, "계획", "private").await;
    let ask = async || app.get(&path).by(&other).send().await;
    ask().await.is_problem(404, "not_found");
    patch(&app, &other, &path, &json!({ "name": "내 것" })).await.is_problem(404, "not_found");
    patch(&app, &student, &path, &json!({ "visibility": "friends" })).await.is(200);
    ask().await.is_problem(404, "not_found");
    patch(&app, &student, &path, &json!({ "visibility": "school" })).await.is(200);
    let own = app.get(&path).by(&student).send().await.json();
    assert_eq!(ask().await.is(200).json(), own, "the primary one, as its owner sees it");
    patch(&app, &other, &path, &json!({ "name": "내 것" })).await.is_problem(403, "not_timetable_owner");
    app.delete(&path).by(&other).send().await.is_problem(403, "not_timetable_owner");
    patch(&app, &student, &path, &json!({ "visibility": "private" })).await.is(200);
    ask().await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_copy_has_the_same_entries_and_is_ones_own() {
    let (app, student) = app().await;
    let other = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
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
async fn a_repeat_with_an_idempotency_key_makes_no_second_timetable_or_entry() {
    let (app, student) = app().await;
    let send = async |path: &str, key: &str, body: &Value| {
        app.post(path).by(&student).header("idempotency-key", key).json(body).send().await
    };
    let timetable = json!({ "semester": "2026-1", "name": "계획" });
    let made = send("/timetables", "1", &timetable).await;
    let path = made.is(201).header("location").to_owned();
    let entry = json!({ "title": "동아리", "slots": [] });
    let entered = send(&format!("{path}/entries"), "2", &entry).await;
    let copied = send(&format!("{path}/copy"), "3", &json!({ "name": "사본" })).await;
    let before = app.snapshot().await;
    for (path, key, body, first) in [
        ("/timetables".to_owned(), "1", &timetable, &made),
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
async fn an_id_that_is_none_is_404() {
    let (app, student) = app().await;
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
async fn a_withdrawal_leaves_no_timetable() {
    let (app, student) = app().await;
    let other = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    let mut paths = Vec::new();
    for name in ["하나", "둘"] {
        let path = app.timetable(&student, name, "school").await;
        app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
        app.get(&path).by(&other).send().await.is(200);
        paths.push(path);
    }
    let copy = app.post(format!("{}/copy", paths[0])).by(&other).json(&json!({ "name": "사본" })).send().await;
    let password = json!({ "password": crate::harness::PASSWORD });
    app.delete("/auth/me").by(&student).json(&password).send().await.is(204);
    app.audit().await;
    app.clock.set_ahead_by_millis(60_000);
    app.desk.app.withdrawals.purge().await.unwrap();
    for path in &paths {
        for view in ["", "/calendar.ics", "/picture.svg"] {
            app.get(format!("{path}{view}")).by(&other).send().await.is_problem(404, "not_found");
        }
        let again = app.post(format!("{path}/copy")).by(&other).json(&json!({ "name": "또" })).send().await;
        again.is_problem(404, "not_found");
    }
    app.get(copy.is(201).header("location")).by(&other).send().await.is(200);
    assert_eq!(app.count_rows("#TIMETABLE#").await, 1, "what another student has copied");
    app.audit().await;
}
