//! Catalogues: searching them, and importing them.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Student, TestApp};

const LECTURES: [&str; 5] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30; 목 14:00-15:30|25-105; 25-105",
    "M1|002|확률과정론|3|김확률|월 09:00-10:30|",
    "L2|001|Linear Algebra|2|Kim|mon 09:00-10:00; mon 09:00-10:00|1; 2",
    "L2|002|논문연구|1|||",
    "L10|001|체육|1|박|월 18:00-20:00|",
];

async fn app() -> (TestApp, Student) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    app.import(&school, &LECTURES).await;
    let student = app.student(&school).await;
    (app, student)
}

async fn search(app: &TestApp, by: &Student, query: &str) -> Answer {
    app.get(format!("/lectures?semester=2026-1{query}")).by(by).send().await
}

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.is(200).at("/items");
    let name = |one: &Value| format!("{}-{}", one["code"].as_str().unwrap(), one["section"].as_str().unwrap());
    items.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn a_lecture_is_shown_with_all_that_the_school_says() {
    let (app, student) = app().await;
    let found = search(&app, &student, "&query=%ED%99%95%EB%A5%A0&professor=%EC%9D%B4").await;
    assert_eq!(names(&found), ["M1-001"]);
    let lecture = found.at("/items/0");
    let id = lecture["id"].as_str().unwrap();
    let slot = |day: &str| json!({ "day": day, "start": "14:00", "end": "15:30", "place": "25-105" });
    assert_eq!(
        lecture,
        json!({
            "id": id, "semester": "2026-1", "code": "M1", "section": "001", "title": "확률과정론", "credit": 3,
            "professor": "이상열", "department": "수학과", "classification": "전선", "academic_year": null,
            "slots": [slot("tue"), slot("thu")], "quota": null, "remark": null, "syllabus_url": null,
            "rating": null, "review_count": 0,
            "choices": { "homework": null, "team_work": null, "grading": null, "attendance": null, "exams": null },
            "created_at": lecture["created_at"], "updated_at": lecture["created_at"],
        })
    );
    let shown = app.get(format!("/lectures/{id}")).by(&student).send().await;
    assert_eq!(shown.is(200).json(), lecture);
}

#[tokio::test]
async fn filters_are_combined() {
    let (app, student) = app().await;
    for (query, expected) in [
        ("", &["L10-001", "L2-001", "L2-002", "M1-001", "M1-002"][..]),
        ("&query=KIM", &["L2-001"]),
        ("&query=%EB%A5%A0%EA%B3%BC", &["M1-001", "M1-002"]),
        ("&code=l2&credit=1", &["L2-002"]),
        ("&department=%EC%88%98%ED%95%99&classification=%EC%A0%84%EC%84%A0&day=mon", &["L10-001", "L2-001", "M1-002"]),
        ("&day=mon&from=09:00&to=10:00", &["L2-001"]),
        ("&from=14:00&to=15:30", &["M1-001"]),
        ("&query=nothing", &[]),
    ] {
        assert_eq!(names(&search(&app, &student, query).await), expected, "{query}");
    }
    for (query, field, code) in [
        ("&credit=x", "credit", "invalid_format"),
        ("&credit=31", "credit", "out_of_range"),
        ("&day=monday", "day", "unknown_choice"),
        ("&from=9:00", "from", "invalid_format"),
        ("&to=24:01", "to", "invalid_format"),
    ] {
        search(&app, &student, query).await.is_invalid(&[(field, code)]);
    }
    app.get("/lectures").by(&student).send().await.is_invalid(&[("semester", "required")]);
    app.get("/lectures?semester=2026-3").by(&student).send().await.is_invalid(&[("semester", "invalid_format")]);
}

#[tokio::test]
async fn a_walk_meets_each_lecture_once_while_an_import_comes_in_between() {
    let (app, student) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = search(&app, &student, &format!("&limit=2{cursor}")).await;
        walked.extend(names(&page));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        let more: Vec<_> = LECTURES.into_iter().chain(["A1|001|앞|1|||"]).collect();
        app.import(&school, &more).await;
    }
    assert_eq!(walked, ["L10-001", "L2-001", "L2-002", "M1-001", "M1-002"]);
    let page = search(&app, &student, "&limit=2").await;
    let cursor = page.text_at("/next_cursor");
    let other = search(&app, &student, &format!("&limit=2&day=mon&cursor={cursor}")).await;
    other.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_semester_without_a_catalogue_has_no_lectures() {
    let (app, student) = app().await;
    let answer = app.get("/lectures?semester=2031-winter").by(&student).send().await;
    assert_eq!(answer.is(200).json(), json!({ "items": [], "next_cursor": null }));
}

#[tokio::test]
async fn another_schools_lecture_does_not_exist() {
    let (app, student) = app().await;
    let id = app.lecture(&student, "체육").await;
    let stranger = app.student(&app.school("나래대학교").await).await;
    assert_eq!(names(&search(&app, &stranger, "").await), [""; 0]);
    for id in [id, Uuid::now_v7().to_string(), "x".to_owned()] {
        app.get(format!("/lectures/{id}")).by(&stranger).send().await.is_problem(404, "not_found");
    }
}

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
async fn a_function_that_holds_an_old_catalogue_notices_and_a_warm_search_costs_half_a_unit() {
    let (app, student) = app().await;
    let beside = app.beside().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0);
    let cold = search(&app, &student, "").await.usage;
    let warm = search(&app, &student, "&query=x").await.usage;
    assert_eq!((cold.calls, warm.calls, warm.read_units), (3, 1, 0.5), "the first one finds courses");
    beside.import(&school, &["Z1|001|새 강의|1|||"]).await;
    assert!(names(&search(&app, &student, "").await).contains(&"Z1-001".to_owned()));
}
