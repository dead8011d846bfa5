//! Timetables of several devices, of which one meets a function that has not heard of the latest import.

use std::sync::Arc;

use campus_core::domain::School;
use campus_core::store::Connection;
use serde_json::{Value, json};

use super::{LECTURES, patch};
use crate::faults::lagging::Lagging;
use crate::harness::{Answer, Student, TestApp};
use crate::world::review_body;

const NEW: &str = "N1|001|새 강의|3|최|금 09:00-10:00|";

/// A function that holds the first edition of a catalogue, another one that is up to date, and a student's timetable.
struct Devices {
    /// The wire of the function that lags behind.
    wire: Lagging,
    behind: Arc<TestApp>,
    ahead: Arc<TestApp>,
    school: School,
    student: Student,
    path: String,
}

impl Devices {
    async fn start() -> Self {
        let wire = Lagging::new();
        let behind = TestApp::start_with(|engine| wire.connection(engine), None).await;
        let school = behind.school("가온대학교").await;
        let ahead = behind.beside().await;
        ahead.import(&school, &LECTURES).await;
        let student = behind.student(&school).await;
        let path = behind.timetable(&student, "계획", "private").await;
        behind.lecture(&student, "선형대수").await;
        wire.lag(true);
        Self { wire, behind: Arc::new(behind), ahead: Arc::new(ahead), school, student, path }
    }

    /// Imports a lecture of which the function behind does not hear, and has not cleared the old edition away yet; gives
    /// the lecture's id.
    async fn import_new(&self) -> String {
        let rows = self.behind.rows().await;
        let old = rows.into_iter().find(|row| row["sk"].as_s().unwrap().starts_with("CHUNK#"));
        self.ahead.import(&self.school, &[NEW]).await;
        let Connection { client, table } = &self.behind.raw;
        client.put_item().table_name(table).set_item(old).send().await.unwrap();
        assert!(!self.behind_knows("새 강의").await, "it has not heard of it");
        self.ahead.lecture(&self.student, "새 강의").await
    }

    /// The same, and the other device puts it into the timetable.
    async fn enter_new(&self) -> String {
        let lecture = self.import_new().await;
        self.ahead.enter(&self.student, &self.path, &json!({ "lecture_id": lecture })).await;
        lecture
    }

    async fn behind_knows(&self, title: &str) -> bool {
        self.behind.get("/lectures?semester=2026-1&limit=50").by(&self.student).send().await.text.contains(title)
    }

    async fn add(&self, body: &Value) -> Answer {
        self.behind.post(format!("{}/entries", self.path)).by(&self.student).json(body).send().await
    }

    async fn get(&self, path: &str) -> Answer {
        self.behind.get(path).by(&self.student).send().await
    }
}

/// Something of one's own at the time of the new lecture.
fn clashing() -> Value {
    json!({ "title": "동아리", "slots": [{ "day": "fri", "start": "09:30", "end": "10:30" }] })
}

#[tokio::test]
async fn a_lecture_that_is_new_in_the_catalogue_takes_its_time_in_every_function() {
    let devices = Devices::start().await;
    let own = devices.behind.enter(&devices.student, &devices.path, &json!({ "title": "합주", "slots": [] })).await;
    devices.enter_new().await;
    let clash = devices.add(&clashing()).await;
    assert_eq!(clash.is_problem(409, "time_conflict").at("/clashes_with/title"), "새 강의");
    let slots = json!({ "slots": clashing()["slots"] });
    let clash = patch(&devices.behind, &devices.student, &own, &slots).await;
    assert_eq!(clash.is_problem(409, "time_conflict").at("/clashes_with/title"), "새 강의");
}

#[tokio::test]
async fn a_lecture_that_comes_into_the_timetable_just_before_a_write_takes_its_time() {
    let devices = Devices::start().await;
    let own = devices.behind.enter(&devices.student, &devices.path, &json!({ "title": "합주", "slots": [] })).await;
    let lecture = devices.import_new().await;
    for edits in [false, true] {
        let (ahead, student, path) = (devices.ahead.clone(), devices.student.clone(), devices.path.clone());
        let entry = json!({ "lecture_id": lecture });
        devices.wire.before_next("TransactWriteItems", async move {
            ahead.enter(&student, &path, &entry).await;
        });
        let answer = match edits {
            true => {
                let slots = json!({ "slots": clashing()["slots"] });
                patch(&devices.behind, &devices.student, &own, &slots).await
            }
            false => devices.add(&clashing()).await,
        };
        assert!(devices.wire.has_happened());
        assert_eq!(answer.is_problem(409, "time_conflict").at("/clashes_with/title"), "새 강의");
        let shown = devices.ahead.get(&devices.path).by(&devices.student).send().await;
        let entry = format!("{}/entries/{}", devices.path, shown.text_at("/entries/1/id"));
        devices.ahead.delete(entry).by(&devices.student).send().await.is(204);
    }
}

#[tokio::test]
async fn a_lecture_that_is_new_in_the_catalogue_is_shown_by_every_function() {
    let devices = Devices::start().await;
    let lecture = devices.enter_new().await;
    let path = &devices.path;
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
        let answer = devices.get(view).await;
        assert!(answer.is(200).text.contains("새 강의"), "{view}: {answer:?}");
        assert!(!devices.behind_knows("새 강의").await, "it lags behind as before");
    }
    let slot = json!({ "day": "fri", "start": "09:00", "end": "10:00", "place": null });
    let edited = patch(&devices.behind, &devices.student, path, &json!({ "name": "새 계획" })).await;
    assert_eq!((edited.text_at("/id").as_str(), edited.at("/entries/0/slots/0")), (id, slot.clone()));
    let entry = format!("{path}/entries/{}", edited.text_at("/entries/0/id"));
    let coloured = patch(&devices.behind, &devices.student, &entry, &json!({ "color": "#abcdef" })).await;
    assert_eq!(coloured.is(200).at("/slots/0"), slot);
    let copy = devices.behind.post(format!("{path}/copy")).by(&devices.student).json(&json!({ "name": "사본" }));
    assert_eq!(copy.send().await.is(201).at("/entries/0/slots/0"), slot);
}

#[tokio::test]
async fn a_lecture_that_is_new_in_the_catalogue_can_be_added_in_every_function() {
    let devices = Devices::start().await;
    let lecture = devices.import_new().await;
    let added = devices.add(&json!({ "lecture_id": lecture })).await;
    assert_eq!(added.is(201).at("/title"), "새 강의");
}

#[tokio::test]
async fn a_lecture_that_is_new_in_the_catalogue_can_be_reviewed_in_every_function() {
    let devices = Devices::start().await;
    let lecture = devices.enter_new().await;
    let review = devices.behind.post(format!("/lectures/{lecture}/reviews")).by(&devices.student);
    review.json(&review_body()).send().await.is(201);
    assert!(!devices.behind_knows("새 강의").await, "it lags behind as before");
}

#[tokio::test]
async fn an_import_lets_no_two_devices_take_the_same_time() {
    let devices = Arc::new(Devices::start().await);
    for round in 0..20 {
        let new = format!("N{round}|001|새 강의 {round}|3|최|금 09:00-10:00|");
        let imported = devices.clone();
        let ahead = tokio::spawn(async move {
            let Devices { ahead, school, student, path, .. } = &*imported;
            ahead.import(school, &[&new]).await;
            let lecture = ahead.lecture(student, &format!("새 강의 {round}")).await;
            ahead.post(format!("{path}/entries")).by(student).json(&json!({ "lecture_id": lecture })).send().await
        });
        let adding = devices.clone();
        let behind = tokio::spawn(async move {
            // Before, while or after the other device does it.
            for _ in 0..round % 10 {
                adding.get(&adding.path).await.is(200);
            }
            adding.add(&clashing()).await
        });
        let mut entered = 0;
        for answer in [ahead.await.unwrap(), behind.await.unwrap()] {
            match answer.status.is_success() {
                true => {
                    entered += 1;
                    devices.ahead.delete(answer.header("location")).by(&devices.student).send().await.is(204);
                }
                false => drop(answer.is_problem(409, "time_conflict")),
            }
        }
        assert_eq!(entered, 1, "round {round}");
    }
    devices.behind.audit().await;
}
