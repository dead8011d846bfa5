//! The semesters for which a school has a catalogue, and the values by which their lectures can be filtered.

use campus_core::domain::{Columns, LectureFacts, Parse, School, Semester, Term};
use serde_json::{Value, json};

use crate::support::harness::{Student, TestApp};

/// A school with catalogues of three semesters, and one of its students.
async fn start() -> (TestApp, School, Student) {
    let (app, student) = TestApp::with_lectures(&["M1|001|확률과정론|3|이상열||", "M2|001|채플|0.5|||"]).await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    for semester in ["2026-2", "2026-summer"] {
        app.import_of(semester, &school, &["M1|001|확률과정론|3|이상열||"]).await.unwrap();
    }
    (app, school, student)
}

fn names(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["semester"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn semesters_with_a_catalogue_are_listed_newest_first_with_their_terms() {
    let (app, school, student) = start().await;
    let summer = Semester::parse("2026-summer".to_owned()).unwrap();
    let term = Term::new(summer, "2026-06-29".parse().unwrap(), "2026-07-31".parse().unwrap()).unwrap();
    app.service.app.terms.set(school.id, summer, term).await.unwrap();
    let other = app.student(&app.school("나래대학교").await).await;
    let listed = app.get("/semesters").by(&student).send().await;
    let items = listed.is(200).at("/items");
    assert_eq!(names(&items), ["2026-2", "2026-summer", "2026-1"]);
    let first = json!({
        "semester": "2026-1", "first_day": "2026-03-02", "last_day": "2026-06-21", "days_off": [],
        "lecture_count": 2, "updated_at": items[2]["updated_at"],
    });
    assert_eq!(items[2], first);
    assert_eq!((&items[1]["first_day"], &items[1]["last_day"]), (&json!("2026-06-29"), &json!("2026-07-31")));
    assert_eq!(app.get("/semesters").by(&other).send().await.is(200).at("/items"), json!([]));

    let page = app.get("/semesters?limit=2").by(&student).send().await;
    let cursor = page.is(200).text_at("/next_cursor");
    let rest = app.get(format!("/semesters?limit=2&cursor={cursor}")).by(&student).send().await;
    assert_eq!((names(&rest.is(200).at("/items")), rest.at("/next_cursor")), (vec!["2026-1"], Value::Null));

    app.clock.set_ahead_by_millis(60_000);
    app.import(&school, &["M1|001|확률과정론|3|이상열||", "M3|001|해석학|3|||", "M4|001|대수학|3|||"]).await;
    let listed = app.get("/semesters").by(&student).send().await;
    assert_eq!(listed.at("/items/2/lecture_count"), 3, "without the withdrawn one");
    assert_ne!(listed.at("/items/2/updated_at"), first["updated_at"]);
    app.audit().await;
}

#[tokio::test]
async fn the_days_off_of_a_term_stay_if_the_term_changes_and_only_those_in_it_are_shown() {
    let (app, school, student) = start().await;
    let (terms, summer) = (&app.service.app.terms, Semester::parse("2026-summer".to_owned()).unwrap());
    let days_off = ["2026-07-17", "2026-07-31", "2026-06-22"].map(|day| day.parse().unwrap()).into();
    let set = terms.set_days_off(school.id, summer, &days_off).await.unwrap();
    assert_eq!(set.days_off, days_off);
    let shown = async || app.get("/semesters").by(&student).send().await.is(200).at("/items/1/days_off");
    assert_eq!(shown().await, json!(["2026-06-22", "2026-07-17", "2026-07-31"]));
    let shorter = Term::new(summer, "2026-06-29".parse().unwrap(), "2026-07-30".parse().unwrap()).unwrap();
    terms.set(school.id, summer, shorter).await.unwrap();
    assert_eq!(shown().await, json!(["2026-07-17"]));
    terms.set(school.id, summer, summer.usual_term()).await.unwrap();
    assert_eq!(shown().await, json!(["2026-06-22", "2026-07-17", "2026-07-31"]));
    terms.set_days_off(school.id, summer, &[].into()).await.unwrap();
    assert_eq!(shown().await, json!([]));
    app.audit().await;
}

#[tokio::test]
async fn the_filters_of_a_semester_have_the_values_of_its_lectures_with_their_counts() {
    let (app, school, student) = start().await;
    let columns = Columns::find(Columns::NAMES).unwrap();
    let facts = |[section, credit, department, kind, year]: [&str; 5]| -> LectureFacts {
        let row = ["2027-1", "A1", section, "강의", credit, "", department, kind, year, "", "", "", ""];
        columns.parse(|at| row.get(at).copied()).result.unwrap()
    };
    let listed = [
        ["1", "3", "수학과", "전필", "2학년"],
        ["2", "0.5", "수학과", "전선", ""],
        ["3", "3.0", "국어국문학과", "전필", "1학년"],
        ["4", "10", "", "", ""],
    ]
    .map(facts);
    let semester = Semester::parse("2027-1".to_owned()).unwrap();
    let catalogues = &app.service.app.catalogues;
    catalogues.import(school.id, semester, &listed, |_, _| ()).await.unwrap();
    let found = app.get("/semesters/2027-1/filters").by(&student).send().await;
    let named = |name: &str, count: u32| json!({ "name": name, "count": count });
    let expected = json!({
        "departments": [named("국어국문학과", 1), named("수학과", 2)],
        "classifications": [named("전선", 1), named("전필", 2)],
        "credits": [{ "credit": 0.5, "count": 1 }, { "credit": 3, "count": 2 }, { "credit": 10, "count": 1 }],
        "academic_years": [named("1학년", 1), named("2학년", 1)],
    });
    assert_eq!(found.is(200).json(), expected);
    for (year, sections) in [("2%ED%95%99%EB%85%84", json!(["1"])), ("%ED%95%99%EB%85%84", json!([]))] {
        let path = format!("/lectures?semester=2027-1&academic_year={year}");
        let found = app.get(path).by(&student).send().await.is(200).at("/items");
        let found = found.as_array().unwrap().iter().map(|lecture| lecture["section"].clone());
        assert_eq!(found.collect::<Value>(), sections);
    }
    for unknown in ["/semesters/2030-1/filters", "/semesters/2027-3/filters"] {
        app.get(unknown).by(&student).send().await.is_problem(404, "not_found");
    }
    let other = app.student(&app.school("나래대학교").await).await;
    app.get("/semesters/2027-1/filters").by(&other).send().await.is_problem(404, "not_found");
}
