//! Imports of catalogues.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use serde_json::Value;
use uuid::Uuid;

use super::{LECTURES, names, search, start};
use crate::support::faults::killer::Killer;
use crate::support::faults::lagging::Lagging;
use crate::support::harness::{Answer, TestApp};

#[tokio::test]
async fn an_import_writes_only_changes_keeps_ids_and_withdraws_what_it_does_not_list() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let ids = |answer: &Answer| -> Vec<Value> {
        answer.at("/items").as_array().unwrap().iter().map(|lecture| lecture["id"].clone()).collect()
    };
    let before = search(&app, &student, "").await;
    let table = app.snapshot().await;
    let again = app.import(&school, &LECTURES).await;
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 5));
    assert_eq!(app.snapshot().await, table, "an import without changes writes nothing");

    let mut changed = LECTURES;
    changed[4] = "L10|001|체육|1|박|화 18:00-20:00|체육관";
    let merge = app.import(&school, &changed[1..]).await;
    assert_eq!((merge.added, merge.changed, merge.unchanged, merge.withdrawn.len()), (0, 1, 3, 1));
    let after = search(&app, &student, "").await;
    assert_eq!(ids(&after), [&ids(&before)[..3], &ids(&before)[4..]].concat());
    assert_eq!(after.at("/items/0/slots/0/place"), "체육관");
    assert_ne!(after.at("/items/0/updated_at"), before.at("/items/0/updated_at"));
    assert_eq!(after.at("/items/0/created_at"), before.at("/items/0/created_at"));
    assert_eq!(after.at("/items/3"), before.at("/items/4"));
    let withdrawn = app.get(format!("/lectures/{}", before.text_at("/items/3/id"))).by(&student).send().await;
    assert_eq!(
        (withdrawn.is(200).text_at("/state"), withdrawn.text_at("/title")),
        ("withdrawn".into(), "확률과정론".into())
    );
    assert_ne!(withdrawn.at("/updated_at"), before.at("/items/3/updated_at"));
    assert_eq!(
        app.count_rows("#CATALOGUE#").await,
        3,
        "the pointer, and a chunk of this edition and of the one before"
    );
    let counts = app.get("/semesters/2026-1/filters").by(&student).send().await;
    assert_eq!(counts.is(200).at("/departments/0/count"), 4);
    app.audit().await;

    assert_eq!(app.import(&school, &changed).await.changed, 1);
    assert_eq!(ids(&search(&app, &student, "").await), ids(&before), "it is listed again");
    assert_eq!(app.count_rows("#CATALOGUE#").await, 3, "earlier editions are deleted");
    app.audit().await;
}

/// Adds a chunk of another edition, as a killed import leaves it.
async fn leave_chunk(app: &TestApp, edition: Uuid) {
    let rows = app.rows().await;
    let chunk = rows.iter().find(|row| row["sk"].as_s().unwrap().starts_with("CHUNK#")).unwrap();
    let mut stray = chunk.clone();
    stray.insert("sk".to_owned(), AttributeValue::S(format!("CHUNK#{edition}#00")));
    let (client, table) = (&app.raw.client, &app.raw.table);
    client.put_item().table_name(table).set_item(Some(stray)).send().await.unwrap();
}

#[tokio::test]
async fn chunks_of_a_killed_import_are_ignored_and_deleted_by_the_next_import() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let before = search(&app, &student, "").await.json();
    leave_chunk(&app, Uuid::new_v4()).await;
    app.service.timetable.clear_cache();
    assert_eq!(search(&app, &student, "").await.json()["items"], before["items"]);
    assert_eq!(app.recount().await.findings.len(), 1, "the audit reports the chunk");
    app.import(&school, &LECTURES).await;
    assert_eq!(app.count_rows("#CATALOGUE#").await, 2);
    app.audit().await;
}

#[tokio::test]
async fn of_concurrent_imports_each_starts_from_the_result_of_another() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let new_lecture = |number: usize| format!("N{number}|001|새 강의 {number}|1|||");
    let lines: Vec<String> = (0..4).map(new_lecture).collect();
    let imports = lines.iter().map(|line| {
        let lectures: Vec<&str> = LECTURES.into_iter().chain([line.as_str()]).collect();
        let (app, school) = (&app, &school);
        async move { app.import(school, &lectures).await.added }
    });
    let added: usize = join_all(imports).await.into_iter().sum();
    assert_eq!(added, 4);
    assert_eq!(
        names(&search(&app, &student, "").await).len(),
        6,
        "the last import withdraws what the others have added"
    );
    let all =
        app.import(&school, &LECTURES.into_iter().chain(lines.iter().map(String::as_str)).collect::<Vec<_>>()).await;
    assert_eq!((all.added, all.changed, all.unchanged), (0, 3, 6), "but keeps it");
    assert_eq!(app.count_rows("#CATALOGUE#").await, 3);
    app.audit().await;
}

#[tokio::test]
async fn an_import_without_changes_does_not_delete_the_edition_of_a_concurrent_import() {
    let injector = Lagging::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &LECTURES).await;
    // Another import has written the chunk of its edition. It changes the pointer just before this import deletes the
    // chunk as a leftover.
    let (edition, raw) = (Uuid::new_v4(), app.raw.clone());
    leave_chunk(&app, edition).await;
    let pointer = app.rows().await.into_iter().find(|row| row["sk"] == AttributeValue::S("CATALOGUE".to_owned()));
    injector.before_next("TransactWriteItems", async move {
        let mut pointer = pointer.unwrap();
        pointer.insert("edition".to_owned(), serde_dynamo::to_attribute_value(edition).unwrap());
        raw.client.put_item().table_name(raw.table).set_item(Some(pointer)).send().await.unwrap();
    });
    assert!(!app.import(&school, &LECTURES).await.changes_anything());
    assert!(injector.has_happened(), "the import has tried to delete the chunk");
    app.service.timetable.clear_cache();
    assert_eq!(names(&search(&app, &student, "").await).len(), 5);
    app.import(&school, &LECTURES).await;
    app.audit().await;
}

#[tokio::test]
async fn an_import_restarts_if_a_concurrent_import_deletes_its_chunks() {
    let injector = Lagging::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &LECTURES).await;
    let (other_app, same_school) = (app.beside().await, school.clone());
    injector.before_next("TransactWriteItems", async move {
        assert!(!other_app.import(&same_school, &LECTURES).await.changes_anything());
    });
    assert_eq!(app.import(&school, &["N1|001|새 강의|1|||"]).await.added, 1);
    assert!(injector.has_happened());
    app.service.timetable.clear_cache();
    assert_eq!(names(&search(&app, &student, "").await), ["N1-001"]);
    app.audit().await;
}

#[tokio::test]
async fn concurrent_imports_with_and_without_changes_leave_a_complete_catalogue() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let lines: Vec<String> = (0..4).map(|number| format!("N{number}|001|새 강의 {number}|1|||")).collect();
    for (round, line) in lines.iter().enumerate() {
        let with_new: Vec<&str> = LECTURES.into_iter().chain([line.as_str()]).collect();
        let imports = (0..6).map(|number| app.import(&school, if number == 3 { &with_new } else { &LECTURES }));
        join_all(imports).await;
        app.service.timetable.clear_cache();
        let found = names(&search(&app, &student, "").await);
        assert!(LECTURES.len() <= found.len() && found.len() <= LECTURES.len() + 1, "round {round}: {found:?}");
        app.audit().await;
    }
    app.import(&school, &LECTURES).await;
    app.audit().await;
}

/// The lines of this many lectures, each about 800 bytes long after compression.
pub(super) fn long_lines(lectures: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = || -> String { (0..100).map(|_| random.char('가'..='힣')).collect() };
    let times = "월 09:00-10:00; 화 09:00-10:00; 수 09:00-10:00";
    let mut line = |number| {
        let (title, professor, places) = (text(), text(), [text(), text(), text()].join("; "));
        format!("L{number:04}|001|{title}|3|{professor}|{times}|{places}")
    };
    (0..lectures).map(&mut line).collect()
}

pub(super) fn as_strs(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

async fn count_chunks(app: &TestApp) -> usize {
    app.rows().await.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("CHUNK#")).count()
}

#[tokio::test]
async fn a_catalogue_of_several_chunks_can_be_searched_and_replaced() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let mut lines = long_lines(250);
    assert_eq!(app.import(&school, &as_strs(&lines)).await.added, 250);
    let chunks = count_chunks(&app).await - 1;
    assert!((3..6).contains(&chunks), "{chunks}");
    app.audit().await;
    let title = |line: &str| line.split('|').nth(2).unwrap().to_owned();
    for number in [0, 125, 249] {
        let found = app.get(format!("/lectures?semester=2026-1&code=L{number:04}")).by(&student).send().await;
        assert_eq!(found.is(200).text_at("/items/0/title"), title(&lines[number]));
    }
    lines[125] = "L0125|001|새 제목|3|||".to_owned();
    let merge = app.import(&school, &as_strs(&lines)).await;
    assert_eq!((merge.added, merge.changed, merge.unchanged, merge.withdrawn.len()), (0, 1, 249, 0));
    assert_eq!(search(&app, &student, "&code=L0125").await.text_at("/items/0/title"), "새 제목");
    assert_eq!(count_chunks(&app).await, 2 * chunks, "of this edition and of the one before");
    app.audit().await;
}

#[tokio::test]
async fn an_import_killed_after_any_write_leaves_the_old_or_the_new_catalogue_and_the_next_import_finishes() {
    let (first, second, third) = (long_lines(80), long_lines(100), long_lines(151));
    for writes in 0.. {
        let killer = Killer::default();
        let app = TestApp::start_with(|engine| killer.connection(engine), None).await;
        let school = app.school("가온대학교").await;
        let student = app.student(&school).await;
        app.import(&school, &as_strs(&first)).await;
        let first_chunks = count_chunks(&app).await;
        app.import(&school, &as_strs(&second)).await;
        let second_chunks = count_chunks(&app).await - first_chunks;
        killer.kill_after(writes);
        let killed = app.import_of("2026-1", &school, &as_strs(&third)).await;
        killer.spare();
        let remaining = count_chunks(&app).await;
        app.service.timetable.clear_cache();
        let found = search(&app, &student, "&code=L0150").await;
        // Once the pointer is changed, only the deletion of the old chunks can fail. The next import repeats it.
        assert_eq!(names(&found).len(), usize::from(killed.is_ok()), "killed after {writes} writes");
        assert_eq!(names(&search(&app, &student, "&code=L0050").await).len(), 1);
        let merge = app.import(&school, &as_strs(&third)).await;
        assert_eq!(merge.changes_anything(), killed.is_err());
        assert_eq!(names(&search(&app, &student, "&code=L0150").await).len(), 1);
        let third_chunks = count_chunks(&app).await - second_chunks;
        app.audit().await;
        if remaining == second_chunks + third_chunks && killed.is_ok() {
            let all = first_chunks + third_chunks + 1;
            assert_eq!(
                usize::try_from(writes).unwrap(),
                all,
                "a write for each new chunk, for the pointer and for each chunk of the edition before the previous one"
            );
            assert!(first_chunks > 1 && third_chunks > first_chunks);
            break;
        }
    }
}

#[tokio::test]
async fn a_catalogue_of_8000_lectures_can_be_imported_and_searched() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let days = ["월", "화", "수", "목", "금"];
    let line = |number: usize| {
        let (day, hour) = (days[number % 5], 9 + number / 5 % 9);
        let (course, section) = (number / 4, number % 4);
        let title = format!("{} {}", ["선형대수", "글쓰기", "물리학실험"][course % 3], course);
        format!(
            "C{course:04}|{section:03}|{title}|3|교수 {}|{day} {hour:02}:00-{hour:02}:50|{}동 {}",
            course % 900,
            number % 80,
            number
        )
    };
    let lines: Vec<String> = (0..8000).map(line).collect();
    assert_eq!(app.import(&school, &as_strs(&lines)).await.added, 8000);
    let page = search(&app, &student, "&query=%EA%B8%80%EC%93%B0%EA%B8%B0&day=wed&limit=50").await;
    assert_eq!((names(&page).len(), page.at("/next_cursor").is_string()), (50, true));
    assert_eq!(names(&search(&app, &student, "&code=c1999").await).len(), 4);
    app.audit().await;
}
