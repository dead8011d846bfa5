//! What is in a timetable, and what is made of it.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{LECTURES, app, patch};
use crate::faults::lagging::Lagging;
use crate::harness::{Answer, Student, TestApp, one_succeeds};

async fn add(app: &TestApp, by: &Student, timetable: &str, body: &Value) -> Answer {
    app.post(format!("{timetable}/entries")).by(by).json(body).send().await
}

async fn add_lecture(app: &TestApp, by: &Student, timetable: &str, title: &str) -> Answer {
    let lecture = app.lecture(by, title).await;
    add(app, by, timetable, &json!({ "lecture_id": lecture })).await
}

fn slot(day: &str, start: &str, end: &str) -> Value {
    json!({ "day": day, "start": start, "end": end })
}

#[tokio::test]
async fn a_lecture_is_shown_as_the_catalogue_has_it_and_counts_its_credits() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "계획", "private").await;
    let made = add_lecture(&app, &student, &path, "확률과정론").await;
    let lecture = app.lecture(&student, "확률과정론").await;
    let place = |day: &str, place: &str| json!({ "day": day, "start": "14:00", "end": "15:30", "place": place });
    let entry = json!({
        "id": made.is(201).at("/id"), "lecture_id": lecture, "title": "확률과정론", "professor": "이상열",
        "slots": [place("tue", "25-105"), place("thu", "25-106")], "credit": 3, "color": made.at("/color"),
        "conflicts": false,
    });
    assert_eq!(made.json(), entry);
    assert_eq!(made.header("location"), format!("{path}/entries/{}", made.text_at("/id")));
    add(&app, &student, &path, &json!({ "title": "과외", "slots": [], "credit": 2 })).await.is(201);
    let shown = app.get(&path).by(&student).send().await;
    assert_eq!((shown.at("/entries/0"), shown.at("/credits")), (entry, json!(5)));
    app.audit().await;
}

#[tokio::test]
async fn what_takes_time_that_another_entry_has_is_refused_and_told_which() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "계획", "private").await;
    let held = add_lecture(&app, &student, &path, "확률과정론").await.is(201).text_at("/id");
    let before = app.snapshot().await;
    let clash = add_lecture(&app, &student, &path, "해석학").await;
    clash.is_problem(409, "time_conflict");
    assert_eq!(clash.at("/clashes_with"), json!({ "id": held, "title": "확률과정론" }));
    assert_eq!(clash.text_at("/detail"), "같은 시간에 다른 수업이 있습니다.");
    let own = json!({ "title": "동아리", "slots": [slot("mon", "09:00", "10:00"), slot("tue", "15:29", "16:00")] });
    let call = app.post(format!("{path}/entries")).by(&student).header("accept-language", "en").json(&own);
    let english = call.send().await;
    english.is_problem(409, "time_conflict");
    assert_eq!(english.text_at("/detail"), "Another entry of the timetable takes some of this time.");
    assert_eq!(app.snapshot().await, before);
    add_lecture(&app, &student, &path, "선형대수").await.is(201);
    add_lecture(&app, &student, &path, "논문연구").await.is(201);
}

#[tokio::test]
async fn the_same_lecture_twice_another_semesters_and_none_are_refused() {
    let (app, student) = app().await;
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
async fn each_field_of_an_entry_has_its_rule() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "계획", "private").await;
    let entry = app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
    add(&app, &student, &path, &json!({})).await.is_invalid(&[("title", "required"), ("slots", "required")]);
    let six: Vec<_> = (0..6).map(|hour| slot("mon", &format!("0{hour}:00"), &format!("0{hour}:30"))).collect();
    for (field, value, at, code) in [
        ("title", json!(""), "title", "too_short"),
        ("title", json!("가\n나"), "title", "invalid_characters"),
        ("professor", json!("가".repeat(101)), "professor", "too_long"),
        ("credit", json!(31), "credit", "out_of_range"),
        ("credit", json!(1.5), "credit", "wrong_type"),
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
async fn an_entry_is_edited_and_taken_out() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "계획", "private").await;
    let own = json!({ "title": "동아리", "professor": "박", "slots": [slot("mon", "09:00", "10:00")] });
    let own = app.enter(&student, &path, &own).await;
    let held = add_lecture(&app, &student, &path, "확률과정론").await.header("location").to_owned();
    let change = json!({ "title": "합주", "professor": null, "slots": [slot("mon", "09:30", "10:30")], "credit": 1 });
    let edited = patch(&app, &student, &own, &change).await;
    assert_eq!((edited.is(200).at("/title"), edited.at("/professor")), (json!("합주"), json!(null)));
    assert_eq!((edited.at("/slots/0/start"), edited.at("/credit")), (json!("09:30"), json!(1)));
    let onto = patch(&app, &student, &own, &json!({ "slots": [slot("thu", "15:00", "16:00")] })).await;
    onto.is_problem(409, "time_conflict");
    assert_eq!(onto.at("/clashes_with/title"), "확률과정론");
    let coloured = patch(&app, &student, &held, &json!({ "color": "#ABCDEF" })).await;
    assert_eq!(coloured.is(200).at("/color"), "#abcdef");
    patch(&app, &student, &held, &json!({ "title": "내 것" })).await.is_invalid(&[("title", "from_catalogue")]);
    app.delete(&own).by(&student).send().await.is(204);
    app.delete(&own).by(&student).send().await.is_problem(404, "not_found");
    patch(&app, &student, &own, &json!({ "color": "#ABCDEF" })).await.is_problem(404, "not_found");
    assert_eq!(app.get(&path).by(&student).send().await.at("/entries").as_array().unwrap().len(), 1);
    app.audit().await;
}

#[tokio::test]
async fn two_devices_that_add_clashing_entries_never_both_succeed() {
    let (app, student) = app().await;
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
async fn two_devices_that_move_entries_onto_each_other_never_both_succeed() {
    let (app, student) = app().await;
    let app = Arc::new(app);
    let path = app.timetable(&student, "계획", "private").await;
    let own = |slots: Value| json!({ "title": "동아리", "slots": slots });
    let homes = [slot("mon", "09:00", "10:30"), slot("tue", "09:00", "10:30")];
    let mut entries = Vec::new();
    for home in &homes {
        entries.push(app.enter(&student, &path, &own(json!([home]))).await);
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
        for (entry, home) in entries.iter().zip(&homes) {
            patch(&app, &student, entry, &json!({ "slots": [home] })).await.is(200);
        }
    }
    app.audit().await;
}

#[tokio::test]
async fn an_entry_of_a_timetable_that_is_being_deleted_is_404_and_nothing_is_left() {
    let wire = Lagging::new();
    let app = Arc::new(TestApp::start_with(|engine| wire.connection(engine), None).await);
    let student = app.student(&app.school("가온대학교").await).await;
    let beside = Arc::new(app.beside().await);
    for edits in [true, false] {
        let path = app.timetable(&student, "계획", "private").await;
        let entry = app.enter(&student, &path, &json!({ "title": "동아리", "slots": [] })).await;
        let (beside, deleter) = (beside.clone(), student.clone());
        wire.before_next("TransactWriteItems", async move {
            beside.delete(path).by(&deleter).send().await.is(204);
        });
        let answer = match edits {
            true => patch(&app, &student, &entry, &json!({ "title": "합주" })).await,
            false => app.delete(&entry).by(&student).send().await,
        };
        assert!(wire.has_happened());
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
        for (answer, done) in [(&answers[1], 200), (&answers[2], 204)] {
            assert!([done, 404].contains(&answer.status.as_u16()), "{answer:?}");
        }
        assert_eq!(app.count_rows("#TIMETABLE#").await, 0);
    }
    app.audit().await;
}

#[tokio::test]
async fn entries_that_do_not_clash_all_succeed_at_once() {
    let (app, student) = app().await;
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
async fn a_timetable_takes_fifty_entries() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "계획", "private").await;
    for _ in 0..50 {
        add(&app, &student, &path, &json!({ "title": "x", "slots": [] })).await.is(201);
    }
    add(&app, &student, &path, &json!({ "title": "x", "slots": [] })).await.is_problem(409, "entries_full");
}

#[tokio::test]
async fn a_lecture_that_the_catalogue_moves_shows_in_every_timetable_at_once_and_says_what_it_conflicts_with() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
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
    // What conflicts may stay, and may be coloured; time that either has is taken.
    let second = format!("{path}/entries/{}", shown[1]["id"].as_str().unwrap());
    patch(&app, &student, &second, &json!({ "color": "#000000" })).await.is(200);
    let late = add(&app, &student, &path, &json!({ "title": "늦게", "slots": [slot("thu", "15:45", "16:15")] })).await;
    assert_eq!(late.is_problem(409, "time_conflict").at("/clashes_with/title"), "선형대수");
    app.audit().await;
}

#[tokio::test]
async fn a_calendar_has_each_slot_in_the_schools_own_term() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "확률과정론").await.is(201);
    let calendar = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(calendar.is(200).header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(calendar.header("cache-control"), "no-store");
    assert_eq!(calendar.text.matches("BEGIN:VEVENT").count(), 2);
    // The second of March 2026 is a Monday.
    assert!(calendar.text.contains("DTSTART;TZID=Asia/Seoul:20260303T140000"), "{}", calendar.text);
    let again = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert_eq!(again.text, calendar.text);

    let semester = campus_core::domain::Parse::parse("2026-1".to_owned()).unwrap();
    let (first, last) = ("2026-03-09".parse().unwrap(), "2026-06-26".parse().unwrap());
    let term = campus_core::domain::Term::new(semester, first, last).unwrap();
    app.desk.app.terms.set(school.id, semester, term).await.unwrap();
    let moved = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
    assert!(moved.text.contains("DTSTART;TZID=Asia/Seoul:20260310T140000"), "{}", moved.text);
    assert!(moved.text.contains("UNTIL=20260626T145959Z"), "{}", moved.text);
    app.audit().await;
}

#[tokio::test]
async fn an_event_says_when_it_or_what_the_school_says_of_it_changed_last() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "선형대수").await.is(201);
    app.enter(&student, &path, &json!({ "title": "동아리", "slots": [slot("fri", "09:00", "10:00")] })).await;
    let stamps = async || -> Vec<String> {
        let calendar = app.get(format!("{path}/calendar.ics")).by(&student).send().await;
        calendar.is(200).text.lines().filter_map(|line| line.strip_prefix("DTSTAMP:")).map(str::to_owned).collect()
    };
    let before = stamps().await;
    assert_eq!((before.len(), &before[0]), (2, &before[1]));
    app.clock.set_ahead_by_millis(3_600_000);
    let mut moved = LECTURES;
    moved[2] = "M2|001|선형대수|2|김|금 15:30-16:30|";
    app.import(&school, &moved).await;
    let after = stamps().await;
    assert!(after[0] > before[0] && after[1] == before[1], "{before:?} {after:?}");
    app.clock.set_ahead_by_millis(7_200_000);
    patch(&app, &student, &path, &json!({ "name": "새 계획" })).await.is(200);
    assert!(stamps().await.iter().all(|stamp| *stamp > after[0]));
}

#[tokio::test]
async fn a_picture_is_an_image_that_runs_nothing() {
    let (app, student) = app().await;
    let path = app.timetable(&student, "<script>alert('1')</script>", "private").await;
    let own = json!({ "title": "</text><script>&\"", "slots": [{ "day": "sat", "start": "09:00", "end": "12:00", "place": "<b>" }] });
    app.enter(&student, &path, &own).await;
    let picture = app.get(format!("{path}/picture.svg")).by(&student).send().await;
    assert_eq!(picture.is(200).header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(picture.header("cache-control"), "no-store");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    assert_eq!(picture.header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(picture.text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    assert!(!picture.text.contains("<script") && !picture.text.contains("<b>"), "{}", picture.text);
    for shown in ["&lt;script&gt;", "토", "&lt;b&gt;"] {
        assert!(picture.text.contains(shown), "{shown}: {}", picture.text);
    }
}
