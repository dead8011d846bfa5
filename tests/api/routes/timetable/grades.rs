//! Grades (rule 25).

use serde_json::{Value, json};

use crate::support::community::Community;
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

fn course(title: &str, credit: f64, grade: &str) -> Value {
    json!({ "title": title, "credit": credit, "grade": grade, "is_major": true })
}

async fn put(app: &TestApp, by: &Student, semester: &str, courses: &[Value]) -> Answer {
    app.put(format!("/grades/{semester}")).by(by).json(&json!({ "courses": courses })).send().await
}

async fn patch(app: &TestApp, by: &Student, body: Value) -> Answer {
    app.patch("/grades").by(by).json(&body).send().await
}

async fn grades(app: &TestApp, by: &Student) -> Answer {
    app.get("/grades").by(by).send().await
}

#[tokio::test]
async fn a_student_without_grades_has_the_scale_of_4_5_and_no_means() {
    let (app, student) = TestApp::with_lectures(&[]).await;
    let nothing = json!({
        "scale": 4.5, "goal_credits": null, "mean": null, "major_mean": null, "credits": 0, "credits_earned": 0,
        "semesters": [],
    });
    assert_eq!(grades(&app, &student).await.is(200).json(), nothing);
    let empty = json!({
        "semester": "2026-1", "courses": [], "mean": null, "major_mean": null, "credits": 0, "credits_earned": 0,
    });
    assert_eq!(app.get("/grades/2026-1").by(&student).send().await.is(200).json(), empty);
    app.get("/grades/2026-3").by(&student).send().await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_semester_is_replaced_as_a_whole_and_shows_its_means() {
    let (app, student) = TestApp::with_lectures(&["M1|001|채플|0.5|||"]).await;
    let lecture = app.lecture(&student, "채플").await;
    let mut chapel = course("채플", 0.5, "A+");
    chapel["lecture_id"] = json!(lecture);
    let art = json!({ "title": "미술", "credit": 3, "grade": "B0", "is_major": false, "is_retake": true });
    let put_both = put(&app, &student, "2026-1", &[chapel.clone(), art.clone()]).await;
    chapel["is_retake"] = json!(false);
    let mut shown_art = art.clone();
    shown_art["lecture_id"] = Value::Null;
    let expected = json!({
        "semester": "2026-1", "courses": [chapel, shown_art], "mean": 3.2143, "major_mean": 4.5, "credits": 3.5,
        "credits_earned": 3.5,
    });
    assert_eq!(put_both.is(200).json(), expected);
    assert_eq!(app.get("/grades/2026-1").by(&student).send().await.is(200).json(), expected);

    put(&app, &student, "2025-2", &[course("미술", 3.0, "F"), course("체육", 1.0, "NP")]).await.is(200);
    let all = grades(&app, &student).await;
    assert_eq!(
        (all.is(200).at("/mean"), all.at("/credits"), all.at("/credits_earned")),
        (json!(3.2143), json!(4.5), json!(3.5))
    );
    assert_eq!((all.at("/semesters/0/semester"), all.at("/semesters/1/semester")), (json!("2026-1"), json!("2025-2")));
    assert_eq!((all.at("/semesters/1/mean"), all.at("/semesters/1/credits")), (json!(null), json!(1)));

    put(&app, &student, "2026-1", &[]).await.is(200);
    let rest = grades(&app, &student).await;
    assert_eq!((rest.at("/semesters").as_array().unwrap().len(), rest.at("/mean")), (1, json!(0.0)));
    app.audit().await;
}

#[tokio::test]
async fn each_field_of_a_course_is_validated() {
    let (app, student) = TestApp::with_lectures(&["M1|001|채플|0.5|||"]).await;
    let school = app.service.app.schools.all().await.unwrap().remove(0);
    app.import_of("2025-2", &school, &["M2|001|실험|1.5|||"]).await.unwrap();
    let elsewhere = app.lecture_of("2025-2", &student, "실험").await;
    let before = app.snapshot().await;
    for (field, value, code) in [
        ("title", json!(""), "too_short"),
        ("credit", json!(1.25), "not_half_credits"),
        ("credit", json!(30.5), "out_of_range"),
        ("credit", json!("3"), "wrong_type"),
        ("grade", json!("A-"), "not_on_scale"),
        ("grade", json!("E0"), "unknown_choice"),
        ("grade", json!(4.5), "wrong_type"),
        ("is_major", Value::Null, "wrong_type"),
        ("lecture_id", json!(elsewhere), "no_such_thing"),
        ("lecture_id", json!("x"), "invalid_format"),
        ("mean", json!(4.5), "unknown_field"),
    ] {
        let mut wrong = course("가", 3.0, "A0");
        wrong[field] = value;
        let answer = put(&app, &student, "2026-1", &[course("나", 3.0, "B0"), wrong]).await;
        answer.is_invalid(&[(&format!("courses[1].{field}"), code)]);
    }
    let many = vec![course("가", 3.0, "A0"); 31];
    put(&app, &student, "2026-1", &many).await.is_invalid(&[("courses", "too_many")]);
    app.put("/grades/2026-1").by(&student).json(&json!({})).send().await.is_invalid(&[("courses", "required")]);
    for (body, field, code) in [
        (json!({ "scale": 4.4 }), "scale", "unknown_choice"),
        (json!({ "scale": "4.5" }), "scale", "wrong_type"),
        (json!({ "goal_credits": 500.5 }), "goal_credits", "out_of_range"),
        (json!({ "goal_credits": 120.1 }), "goal_credits", "not_half_credits"),
    ] {
        patch(&app, &student, body).await.is_invalid(&[(field, code)]);
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn the_scale_changes_unless_a_course_has_a_grade_that_it_lacks() {
    let (app, student) = TestApp::with_lectures(&[]).await;
    let changed = patch(&app, &student, json!({ "scale": 4.3, "goal_credits": 130.5 })).await;
    assert_eq!((changed.is(200).at("/scale"), changed.at("/goal_credits")), (json!(4.3), json!(130.5)));
    let answer = put(&app, &student, "2026-1", &[course("가", 3.0, "A-"), course("나", 3.0, "D-")]).await;
    assert_eq!(answer.is(200).at("/mean"), json!(2.2));
    let before = app.snapshot().await;
    patch(&app, &student, json!({ "scale": 4.5 })).await.is_problem(409, "minus_grades");
    assert_eq!(app.snapshot().await, before);
    put(&app, &student, "2026-1", &[course("가", 3.0, "A+")]).await.is(200);
    assert_eq!(grades(&app, &student).await.at("/mean"), json!(4.3));
    let changed = patch(&app, &student, json!({ "scale": 4.5 })).await;
    assert_eq!((changed.is(200).at("/mean"), changed.at("/goal_credits")), (json!(4.5), json!(130.5)));
    let changed = patch(&app, &student, json!({ "goal_credits": null })).await;
    assert_eq!((changed.is(200).at("/scale"), changed.at("/goal_credits")), (json!(4.5), json!(null)));
}

#[tokio::test]
async fn concurrent_changes_never_leave_a_minus_grade_on_the_scale_of_4_5() {
    let (app, student) = TestApp::with_lectures(&[]).await;
    for semester in 2000..2020 {
        patch(&app, &student, json!({ "scale": 4.3 })).await.is(200);
        let semester = format!("{semester}-1");
        let (minus, other) = ([course("가", 3.0, "A-")], [course("나", 3.0, "A0")]);
        let (added, beside, changed) = tokio::join!(
            put(&app, &student, &semester, &minus),
            put(&app, &student, "2026-1", &other),
            patch(&app, &student, json!({ "scale": 4.5 })),
        );
        beside.is(200);
        let statuses = [added.status.as_u16(), changed.status.as_u16()];
        assert!([[200, 409], [422, 200]].contains(&statuses), "{added:?} {changed:?}");
        put(&app, &student, &semester, &[]).await.is(200);
    }
}

#[tokio::test]
async fn forty_semesters_can_have_grades() {
    let (app, student) = TestApp::with_lectures(&[]).await;
    let terms = ["1", "summer", "2", "winter"];
    for number in 0..40_usize {
        let semester = format!("{}-{}", 2010 + number / 4, terms[number % 4]);
        put(&app, &student, &semester, &[course("가", 3.0, "A0")]).await.is(200);
    }
    put(&app, &student, "2026-1", &[course("가", 3.0, "A0")]).await.is_problem(409, "grades_full");
    assert_eq!(grades(&app, &student).await.at("/semesters").as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn grades_belong_to_their_owner_and_end_with_the_purge() {
    let community = Community::start().await;
    let app = &community.app;
    let student = app.student(&community.school).await;
    put(app, &student, "2026-1", &[course("비밀", 3.0, "A0")]).await.is(200);
    let other = grades(app, &community.admin).await;
    assert_eq!((other.is(200).at("/mean"), other.at("/semesters")), (json!(null), json!([])));
    let rows = async || app.rows().await.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("GRADES")).count();
    assert_eq!(rows().await, 2);
    app.delete("/auth/me").by(&student).json(&json!({ "password": PASSWORD })).send().await.is(204);
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!(rows().await, 0);
    app.audit().await;
}
