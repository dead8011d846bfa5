//! Lectures: searching and showing them, and importing catalogues.

mod cold_reads;
mod imports;
mod undo;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::harness::{Answer, Student, TestApp};

const LECTURES: [&str; 5] = [
    "M1|001|확률과정론|3|이상열|화 14:00-15:30; 목 14:00-15:30|25-105; 25-105",
    "M1|002|확률과정론|3|김확률|월 09:00-10:30|",
    "L2|001|Linear Algebra|2|Kim|mon 09:00-10:00; mon 09:00-10:00|1; 2",
    "L2|002|논문연구|1|||",
    "L10|001|체육|1|박|월 18:00-20:00|",
];

async fn start() -> (TestApp, Student) {
    TestApp::with_lectures(&LECTURES).await
}

async fn search(app: &TestApp, by: &Student, query: &str) -> Answer {
    app.get(format!("/lectures?semester=2026-1{query}")).by(by).send().await
}

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.is(200).at("/items");
    let name =
        |lecture: &Value| format!("{}-{}", lecture["code"].as_str().unwrap(), lecture["section"].as_str().unwrap());
    items.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn a_lecture_has_all_fields_of_the_catalogue() {
    let (app, student) = start().await;
    let found = search(&app, &student, "&query=%ED%99%95%EB%A5%A0&professor=%EC%9D%B4").await;
    assert_eq!(names(&found), ["M1-001"]);
    let lecture = found.at("/items/0");
    let id = lecture["id"].as_str().unwrap();
    let slot = |day: &str| json!({ "day": day, "start": "14:00", "end": "15:30", "place": "25-105" });
    assert_eq!(
        lecture,
        json!({
            "id": id, "semester": "2026-1", "code": "M1", "section": "001", "state": "listed", "title": "확률과정론",
            "credit": 3,
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
async fn search_filters_are_combined() {
    let (app, student) = start().await;
    for (query, expected) in [
        ("", &["L10-001", "L2-001", "L2-002", "M1-001", "M1-002"][..]),
        ("&query=KIM", &["L2-001"]),
        ("&query=%EB%A5%A0%20%EA%B3%BC", &["M1-001", "M1-002"]),
        ("&query=linearALG", &["L2-001"]),
        ("&query=%EB%A5%A0%EA%B3%BC", &["M1-001", "M1-002"]),
        ("&code=l2&credit=1", &["L2-002"]),
        ("&department=%EC%88%98%ED%95%99&classification=%EC%A0%84%EC%84%A0&day=mon", &["L10-001", "L2-001", "M1-002"]),
        ("&day=mon&from=09:00&to=10:00", &["L2-001"]),
        ("&from=14:00&to=15:30", &["M1-001"]),
        ("&query=nothing", &[]),
        (
            "&query=&professor=&code=&department=&classification=&academic_year=",
            &["L10-001", "L2-001", "L2-002", "M1-001", "M1-002"],
        ),
        ("&professor=%20&code=m1", &["M1-001", "M1-002"]),
    ] {
        assert_eq!(names(&search(&app, &student, query).await), expected, "{query}");
    }
    for (query, field, code) in [
        ("&credit=x", "credit", "invalid_format"),
        ("&credit=31", "credit", "out_of_range"),
        ("&credit=0.3", "credit", "not_half_credits"),
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
async fn pagination_lists_each_lecture_once_despite_imports_between_pages() {
    let (app, student) = start().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = search(&app, &student, &format!("&limit=2{cursor}")).await;
        listed.extend(names(&page));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        let more: Vec<_> = LECTURES.into_iter().chain(["A1|001|앞|1|||"]).collect();
        app.import(&school, &more).await;
    }
    assert_eq!(listed, ["L10-001", "L2-001", "L2-002", "M1-001", "M1-002"]);
    let page = search(&app, &student, "&limit=2").await;
    let cursor = page.text_at("/next_cursor");
    let other = search(&app, &student, &format!("&limit=2&day=mon&cursor={cursor}")).await;
    other.is_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_semester_without_a_catalogue_has_no_lectures() {
    let (app, student) = start().await;
    let answer = app.get("/lectures?semester=2031-winter").by(&student).send().await;
    assert_eq!(answer.is(200).json(), json!({ "items": [], "next_cursor": null }));
}

#[tokio::test]
async fn a_lecture_of_another_school_is_404() {
    let (app, student) = start().await;
    let id = app.lecture(&student, "체육").await;
    let stranger = app.student(&app.school("나래대학교").await).await;
    assert_eq!(names(&search(&app, &stranger, "").await), [""; 0]);
    for id in [id, Uuid::now_v7().to_string(), "x".to_owned()] {
        app.get(format!("/lectures/{id}")).by(&stranger).send().await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_cached_catalogue_costs_half_a_read_unit_and_is_replaced_after_an_import() {
    let (app, student) = start().await;
    let other_app = app.beside().await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    let cold = search(&app, &student, "").await.usage;
    let warm = search(&app, &student, "&query=x").await.usage;
    assert_eq!(
        (cold.calls, warm.calls, warm.read_units),
        (3, 1, 0.5),
        "the first search loads the catalogue and finds lectures, the second only reads the pointer"
    );
    other_app.import(&school, &["Z1|001|새 강의|1|||"]).await;
    assert!(names(&search(&app, &student, "").await).contains(&"Z1-001".to_owned()));
}
