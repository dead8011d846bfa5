//! Requests to a function that has an old catalogue in its cache and does not see the latest import.

use std::sync::Arc;

use campus_core::domain::School;
use serde_json::{Value, json};

use super::{LECTURES, patch};
use crate::support::faults::lagging::Lagging;
use crate::support::fixture::review_body;
use crate::support::harness::{Answer, Student, TestApp};

const NEW_LECTURE: &str = "N1|001|새 강의|3|최|금 09:00-10:00|";

/// Two functions on one table, and a student's timetable.
struct StaleFunctionFixture {
    /// The connector of the stale function.
    injector: Lagging,
    /// Has the first edition of the catalogue in its cache.
    stale: Arc<TestApp>,
    /// Reads the current edition.
    current: Arc<TestApp>,
    school: School,
    student: Student,
    path: String,
}

impl StaleFunctionFixture {
    async fn start() -> Self {
        let injector = Lagging::new();
        let stale = TestApp::start_with(|engine| injector.connection(engine), None).await;
        let school = stale.school("가온대학교").await;
        let current = stale.beside().await;
        current.import(&school, &LECTURES).await;
        let student = stale.student(&school).await;
        let path = stale.timetable(&student, "계획", "private").await;
        stale.lecture(&student, "선형대수").await;
        injector.lag(true);
        Self { injector, stale: Arc::new(stale), current: Arc::new(current), school, student, path }
    }

    /// Imports a lecture that the stale function does not see. Returns the id of the lecture.
    async fn import_new(&self) -> String {
        let with_new: Vec<_> = LECTURES.into_iter().chain([NEW_LECTURE]).collect();
        self.current.import(&self.school, &with_new).await;
        assert!(!self.stale_lists("새 강의").await, "the stale function does not see the import");
        self.current.lecture(&self.student, "새 강의").await
    }

    /// Imports a lecture as [`import_new`](Self::import_new) does, and adds it to the timetable through the current
    /// function. Returns the id of the lecture.
    async fn enter_new(&self) -> String {
        let lecture = self.import_new().await;
        self.current.enter(&self.student, &self.path, &json!({ "lecture_id": lecture })).await;
        lecture
    }

    async fn stale_lists(&self, title: &str) -> bool {
        self.stale.get("/lectures?semester=2026-1&limit=50").by(&self.student).send().await.text.contains(title)
    }

    async fn add(&self, body: &Value) -> Answer {
        self.stale.post(format!("{}/entries", self.path)).by(&self.student).json(body).send().await
    }

    async fn get(&self, path: &str) -> Answer {
        self.stale.get(path).by(&self.student).send().await
    }
}

/// A custom entry that overlaps the new lecture.
fn overlapping_entry() -> Value {
    json!({ "title": "동아리", "slots": [{ "day": "fri", "start": "09:30", "end": "10:30" }] })
}

#[tokio::test]
async fn a_stale_function_refuses_an_entry_that_overlaps_a_new_lecture() {
    let fixture = StaleFunctionFixture::start().await;
    let custom = fixture.stale.enter(&fixture.student, &fixture.path, &json!({ "title": "합주", "slots": [] })).await;
    fixture.enter_new().await;
    let refused = fixture.add(&overlapping_entry()).await;
    assert_eq!(refused.is_problem(409, "time_conflict").at("/clashes_with/title"), "새 강의");
    let slots = json!({ "slots": overlapping_entry()["slots"] });
    let refused = patch(&fixture.stale, &fixture.student, &custom, &slots).await;
    assert_eq!(refused.is_problem(409, "time_conflict").at("/clashes_with/title"), "새 강의");
}

#[tokio::test]
async fn a_stale_function_refuses_an_overlap_with_a_new_lecture_added_just_before_its_write() {
    let fixture = StaleFunctionFixture::start().await;
    let custom = fixture.stale.enter(&fixture.student, &fixture.path, &json!({ "title": "합주", "slots": [] })).await;
    let lecture = fixture.import_new().await;
    for is_edit in [false, true] {
        let (current, student, path) = (fixture.current.clone(), fixture.student.clone(), fixture.path.clone());
        let entry = json!({ "lecture_id": lecture });
        fixture.injector.before_next("TransactWriteItems", async move {
            current.enter(&student, &path, &entry).await;
        });
        let answer = match is_edit {
            true => {
                let slots = json!({ "slots": overlapping_entry()["slots"] });
                patch(&fixture.stale, &fixture.student, &custom, &slots).await
            }
            false => fixture.add(&overlapping_entry()).await,
        };
        assert!(fixture.injector.has_happened());
        assert_eq!(answer.is_problem(409, "time_conflict").at("/clashes_with/title"), "새 강의");
        let shown = fixture.current.get(&fixture.path).by(&fixture.student).send().await;
        let entry = format!("{}/entries/{}", fixture.path, shown.text_at("/entries/1/id"));
        fixture.current.delete(entry).by(&fixture.student).send().await.is(204);
    }
}

#[tokio::test]
async fn a_stale_function_shows_a_new_lecture_in_every_view() {
    let fixture = StaleFunctionFixture::start().await;
    let lecture = fixture.enter_new().await;
    let path = &fixture.path;
    let id = path.trim_start_matches("/timetables/");
    let views = [
        path.clone(),
        "/timetables".to_owned(),
        "/timetables?semester=2026-1".to_owned(),
        format!("{path}/calendar.ics"),
        format!("{path}/picture.svg"),
        format!("/lectures/{lecture}"),
    ];
    for view in &views {
        let answer = fixture.get(view).await;
        assert!(answer.is(200).text.contains("새 강의"), "{view}: {answer:?}");
        assert!(!fixture.stale_lists("새 강의").await, "the function is still stale");
    }
    let slot = json!({ "day": "fri", "start": "09:00", "end": "10:00", "place": null });
    let edited = patch(&fixture.stale, &fixture.student, path, &json!({ "name": "새 계획" })).await;
    assert_eq!((edited.text_at("/id").as_str(), edited.at("/entries/0/slots/0")), (id, slot.clone()));
    let entry = format!("{path}/entries/{}", edited.text_at("/entries/0/id"));
    let recolored = patch(&fixture.stale, &fixture.student, &entry, &json!({ "color": "#abcdef" })).await;
    assert_eq!(recolored.is(200).at("/slots/0"), slot);
    let copy = fixture.stale.post(format!("{path}/copy")).by(&fixture.student).json(&json!({ "name": "사본" }));
    assert_eq!(copy.send().await.is(201).at("/entries/0/slots/0"), slot);
}

#[tokio::test]
async fn a_stale_function_can_add_a_new_lecture() {
    let fixture = StaleFunctionFixture::start().await;
    let lecture = fixture.import_new().await;
    let added = fixture.add(&json!({ "lecture_id": lecture })).await;
    assert_eq!(added.is(201).at("/title"), "새 강의");
}

#[tokio::test]
async fn a_stale_function_accepts_a_review_of_a_new_lecture() {
    let fixture = StaleFunctionFixture::start().await;
    let lecture = fixture.enter_new().await;
    let review = fixture.stale.post(format!("/lectures/{lecture}/reviews")).by(&fixture.student);
    review.json(&review_body()).send().await.is(201);
    assert!(!fixture.stale_lists("새 강의").await, "the function is still stale");
}

#[tokio::test]
async fn of_two_concurrent_overlapping_entries_one_is_refused_during_an_import() {
    let fixture = Arc::new(StaleFunctionFixture::start().await);
    for round in 0..20 {
        let new = format!("N{round}|001|새 강의 {round}|3|최|금 09:00-10:00|");
        let importing = fixture.clone();
        let current = tokio::spawn(async move {
            let StaleFunctionFixture { current, school, student, path, .. } = &*importing;
            current.import(school, &[&new]).await;
            let lecture = current.lecture(student, &format!("새 강의 {round}")).await;
            current.post(format!("{path}/entries")).by(student).json(&json!({ "lecture_id": lecture })).send().await
        });
        let adding = fixture.clone();
        let stale = tokio::spawn(async move {
            // Reads for a while first, so that the entry comes before, during or after the import in different rounds.
            for _ in 0..round % 10 {
                adding.get(&adding.path).await.is(200);
            }
            adding.add(&overlapping_entry()).await
        });
        let mut entered = 0;
        for answer in [current.await.unwrap(), stale.await.unwrap()] {
            match answer.status.is_success() {
                true => {
                    entered += 1;
                    fixture.current.delete(answer.header("location")).by(&fixture.student).send().await.is(204);
                }
                false => drop(answer.is_problem(409, "time_conflict")),
            }
        }
        assert_eq!(entered, 1, "round {round}");
    }
    fixture.stale.audit().await;
}
