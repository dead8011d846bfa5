//! Imports, and their undoing, tell the students who have a changed lecture in a timetable, once each.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{Parse, School, Semester};
use campus_core::store::{Announcement, Budget, StreamRecord, Usage};
use campus_notifications::stream::announce;
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::faults::killer::Killer;
use crate::support::harness::{APP_URL, PASSWORD, Student, TestApp};
use crate::support::table::Row;

const LECTURES: [&str; 3] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30|25-105",
    "M2|001|해석학|3|박|수 09:00-10:30|25-106",
    "M3|001|위상수학|3|김||",
];

/// The lectures with the first one at another time.
const MOVED: [&str; 3] = ["M1|001|확률과정론|3|이상열|금 14:00-15:30|25-105", LECTURES[1], LECTURES[2]];

/// A service with the lectures, and students who each have a timetable.
struct Scene {
    app: TestApp,
    school: School,
}

impl Scene {
    async fn start() -> Self {
        Self::on(TestApp::start().await).await
    }

    async fn on(app: TestApp) -> Self {
        let school = app.school("가온대학교").await;
        app.import(&school, &LECTURES).await;
        Self { app, school }
    }

    /// A student with a timetable that has the lectures with these titles. Returns the paths of the entries, too.
    async fn student_with(&self, titles: &[&str]) -> (Student, Vec<String>) {
        let student = self.app.student(&self.school).await;
        let entries = self.timetable_with(&student, titles).await;
        (student, entries)
    }

    async fn timetable_with(&self, student: &Student, titles: &[&str]) -> Vec<String> {
        let path = self.app.timetable(student, &format!("계획 {}", Uuid::new_v4().as_fields().0), "private").await;
        let mut entries = Vec::new();
        for title in titles {
            let lecture = self.app.lecture(student, title).await;
            entries.push(self.app.enter(student, &path, &json!({ "lecture_id": lecture })).await);
        }
        entries
    }

    /// Imports the lectures, and lets the students hear of it.
    async fn import(&self, lines: &[&str]) {
        self.app.import(&self.school, lines).await;
        self.app.consume_stream().await;
    }

    async fn undo(&self) {
        let semester = Semester::parse("2026-1".to_owned()).unwrap();
        self.app.service.app.catalogues.undo(self.school.id, semester).await.unwrap();
    }

    /// The notifications of a student: title, newest changes, and number of causes, in the order of the titles.
    async fn told(&self, student: &Student) -> Vec<(String, String, u32)> {
        let listed = self.app.get("/notifications?limit=50").by(student).send().await.is(200).at("/items");
        let told = |one: &Value| {
            assert_eq!((&one["kind"], &one["actor_name"]), (&json!("lecture"), &Value::Null));
            assert!(one["lecture_id"].is_string() && one["is_read"] == false);
            let changes: Vec<_> = one["changes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
            let title = one["preview"].as_str().unwrap().to_owned();
            (title, changes.join(" "), u32::try_from(one["count"].as_u64().unwrap()).unwrap())
        };
        let mut told: Vec<_> = listed.as_array().unwrap().iter().map(told).collect();
        told.sort_unstable();
        told
    }

    /// The number of the notifications in the partition of a student.
    async fn count_told(&self, student: &Student) -> usize {
        let partition = format!("SCHOOL#{}#USER#{}", self.school.id, student.id);
        let is_one = |row: &&Row| text(row, "pk") == partition && text(row, "sk").starts_with("NOTIFICATION#");
        self.app.rows().await.iter().filter(is_one).count()
    }

    /// Asserts that all announcements are over and that an audit finds nothing.
    async fn is_over(&self) {
        assert_eq!(self.app.count_rows("#ANNOUNCEMENT#").await, 0);
        self.app.audit().await;
    }
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row[name].as_s().unwrap()
}

fn once(title: &str, changes: &str) -> (String, String, u32) {
    (title.to_owned(), changes.to_owned(), 1)
}

#[tokio::test]
async fn students_hear_of_times_rooms_and_states_of_the_lectures_in_their_timetables() {
    let scene = Scene::start().await;
    let (one, _) = scene.student_with(&["확률과정론"]).await;
    let (both, _) = scene.student_with(&["확률과정론", "해석학"]).await;
    let (other, _) = scene.student_with(&["위상수학"]).await;
    scene.app.consume_stream().await;
    assert_eq!(scene.app.count_rows("#ANNOUNCEMENT#").await, 0, "nobody has a new lecture");

    scene.import(&[MOVED[0], "M2|001|해석학|3|박|수 09:00-10:30|26-1", "M3|001|위상수학 입문|3|최||"]).await;
    assert_eq!(scene.told(&one).await, [once("확률과정론", "time")]);
    assert_eq!(scene.told(&both).await, [once("해석학", "place"), once("확률과정론", "time")]);
    assert_eq!(scene.told(&other).await, [], "another title or professor is no news");
    scene.is_over().await;

    scene.import(&[MOVED[0], MOVED[1], "M3|001|위상수학|3|김|||cancelled"]).await;
    assert_eq!(scene.told(&other).await, [once("위상수학", "cancelled")]);
    scene.import(&MOVED[..2]).await;
    assert_eq!(scene.told(&other).await, [("위상수학".to_owned(), "withdrawn".to_owned(), 2)]);
    scene.import(&MOVED).await;
    assert_eq!(scene.told(&other).await, [("위상수학".to_owned(), "listed".to_owned(), 3)]);
    scene.is_over().await;
}

#[tokio::test]
async fn two_imports_shortly_after_each_other_and_an_undoing_are_told_in_one_notification() {
    let scene = Scene::start().await;
    let (student, _) = scene.student_with(&["확률과정론"]).await;
    scene.app.import(&scene.school, &MOVED).await;
    scene.import(&["M1|001|확률과정론|3|이상열|금 14:00-15:30|26-1", MOVED[1], MOVED[2]]).await;
    let told = scene.told(&student).await;
    assert!(told.len() == 1 && told[0].2 == 2, "{told:?}");
    scene.undo().await;
    scene.app.consume_stream().await;
    assert_eq!(scene.told(&student).await, [("확률과정론".to_owned(), "place".to_owned(), 3)]);
    scene.is_over().await;
}

#[tokio::test]
async fn the_timetable_decides_who_has_a_lecture() {
    let scene = Scene::start().await;
    let (twice, _) = scene.student_with(&["확률과정론"]).await;
    scene.timetable_with(&twice, &["확률과정론"]).await;
    let (former, entries) = scene.student_with(&["확률과정론"]).await;
    scene.app.consume_stream().await;
    scene.app.import(&scene.school, &MOVED).await;
    let announcement = scene.app.waiting_records().await;
    // The index still has the entry.
    scene.app.delete(&entries[0]).by(&former).send().await.is(204);
    assert_eq!(scene.app.deliver(&announcement).await, [""; 0]);
    scene.app.consume_stream().await;
    assert_eq!(scene.told(&former).await, []);
    assert_eq!(scene.told(&twice).await, [once("확률과정론", "time")], "in two timetables");
    scene.is_over().await;
}

#[tokio::test]
async fn students_who_have_left_or_want_no_such_notifications_get_none() {
    let scene = Scene::start().await;
    let (silent, _) = scene.student_with(&["확률과정론"]).await;
    let (gone, _) = scene.student_with(&["확률과정론"]).await;
    let (told, _) = scene.student_with(&["확률과정론"]).await;
    scene.app.consume_stream().await;
    let off = json!({ "lecture": false });
    scene.app.patch("/notifications/settings").by(&silent).json(&off).send().await.is(200);
    scene.app.delete("/auth/me").by(&gone).json(&json!({ "password": PASSWORD })).send().await.is(204);
    // The purge has not deleted the timetable yet.
    scene.import(&MOVED).await;
    for student in [&silent, &gone] {
        assert_eq!(scene.count_told(student).await, 0);
    }
    assert_eq!(scene.count_told(&told).await, 1);
}

#[tokio::test]
async fn an_import_killed_after_any_write_tells_each_student_once() {
    for writes in 0.. {
        let killer = Killer::default();
        let scene = Scene::on(TestApp::start_with(|engine| killer.connection(engine), None).await).await;
        let (student, _) = scene.student_with(&["확률과정론"]).await;
        scene.app.consume_stream().await;
        killer.kill_after(writes);
        let killed = scene.app.import_of("2026-1", &scene.school, &MOVED).await.is_err();
        killer.spare();
        scene.app.consume_stream().await;
        assert_eq!(scene.told(&student).await.len(), usize::from(!killed), "killed after {writes} writes");
        scene.import(&MOVED).await;
        assert_eq!(scene.told(&student).await, [once("확률과정론", "time")]);
        scene.is_over().await;
        if !killed {
            assert!(writes >= 2, "a chunk and the pointer");
            break;
        }
    }
}

/// Gives copies of the student's sessions and timetable, and of the index of its lecture, to this number of other students.
/// Returns them.
async fn copy_student(scene: &Scene, student: &Student, count: usize) -> Vec<Student> {
    scene.app.consume_stream().await;
    let own = |row: &Row| text(row, "pk").ends_with(&format!("#USER#{}", student.id)) && text(row, "sk") == "SESSIONS";
    let mut rows = scene.app.rows().await;
    rows.retain(|row| {
        own(row) || text(row, "sk") == "TIMETABLE" || text(row, "sk").starts_with(&format!("{}#", student.id))
    });
    assert_eq!(rows.len(), 3);
    let timetable = rows.iter().find(|row| text(row, "sk") == "TIMETABLE").unwrap();
    let timetable = text(timetable, "id").to_owned();
    let copies: Vec<Student> =
        (0..count).map(|_| Student { id: Uuid::new_v4().to_string(), ..student.clone() }).collect();
    for some in copies.chunks(20) {
        join_all(some.iter().flat_map(|copy| {
            let other_timetable = Uuid::now_v7().to_string();
            let in_semester = format!("{}{}", &other_timetable[..14], &timetable[14..18]);
            let other_timetable = format!("{in_semester}{}", &other_timetable[18..]);
            let replace = |value: &AttributeValue| match value {
                AttributeValue::S(text) => {
                    AttributeValue::S(text.replace(&student.id, &copy.id).replace(&timetable, &other_timetable))
                }
                other => other.clone(),
            };
            let copied = |row: &Row| row.iter().map(|(name, value)| (name.clone(), replace(value))).collect();
            let rows: Vec<Row> = rows.iter().map(copied).collect();
            let put = |row| scene.app.raw.client.put_item().table_name(&scene.app.raw.table).set_item(Some(row)).send();
            rows.into_iter().map(put).collect::<Vec<_>>()
        }))
        .await
        .into_iter()
        .for_each(|put| drop(put.unwrap()));
    }
    copies
}

#[tokio::test]
async fn a_consumer_killed_between_any_steps_goes_on_and_tells_each_student_once() {
    let killer = Killer::default();
    let scene = Scene::on(TestApp::start_with(|engine| killer.connection(engine), None).await).await;
    let (student, _) = scene.student_with(&["확률과정론"]).await;
    let copies = copy_student(&scene, &student, 44).await;
    scene.app.consume_stream().await;
    scene.app.import(&scene.school, &MOVED).await;
    let first = scene.app.waiting_records().await;
    let mut steps = 0;
    for writes in 0..40 {
        let waiting = scene.app.waiting_records().await;
        let Some(record) = waiting.last() else { break };
        killer.kill_after(writes);
        let failed = scene.app.deliver(std::slice::from_ref(record)).await;
        killer.spare();
        // The consumer is delivered the record again, and records of earlier steps too.
        assert_eq!(scene.app.deliver(&first).await, [""; 0]);
        steps += usize::from(failed.is_empty());
    }
    scene.app.consume_stream().await;
    assert!(steps >= 1);
    for copy in &copies {
        assert_eq!(scene.count_told(copy).await, 1);
    }
    assert_eq!(scene.told(&student).await, [once("확률과정론", "time")]);
    assert_eq!(scene.app.count_rows("#ANNOUNCEMENT#").await, 0);
    assert_eq!(scene.app.deliver(&first).await, [""; 0], "a replay after the end");
    assert_eq!(scene.told(&student).await, [once("확률과정론", "time")]);
}

/// Tells this number of students of a changed lecture. Returns the number of steps and the usage of all of them.
async fn tell(students: usize) -> (usize, Usage) {
    let scene = Scene::start().await;
    let (student, _) = scene.student_with(&["확률과정론"]).await;
    let copies = copy_student(&scene, &student, students - 1).await;
    let state = scene.app.service.notifications_stream(scene.app.ses.mailer(), APP_URL.to_owned()).unwrap();
    scene.app.import(&scene.school, &MOVED).await;
    let (mut steps, mut position, budget) = (0, None, Budget::new(Duration::from_secs(3600)));
    loop {
        let records = scene.app.engine.stream_records(position.as_deref()).unwrap();
        let Some(last) = records.last() else { break };
        position = Some(last["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned());
        for record in records {
            let record = StreamRecord::parse(&record).unwrap();
            if let Some(announcement) = Announcement::of_record(&record).unwrap() {
                budget.spend(announce(&state, announcement)).await.unwrap();
                steps += 1;
            }
        }
    }
    let told = scene.app.rows().await.iter().filter(|row| text(row, "sk").starts_with("NOTIFICATION#")).count();
    assert_eq!((told, copies.len()), (students, students - 1), "each of them once");
    assert_eq!(scene.app.count_rows("#ANNOUNCEMENT#").await, 0);
    (steps, budget.usage())
}

#[tokio::test]
async fn a_step_tells_at_most_20_students_and_each_costs_about_the_same() {
    let (steps, usage) = tell(60).await;
    assert!((3..=4).contains(&steps), "{steps}");
    assert!(usage.read_units < 60.0 * 5.0 && usage.write_units < 60.0 * 9.0, "{usage:?}");
}

/// `cargo test -p campus-tests -- --ignored --nocapture five_thousand_students`
#[tokio::test]
#[ignore = "prints how many units it takes to tell 5,000 students"]
async fn five_thousand_students_hear_of_a_change() {
    let began = Instant::now();
    let (steps, usage) = tell(5_000).await;
    println!("{steps} steps, {usage:?}, {:?} with the students", began.elapsed());
}
