//! Lectures in timetables that are cancelled or withdrawn (rule 27).

use serde_json::{Value, json};

use super::entries::add_lecture;
use super::{LECTURES, start};
use crate::support::fixture::review_body;
use crate::support::harness::{Student, TestApp};

/// Imports the lectures without the first, which becomes withdrawn, and with the third one cancelled.
async fn import_changes(app: &TestApp) {
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    app.import(&school, &[LECTURES[1], &format!("{}|cancelled", LECTURES[2]), LECTURES[3]]).await;
}

/// Titles and states of entries.
fn states(entries: &Value) -> Vec<(&str, Option<&str>)> {
    entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["title"].as_str().unwrap(), entry["state"].as_str()))
        .collect()
}

async fn timetable_with_all(app: &TestApp, student: &Student) -> String {
    let path = app.timetable(student, "계획", "friends").await;
    for title in ["확률과정론", "선형대수", "논문연구"] {
        add_lecture(app, student, &path, title).await.is(201);
    }
    app.enter(student, &path, &json!({ "title": "동아리", "slots": [] })).await;
    path
}

#[tokio::test]
async fn every_view_shows_the_state_of_a_lecture() {
    let lectures = [LECTURES[0], "M2|001|선형대수|2|김|금 15:30-16:30|", LECTURES[3]];
    let (app, student) = TestApp::with_lectures(&lectures).await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let path = timetable_with_all(&app, &student).await;
    let token = app.share(&student, &path).await;
    let friend = app.student(&school).await;
    let friendship = app.befriend(&student, &friend).await;
    let cancelled = "M2|001|선형대수|2|김|금 15:30-16:30||cancelled";
    app.import(&school, &[cancelled, LECTURES[3]]).await;
    let expected = [
        ("확률과정론", Some("withdrawn")),
        ("선형대수", Some("cancelled")),
        ("논문연구", Some("listed")),
        ("동아리", None),
    ];
    let shared = format!("/shared-timetables/{token}");
    let of_friend = format!("/friends/{friendship}/timetable?semester=2026-1");
    for (by, view) in [(&student, &path), (&friend, &path), (&friend, &of_friend), (&friend, &shared)] {
        let entries = app.get(view).by(by).send().await.is(200).at("/entries");
        assert_eq!(states(&entries), expected, "{view}");
    }
    for (by, view) in [(&student, &path), (&friend, &path), (&friend, &shared)] {
        let calendar = app.get(format!("{view}/calendar.ics")).by(by).send().await;
        let count = |text: &str| calendar.is(200).text.matches(text).count();
        assert_eq!((count("BEGIN:VEVENT"), count("STATUS:CANCELLED")), (3, 3), "{}", calendar.text);
        assert_eq!((count("[목록에 없음] 확률과정론"), count("[폐강] 선형대수")), (2, 1), "{}", calendar.text);
        let picture = app.get(format!("{view}/picture.svg")).by(by).send().await;
        assert_eq!(picture.is(200).text.matches("fill-opacity").count(), 3, "{}", picture.text);
        assert!(
            picture.text.contains("[폐강]") && picture.text.contains("시간 미정: 논문연구, 동아리"),
            "{}",
            picture.text
        );
    }
    let found = app.get("/lectures?semester=2026-1").by(&student).send().await.is(200).at("/items");
    assert_eq!(states(&found), [("선형대수", Some("cancelled")), ("논문연구", Some("listed"))]);
    app.audit().await;
}

#[tokio::test]
async fn a_lecture_that_does_not_take_place_cannot_be_added() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    let (withdrawn, cancelled) = (app.lecture(&student, "확률과정론").await, app.lecture(&student, "선형대수").await);
    import_changes(&app).await;
    let table = app.snapshot().await;
    for lecture in [&withdrawn, &cancelled] {
        let body = json!({ "lecture_id": lecture });
        let refused = app.post(format!("{path}/entries")).by(&student).json(&body).send().await;
        refused.is_problem(409, "lecture_not_listed");
    }
    assert_eq!(app.snapshot().await, table);
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    app.import(&school, &LECTURES).await;
    app.enter(&student, &path, &json!({ "lecture_id": withdrawn })).await;
}

#[tokio::test]
async fn a_withdrawn_lecture_in_a_timetable_is_copied_and_its_course_can_be_reviewed() {
    let (app, student) = start().await;
    let path = app.timetable(&student, "계획", "private").await;
    add_lecture(&app, &student, &path, "확률과정론").await.is(201);
    let lecture = app.lecture(&student, "확률과정론").await;
    import_changes(&app).await;
    let copy = app.post(format!("{path}/copy")).by(&student).json(&json!({ "name": "사본" })).send().await;
    assert_eq!(copy.is(201).at("/entries/0/state"), "withdrawn");
    app.post(format!("/lectures/{lecture}/reviews")).by(&student).json(&review_body()).send().await.is(201);
    app.audit().await;
}
