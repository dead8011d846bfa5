//! Importing catalogues.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use uuid::Uuid;

use super::{LECTURES, app, names, search};
use crate::faults::killer::Killer;
use crate::faults::lagging::Lagging;
use crate::harness::{Answer, TestApp};

#[tokio::test]
async fn an_import_changes_what_changed_and_keeps_ids() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let ids = |answer: &Answer| -> Vec<Value> {
        answer.at("/items").as_array().unwrap().iter().map(|lecture| lecture["id"].clone()).collect()
    };
    let before = search(&app, &student, "").await;
    let table = app.snapshot().await;
    let again = app.import(&school, &LECTURES).await;
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 5));
    assert_eq!(app.snapshot().await, table, "nothing is written where nothing changes");

    let mut changed = LECTURES;
    changed[4] = "L10|001|체육|1|박|화 18:00-20:00|체육관";
    let merge = app.import(&school, &changed[1..]).await;
    assert_eq!((merge.added, merge.changed, merge.unchanged, merge.unlisted.len()), (0, 1, 3, 1));
    let after = search(&app, &student, "").await;
    assert_eq!(ids(&after), ids(&before));
    assert_eq!(after.at("/items/0/slots/0/place"), "체육관");
    assert_ne!(after.at("/items/0/updated_at"), before.at("/items/0/updated_at"));
    assert_eq!(after.at("/items/0/created_at"), before.at("/items/0/created_at"));
    assert_eq!(after.at("/items/3"), before.at("/items/3"), "it is no longer listed, and kept");
    assert_eq!(app.count_rows("#CATALOGUE#").await, 2, "the pointer and one chunk");
    app.audit().await;
}

/// Puts a row beside the catalogue, as an import that was killed leaves it.
async fn leave_chunk(app: &TestApp, edition: Uuid) {
    let rows = app.rows().await;
    let chunk = rows.iter().find(|row| row["sk"].as_s().unwrap().starts_with("CHUNK#")).unwrap();
    let mut stray = chunk.clone();
    stray.insert("sk".to_owned(), AttributeValue::S(format!("CHUNK#{edition}#00")));
    let (client, table) = (&app.raw.client, &app.raw.table);
    client.put_item().table_name(table).set_item(Some(stray)).send().await.unwrap();
}

#[tokio::test]
async fn what_a_killed_import_leaves_counts_for_nothing_and_the_next_one_clears_it_away() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let before = search(&app, &student, "").await.json();
    leave_chunk(&app, Uuid::new_v4()).await;
    app.desk.planner.forget();
    assert_eq!(search(&app, &student, "").await.json()["items"], before["items"]);
    assert_eq!(app.recount().await.findings.len(), 1, "an audit tells of it");
    app.import(&school, &LECTURES).await;
    assert_eq!(app.count_rows("#CATALOGUE#").await, 2);
    app.audit().await;
}

#[tokio::test]
async fn imports_at_the_same_time_leave_a_whole_catalogue_of_one_of_them_on_the_other() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let own = |number: usize| format!("N{number}|001|새 강의 {number}|1|||");
    let lines: Vec<String> = (0..8).map(own).collect();
    let imports = lines.iter().map(|line| {
        let lectures: Vec<&str> = LECTURES.into_iter().chain([line.as_str()]).collect();
        let (app, school) = (&app, &school);
        async move { app.import(school, &lectures).await.added }
    });
    let added: usize = futures_join(imports).await.into_iter().sum();
    assert_eq!(added, 8);
    assert_eq!(names(&search(&app, &student, "").await).len(), 13, "what one has added the others have kept");
    assert_eq!(app.count_rows("#CATALOGUE#").await, 2);
    app.audit().await;
}

/// Carries them out at the same time, on one thread.
async fn futures_join<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in running.iter_mut().filter(|(_, output)| output.is_none()) {
            if let std::task::Poll::Ready(ready) = future.as_mut().poll(context) {
                *output = Some(ready);
            }
        }
        match running.iter().all(|(_, output)| output.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

#[tokio::test]
async fn an_import_that_changes_nothing_leaves_alone_what_another_one_makes_count_meanwhile() {
    let wire = Lagging::new();
    let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &LECTURES).await;
    // Another import has written its edition, and turns the pointer to it once this one has seen what is left over.
    let (edition, raw) = (Uuid::new_v4(), app.raw.clone());
    leave_chunk(&app, edition).await;
    let pointer = app.rows().await.into_iter().find(|row| row["sk"] == AttributeValue::S("CATALOGUE".to_owned()));
    wire.before_next("TransactWriteItems", async move {
        let mut pointer = pointer.unwrap();
        pointer.insert("edition".to_owned(), serde_dynamo::to_attribute_value(edition).unwrap());
        raw.client.put_item().table_name(raw.table).set_item(Some(pointer)).send().await.unwrap();
    });
    assert!(!app.import(&school, &LECTURES).await.changes_anything());
    assert!(wire.has_happened(), "it has found something left over");
    app.desk.planner.forget();
    assert_eq!(names(&search(&app, &student, "").await).len(), 5);
    app.import(&school, &LECTURES).await;
    app.audit().await;
}

#[tokio::test]
async fn an_import_of_which_another_one_clears_away_what_it_wrote_begins_again() {
    let wire = Lagging::new();
    let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.import(&school, &LECTURES).await;
    let (beside, same) = (app.beside().await, school.clone());
    wire.before_next("TransactWriteItems", async move {
        assert!(!beside.import(&same, &LECTURES).await.changes_anything());
    });
    assert_eq!(app.import(&school, &["N1|001|새 강의|1|||"]).await.added, 1);
    assert!(wire.has_happened());
    app.desk.planner.forget();
    assert_eq!(names(&search(&app, &student, "").await).len(), 6);
    app.audit().await;
}

#[tokio::test]
async fn imports_that_change_nothing_and_others_at_once_leave_a_whole_catalogue() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let lines: Vec<String> = (0..4).map(|number| format!("N{number}|001|새 강의 {number}|1|||")).collect();
    for (round, line) in lines.iter().enumerate() {
        let with_new: Vec<&str> = LECTURES.into_iter().chain([line.as_str()]).collect();
        let imports = (0..6).map(|number| app.import(&school, if number == 3 { &with_new } else { &LECTURES }));
        futures_join(imports).await;
        app.desk.planner.forget();
        assert_eq!(names(&search(&app, &student, "").await).len(), 6 + round);
    }
    app.import(&school, &LECTURES).await;
    app.audit().await;
}

/// Lines of so many lectures, of which each has some 800 bytes that cannot be compressed.
fn long_lines(lectures: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = || -> String { (0..100).map(|_| random.char('가'..='힣')).collect() };
    let times = "월 09:00-10:00; 화 09:00-10:00; 수 09:00-10:00";
    let mut line = |number| {
        let (title, professor, places) = (text(), text(), [text(), text(), text()].join("; "));
        format!("L{number:04}|001|{title}|3|{professor}|{times}|{places}")
    };
    (0..lectures).map(&mut line).collect()
}

fn lent(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

async fn count_chunks(app: &TestApp) -> usize {
    app.rows().await.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("CHUNK#")).count()
}

#[tokio::test]
async fn a_catalogue_of_several_chunks_is_searched_and_replaced() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let mut lines = long_lines(250);
    assert_eq!(app.import(&school, &lent(&lines)).await.added, 250);
    let chunks = count_chunks(&app).await;
    assert!((3..6).contains(&chunks), "{chunks}");
    app.audit().await;
    let title = |line: &str| line.split('|').nth(2).unwrap().to_owned();
    for at in [0, 125, 249] {
        let id = app.get(format!("/lectures?semester=2026-1&code=L{at:04}")).by(&student).send().await;
        assert_eq!(id.is(200).text_at("/items/0/title"), title(&lines[at]));
    }
    lines[125] = "L0125|001|새 제목|3|||".to_owned();
    let merge = app.import(&school, &lent(&lines)).await;
    assert_eq!((merge.added, merge.changed, merge.unchanged, merge.unlisted.len()), (0, 1, 249, 5));
    assert_eq!(search(&app, &student, "&code=L0125").await.text_at("/items/0/title"), "새 제목");
    assert_eq!(count_chunks(&app).await, chunks);
    app.audit().await;
}

#[tokio::test]
async fn an_import_killed_after_any_of_its_writes_leaves_the_old_catalogue_or_the_new_one_and_the_next_one_finishes() {
    let (first, second) = (long_lines(80), long_lines(151));
    for writes in 0.. {
        let killer = Killer::default();
        let app = TestApp::start_with(|engine| killer.connection(engine), None).await;
        let school = app.school("가온대학교").await;
        let student = app.student(&school).await;
        app.import(&school, &lent(&first)).await;
        let old_chunks = count_chunks(&app).await;
        killer.kill_after(writes);
        let killed = app.import_of("2026-1", &school, &lent(&second)).await;
        killer.spare();
        let left = count_chunks(&app).await;
        app.desk.planner.forget();
        let found = search(&app, &student, "&code=L0150").await;
        // Once the pointer is turned, only clearing away can fail, which the next import makes good.
        assert_eq!(names(&found).len(), usize::from(killed.is_ok()), "killed after {writes} writes");
        assert_eq!(names(&search(&app, &student, "&code=L0050").await).len(), 1);
        let merge = app.import(&school, &lent(&second)).await;
        assert_eq!(merge.changes_anything(), killed.is_err());
        assert_eq!(names(&search(&app, &student, "&code=L0150").await).len(), 1);
        let new_chunks = count_chunks(&app).await;
        app.audit().await;
        if left == new_chunks && killed.is_ok() {
            let all = old_chunks + new_chunks + 1;
            assert_eq!(usize::try_from(writes).unwrap(), all, "each new chunk, the turn, each old chunk");
            assert!(old_chunks > 1 && new_chunks > old_chunks);
            break;
        }
    }
}

#[tokio::test]
async fn a_catalogue_of_a_large_university_is_imported_and_searched() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
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
    assert_eq!(app.import(&school, &lent(&lines)).await.added, 8000);
    let page = search(&app, &student, "&query=%EA%B8%80%EC%93%B0%EA%B8%B0&day=wed&limit=50").await;
    assert_eq!((names(&page).len(), page.at("/next_cursor").is_string()), (50, true));
    assert_eq!(names(&search(&app, &student, "&code=c1999").await).len(), 4);
    app.audit().await;
}
