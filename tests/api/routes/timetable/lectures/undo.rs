//! Undoing imports of catalogues.

use campus_core::domain::{Parse, School, Semester};
use campus_core::store::Error;
use serde_json::{Value, json};

use super::imports::{as_strs, long_lines};
use super::{LECTURES, names, search, start};
use crate::support::faults::killer::Killer;
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Student, TestApp};

fn semester() -> Semester {
    Semester::parse("2026-1".to_owned()).unwrap()
}

async fn undo(app: &TestApp, school: &School) -> Result<(usize, usize), Error> {
    let merge = app.service.app.catalogues.undo(school.id, semester()).await?;
    Ok((merge.changed, merge.withdrawn.len()))
}

/// The lectures that are found, without the times of their last changes.
async fn found(app: &TestApp, student: &Student) -> Vec<Value> {
    let mut found = search(app, student, "&limit=50").await.is(200).at("/items").as_array().unwrap().clone();
    found.iter_mut().for_each(|lecture| lecture["updated_at"] = Value::Null);
    found
}

#[tokio::test]
async fn an_import_is_undone_once_and_lectures_keep_their_ids() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let before = found(&app, &student).await;
    let mut mistaken = LECTURES;
    mistaken[0] = "M1|1|확률과정론|3|이상열||";
    mistaken[4] = "L10|001|체육|1|박|화 18:00-20:00|체육관";
    app.import(&school, &mistaken).await;
    let path = app.timetable(&student, "계획", "private").await;
    let new = found(&app, &student).await.iter().find(|lecture| lecture["section"] == "1").unwrap()["id"].clone();
    app.enter(&student, &path, &json!({ "lecture_id": new })).await;

    assert_eq!(undo(&app, &school).await.unwrap(), (2, 1));
    assert_eq!(found(&app, &student).await, before);
    let entry = app.get(&path).by(&student).send().await.is(200).at("/entries/0");
    let shown = (&entry["lecture_id"], &entry["title"], &entry["state"]);
    assert_eq!(shown, (&new, &json!("확률과정론"), &json!("withdrawn")), "what the import added stays in timetables");
    app.audit().await;

    let table = app.snapshot().await;
    assert!(matches!(undo(&app, &school).await, Err(Error::NotFound)), "a repeated undoing has no effect");
    assert_eq!(app.snapshot().await, table);
    let again = app.import(&school, &mistaken).await;
    assert_eq!((again.added, again.changed, again.withdrawn.len()), (0, 2, 1), "it can be imported again");
    let entry = app.get(&path).by(&student).send().await.is(200).at("/entries/0");
    assert_eq!((&entry["lecture_id"], &entry["state"]), (&new, &json!("listed")));
    assert_eq!(undo(&app, &school).await.unwrap(), (2, 1), "and undone again");
    assert_eq!(found(&app, &student).await, before);
    app.audit().await;
}

#[tokio::test]
async fn undoing_the_first_import_withdraws_all_its_lectures_and_the_semester_is_not_listed() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let other = Semester::parse("2027-1".to_owned()).unwrap();
    assert!(matches!(app.service.app.catalogues.undo(school.id, other).await, Err(Error::NotFound)));
    assert_eq!(undo(&app, &school).await.unwrap(), (0, 5));
    assert_eq!(names(&search(&app, &student, "").await), [""; 0]);
    assert_eq!(app.get("/semesters").by(&student).send().await.is(200).at("/items"), json!([]));
    app.audit().await;
    assert_eq!(app.import(&school, &LECTURES).await.changed, 5);
    assert_eq!(app.get("/semesters").by(&student).send().await.is(200).at("/items/0/lecture_count"), 5);
    app.audit().await;
}

#[tokio::test]
async fn an_import_without_changes_does_not_replace_the_previous_edition() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    app.import(&school, &LECTURES[1..]).await;
    assert!(!app.import(&school, &LECTURES[1..]).await.changes_anything());
    assert_eq!(undo(&app, &school).await.unwrap(), (1, 0));
    assert_eq!(names(&search(&app, &student, "").await).len(), 5);
}

#[tokio::test]
async fn an_import_that_comes_before_the_undoing_is_not_undone() {
    let injector = Lagging::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &LECTURES).await;
    app.import(&school, &LECTURES[1..]).await;
    let (other_app, same_school) = (app.beside().await, school.clone());
    injector.before_next("TransactWriteItems", async move {
        other_app.import(&same_school, &["N1|001|새 강의|1|||"]).await;
    });
    assert!(matches!(undo(&app, &school).await, Err(Error::Stale)));
    assert!(injector.has_happened());
    app.service.timetable.clear_cache();
    assert_eq!(names(&search(&app, &student, "").await), ["N1-001"]);
    // The next import deletes the chunk of the edition that did not become current.
    app.import(&school, &["N1|001|새 강의|1|||"]).await;
    app.audit().await;
}

#[tokio::test]
async fn an_undoing_whose_chunks_a_concurrent_import_deletes_is_repeated() {
    let injector = Lagging::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &LECTURES).await;
    app.import(&school, &LECTURES[1..]).await;
    let (other_app, same_school) = (app.beside().await, school.clone());
    injector.before_next("TransactWriteItems", async move {
        assert!(!other_app.import(&same_school, &LECTURES[1..]).await.changes_anything());
    });
    assert_eq!(undo(&app, &school).await.unwrap(), (1, 0));
    assert!(injector.has_happened());
    app.service.timetable.clear_cache();
    assert_eq!(names(&search(&app, &student, "").await).len(), 5);
    app.audit().await;
}

#[tokio::test]
async fn an_undoing_killed_after_any_write_has_no_or_its_whole_effect() {
    let (first, second) = (long_lines(80), long_lines(151));
    for writes in 0.. {
        let killer = Killer::default();
        let app = TestApp::start_with(|engine| killer.connection(engine), None).await;
        let school = app.school("가온대학교").await;
        let student = app.student(&school).await;
        app.import(&school, &as_strs(&first)).await;
        app.import(&school, &as_strs(&second)).await;
        killer.kill_after(writes);
        let killed = undo(&app, &school).await;
        killer.spare();
        app.service.timetable.clear_cache();
        let found = search(&app, &student, "&code=L0150").await;
        assert_eq!(names(&found).len(), usize::from(killed.is_err()), "killed after {writes} writes");
        if killed.is_err() {
            undo(&app, &school).await.unwrap();
        }
        app.import(&school, &as_strs(&first)).await;
        app.audit().await;
        if killed.is_ok() {
            assert!(writes > 2, "several chunks and the pointer");
            break;
        }
    }
}
