//! Entries of a timetable.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{LECTURES, patch, start};
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Answer, Student, TestApp, one_succeeds};

async fn add(app: &TestApp, by: &Student, timetable: &str, body: &Value) -> Answer {
    app.post(format!("{timetable}/entries")).by(by).json(body).send().await
}

pub async fn add_lecture(app: &TestApp, by: &Student, timetable: &str, title: &str) -> Answer {
    let lecture = app.lecture(by, title).await;
    add(app, by, timetable, &json!({ "lecture_id": lecture })).await
}

pub fn slot(day: &str, start: &str, end: &str) -> Value {
    json!({ "day": day, "start": start, "end": end })
}

#[tokio::test]
async fn an_entry_shows_its_lecture_from_the_catalogue_and_counts_the_credits() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    let created = add_lecture(&app, &student, &path, "확률과정론").await;
    let lecture = app.lecture(&student, "확률과정론").await;
    let place = |day: &str, place: &str| json!({ "day": day, "start": "14:00", "end": "15:30", "place": place });
    let entry = json!({
        "id": created.is(201).at("/id"), "lecture_id": lecture, "state": "listed", "title": "확률과정론",
        "professor": "이상열",
        "slots": [place("tue", "25-105"), place("thu", "25-106")], "credit": 3, "color": created.at("/color"),
        "conflicts": false,
    });
    assert_eq!(created.json(), entry);
    assert_eq!(created.header("location"), format!("{path}/entries/{}", created.text_at("/id")));
    add(&app, &student, &path, &json!({ "title": "과외", "slots": [], "credit": 2 })).await.is(201);
    let shown = app.get(&path).by(&student).send().await;
    assert_eq!((shown.at("/entries/0"), shown.at("/credits")), (entry, json!(5)));
    app.audit().await;
}

#[tokio::test]
async fn half_credits_are_exact_everywhere() {
    let lines = ["H1|001|채플|0.5|||", "H2|001|실험|1.5|||", "H3|001|보통|3.0|||"];
    let (app, student) = TestApp::with_lectures(&lines).await;
    let found = app.get("/lectures?semester=2026-1&credit=0.50").by(&student).send().await;
    assert_eq!(found.is(200).at("/items/0/credit"), json!(0.5));
    assert_eq!(found.at("/items").as_array().unwrap().len(), 1);
    let path = app.timetable(&student, "계획", "school").await;
    for title in ["채플", "실험", "보통"] {
        add_lecture(&app, &student, &path, title).await.is(201);
    }
    let custom = add(&app, &student, &path, &json!({ "title": "봉사", "credit": 0.5 })).await;
    assert_eq!((custom.is(201).at("/credit"), custom.at("/slots")), (json!(0.5), json!([])));
    let custom = custom.header("location");
    assert_eq!(patch(&app, &student, custom, &json!({ "credit": 29.5 })).await.is(200).at("/credit"), json!(29.5));
    let token = app.share(&student, &path).await;
    for path in [path.clone(), format!("/shared-timetables/{token}")] {
        assert_eq!(app.get(path).by(&student).send().await.is(200).at("/credits"), json!(34.5));
    }
    let picture = app.get(format!("{path}/picture.svg")).by(&student).send().await;
    assert!(picture.text.contains("34.5학점"), "{}", picture.text);
    app.audit().await;
}

#[tokio::test]
async fn an_overlapping_entry_is_refused_and_the_response_names_the_other_entry() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    let existing = add_lecture(&app, &student, &path, "확률과정론").await.is(201).text_at("/id");
    let before = app.snapshot().await;
    let refused = add_lecture(&app, &student, &path, "해석학").await;
    refused.is_problem(409, "time_conflict");
    assert_eq!(refused.at("/clashes_with"), json!({ "id": existing, "title": "확률과정론" }));
    assert_eq!(refused.text_at("/detail"), "같은 시간에 다른 수업이 있습니다.");
    let custom = json!({ "title": "동아리", "slots": [slot("mon", "09:00", "10:00"), slot("tue", "15:29", "16:00")] });
    let call = app.post(format!("{path}/entries")).by(&student).header("accept-language", "en").json(&custom);
    let english = call.send().await;
    english.is_problem(409, "time_conflict");
    assert_eq!(english.text_at("/detail"), "The timetable already has an entry at this time.");
    assert_eq!(app.snapshot().await, before);
    add_lecture(&app, &student, &path, "선형대수").await.is(201);
    add_lecture(&app, &student, &path, "논문연구").await.is(201);
}

#[tokio::test]
async fn the_same_lecture_twice_a_lecture_of_another_semester_and_an_unknown_lecture_are_refused() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "논문연구").await.is(201);
    add_lecture(&app, &student, &path, "논문연구").await.is_problem(409, "lecture_already_added");
    let autumn = json!({ "semester": "2026-2", "name": "가을" });
    let autumn = app.post("/timetables").by(&student).json(&autumn).send().await.header("location").to_owned();
    add_lecture(&app, &student, &autumn, "논문연구").await.is_invalid(&[("lecture_id", "other_semester")]);

    let other = app.school("나래대학교").await;
    app.import(&other, &["F1|001|남의 강의|3|||"]).await;
    let foreign = app.lecture(&app.student(&other).await, "남의 강의").await;
    for id in [foreign, Uuid::now_v7().to_string()] {
        for timetable in [&path, &autumn] {
            let answer = add(&app, &student, timetable, &json!({ "lecture_id": id })).await;
            answer.is_invalid(&[("lecture_id", "no_such_thing")]);
        }
    }
}

#[tokio::test]
async fn each_field_of_an_entry_is_validated() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    let entry = app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
    add(&app, &student, &path, &json!({})).await.is_invalid(&[("title", "required")]);
    let six: Vec<_> = (0..6).map(|hour| slot("mon", &format!("0{hour}:00"), &format!("0{hour}:30"))).collect();
    for (field, value, at, code) in [
        ("title", json!(""), "title", "too_short"),
        ("title", json!("가\n나"), "title", "invalid_characters"),
        ("professor", json!("가".repeat(101)), "professor", "too_long"),
        ("credit", json!(31), "credit", "out_of_range"),
        ("credit", json!(1.25), "credit", "not_half_credits"),
        ("credit", json!("1.5"), "credit", "wrong_type"),
        ("color", json!("red"), "color", "invalid_format"),
        ("slots", json!("mon"), "slots", "wrong_type"),
        ("slots", json!(["mon"]), "slots[0]", "wrong_type"),
        ("slots", json!([slot("monday", "09:00", "10:00")]), "slots[0].day", "unknown_choice"),
        ("slots", json!([slot("mon", "9:00", "10:00")]), "slots[0].start", "invalid_format"),
        (
            "slots",
            json!([slot("tue", "09:00", "10:00"), slot("mon", "09:00", "09:00")]),
            "slots[1].end",
            "ends_before_start",
        ),
        ("slots", json!([{ "day": "mon", "start": "09:00" }]), "slots[0].end", "required"),
        (
            "slots",
            json!([{ "day": "mon", "start": "09:00", "end": "10:00", "room": "1" }]),
            "slots[0].room",
            "unknown_field",
        ),
        ("slots", json!([slot("mon", "09:00", "10:00"), slot("mon", "09:59", "11:00")]), "slots", "overlapping"),
        ("slots", json!(six), "slots", "too_many"),
        ("owner", json!("x"), "owner", "unknown_field"),
    ] {
        let mut body = json!({ "title": "합주", "slots": [] });
        body[field] = value.clone();
        add(&app, &student, &path, &body).await.is_invalid(&[(at, code)]);
        patch(&app, &student, &entry, &json!({ field: value })).await.is_invalid(&[(at, code)]);
    }
    let lecture = app.lecture(&student, "논문연구").await;
    let both = json!({ "lecture_id": lecture, "title": "내 것", "slots": [] });
    add(&app, &student, &path, &both).await.is_invalid(&[("title", "from_catalogue"), ("slots", "from_catalogue")]);
    add(&app, &student, &path, &json!({ "lecture_id": "x" })).await.is_invalid(&[("lecture_id", "invalid_format")]);
}

#[tokio::test]
async fn an_entry_can_be_edited_and_removed() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    let custom = json!({ "title": "동아리", "professor": "박", "slots": [slot("mon", "09:00", "10:00")] });
    let custom = app.enter(&student, &path, &custom).await;
    let lecture = add_lecture(&app, &student, &path, "확률과정론").await.header("location").to_owned();
    let change = json!({ "title": "합주", "professor": null, "slots": [slot("mon", "09:30", "10:30")], "credit": 1 });
    let edited = patch(&app, &student, &custom, &change).await;
    assert_eq!((edited.is(200).at("/title"), edited.at("/professor")), (json!("합주"), json!(null)));
    assert_eq!((edited.at("/slots/0/start"), edited.at("/credit")), (json!("09:30"), json!(1)));
    let refused = patch(&app, &student, &custom, &json!({ "slots": [slot("thu", "15:00", "16:00")] })).await;
    refused.is_problem(409, "time_conflict");
    assert_eq!(refused.at("/clashes_with/title"), "확률과정론");
    let recolored = patch(&app, &student, &lecture, &json!({ "color": "#ABCDEF" })).await;
    assert_eq!(recolored.is(200).at("/color"), "#abcdef");
    patch(&app, &student, &lecture, &json!({ "title": "내 것" })).await.is_invalid(&[("title", "from_catalogue")]);
    app.delete(&custom).by(&student).send().await.is(204);
    app.delete(&custom).by(&student).send().await.is_problem(404, "not_found");
    patch(&app, &student, &custom, &json!({ "color": "#ABCDEF" })).await.is_problem(404, "not_found");
    assert_eq!(app.get(&path).by(&student).send().await.at("/entries").as_array().unwrap().len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn of_two_concurrent_overlapping_entries_one_is_refused() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    let path = app.timetable(&student, "계획", "private").await;
    let lectures = [app.lecture(&student, "확률과정론").await, app.lecture(&student, "해석학").await];
    for round in 0..100 {
        let wanted = match round % 2 {
            0 => lectures.clone().map(|id| json!({ "lecture_id": id })),
            _ => ["09:00", "09:59"].map(|start| json!({ "title": start, "slots": [slot("fri", start, "10:30")] })),
        };
        let attempts = wanted.map(|body| {
            let (app, student, path) = (app.clone(), student.clone(), path.clone());
            tokio::spawn(async move { add(&app, &student, &path, &body).await })
        });
        let mut entered = Vec::new();
        for attempt in attempts {
            let answer = attempt.await.unwrap();
            match answer.status.is_success() {
                true => entered.push(answer.header("location").to_owned()),
                false => drop(answer.is_problem(409, "time_conflict")),
            }
        }
        assert_eq!(entered.len(), 1, "round {round}");
        app.delete(&entered[0]).by(&student).send().await.is(204);
    }
    app.audit().await;
}

#[tokio::test]
async fn of_two_entries_moved_onto_each_other_at_once_one_stays() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    let path = app.timetable(&student, "계획", "private").await;
    let custom = |slots: Value| json!({ "title": "동아리", "slots": slots });
    let original_slots = [slot("mon", "09:00", "10:30"), slot("tue", "09:00", "10:30")];
    let mut entries = Vec::new();
    for slot in &original_slots {
        entries.push(app.enter(&student, &path, &custom(json!([slot]))).await);
    }
    for round in 0..100 {
        let starts = if round % 2 == 0 { ["09:00", "10:29"] } else { ["10:29", "09:00"] };
        let attempts = [0, 1].map(|device| {
            let (app, student, entry) = (app.clone(), student.clone(), entries[device].clone());
            let slots = json!({ "slots": [slot("wed", starts[device], "10:30")] });
            tokio::spawn(async move { patch(&app, &student, &entry, &slots).await })
        });
        one_succeeds(attempts.into(), "time_conflict").await;
        let shown = app.get(&path).by(&student).send().await.at("/entries");
        assert!(shown.as_array().unwrap().iter().all(|entry| entry["conflicts"] == false), "round {round}: {shown}");
        for (entry, slot) in entries.iter().zip(&original_slots) {
            patch(&app, &student, entry, &json!({ "slots": [slot] })).await.is(200);
        }
    }
    app.audit().await;
}

#[tokio::test]
async fn changing_an_entry_while_its_timetable_is_deleted_is_404_and_leaves_no_rows() {
    let injector = Lagging::new();
    let app = Arc::new(TestApp::start_with(|engine| injector.connection(engine), None).await);
    let student = app.student(&app.school("가온대학교").await).await;
    let other_app = Arc::new(app.beside().await);
    for is_edit in [true, false] {
        let path = app.timetable(&student, "계획", "private").await;
        let entry = app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
        let (other_app, owner) = (other_app.clone(), student.clone());
        injector.before_next("TransactWriteItems", async move {
            other_app.delete(path).by(&owner).send().await.is(204);
        });
        let answer = match is_edit {
            true => patch(&app, &student, &entry, &json!({ "title": "합주" })).await,
            false => app.delete(&entry).by(&student).send().await,
        };
        assert!(injector.has_happened());
        answer.is_problem(404, "not_found");
        assert_eq!((app.count_rows("#TIMETABLE#").await, app.count_rows("TIMETABLES#").await), (0, 0));
    }
    for _ in 0..20 {
        let path = app.timetable(&student, "계획", "private").await;
        let entry = app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
        let edit = json!({ "title": "합주" });
        let calls = [app.delete(&path), app.patch(&entry).json(&edit), app.delete(&entry)];
        let answers = join_all(calls.map(|call| call.by(&student).send())).await;
        answers[0].is(204);
        for (answer, success) in [(&answers[1], 200), (&answers[2], 204)] {
            assert!([success, 404].contains(&answer.status.as_u16()), "{answer:?}");
        }
        assert_eq!(app.count_rows("#TIMETABLE#").await, 0);
    }
    app.audit().await;
}

#[tokio::test]
async fn concurrent_entries_that_do_not_overlap_all_succeed() {
    let (app, student) = start().await;
    let app = Arc::new(app);
    let path = app.timetable(&student, "계획", "private").await;
    let attempts: Vec<_> = (0..12)
        .map(|hour| {
            let (app, student, path) = (app.clone(), student.clone(), path.clone());
            let slots = json!([slot("mon", &format!("{hour:02}:00"), &format!("{:02}:00", hour + 1))]);
            tokio::spawn(async move { add(&app, &student, &path, &json!({ "title": "x", "slots": slots })).await })
        })
        .collect();
    for attempt in attempts {
        attempt.await.unwrap().is(201);
    }
    assert_eq!(app.get(&path).by(&student).send().await.at("/entries").as_array().unwrap().len(), 12);
}

#[tokio::test]
async fn a_timetable_has_at_most_50_entries() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    for _ in 0..50 {
        add(&app, &student, &path, &json!({ "title": "x", "slots": [] })).await.is(201);
    }
    add(&app, &student, &path, &json!({ "title": "x", "slots": [] })).await.is_problem(409, "entries_full");
}

#[tokio::test]
async fn a_timetable_of_50_lectures_can_be_copied_with_an_idempotency_key() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let lectures: Vec<_> = (1..=50).map(|number| format!("N{number}|001|세미나 {number}|1|||")).collect();
    let lectures: Vec<_> = LECTURES.into_iter().chain(lectures.iter().map(String::as_str)).collect();
    app.import(&school, &lectures).await;
    app.service.timetable.clear_cache();
    let found = app.get("/lectures?semester=2026-1&code=N&limit=50").by(&student).send().await.at("/items");
    let path = app.timetable(&student, "계획", "school").await;
    for lecture in found.as_array().unwrap() {
        app.enter(&student, &path, &json!({ "lecture_id": lecture["id"] })).await;
    }
    // The copy records each lecture as taken, all in one transaction. No other transaction is larger.
    let other = app.student(&school).await;
    for by in [&student, &other] {
        let copy = async || {
            let call = app.post(format!("{path}/copy")).by(by).header("idempotency-key", "key");
            call.json(&json!({ "name": "사본" })).send().await
        };
        let first = copy().await;
        assert_eq!(first.is(201).at("/entries").as_array().unwrap().len(), 50);
        let repeat = copy().await;
        assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.json(), "true"));
        let rows = app.rows().await;
        let own_rows = rows.iter().filter(|row| row["pk"].as_s().unwrap().ends_with(&format!("#USER#{}", by.id)));
        assert_eq!(own_rows.filter(|row| row["sk"].as_s().unwrap().starts_with("TAKEN#")).count(), 50);
    }
    app.audit().await;
}

#[tokio::test]
async fn a_lecture_that_the_catalogue_moves_is_moved_in_timetables_at_once_and_shows_conflicts() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "확률과정론").await.is(201);
    add_lecture(&app, &student, &path, "선형대수").await.is(201);
    app.enter(&student, &path, &json!({ "title": "동아리", "slots": [slot("fri", "09:00", "10:00")] })).await;
    let mut moved = LECTURES;
    moved[2] = "M2|001|선형대수|2|김|목 15:00-16:00|새 강의실";
    app.import(&school, &moved).await;
    let shown = app.get(&path).by(&student).send().await.at("/entries");
    let conflicts: Vec<_> = shown.as_array().unwrap().iter().map(|entry| entry["conflicts"].clone()).collect();
    assert_eq!(conflicts, [true, true, false]);
    assert_eq!(
        (&shown[1]["slots"][0]["start"], &shown[1]["slots"][0]["place"]),
        (&json!("15:00"), &json!("새 강의실"))
    );
    // Entries in conflict can stay and change color. The time of both is taken.
    let second = format!("{path}/entries/{}", shown[1]["id"].as_str().unwrap());
    patch(&app, &student, &second, &json!({ "color": "#000000" })).await.is(200);
    let late = add(&app, &student, &path, &json!({ "title": "늦게", "slots": [slot("thu", "15:45", "16:15")] })).await;
    assert_eq!(late.is_problem(409, "time_conflict").at("/clashes_with/title"), "선형대수");
    app.audit().await;
}
