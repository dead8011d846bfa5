//! `GET /schools`.

use campus_core::domain::{Parse, SchoolName, YoungDays};
use campus_core::store::Error;
use serde_json::json;

use crate::support::harness::TestApp;

async fn names(app: &TestApp, path: &str) -> Vec<String> {
    let answer = app.get(path).send().await;
    let items = answer.is(200).at("/items");
    items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn schools_are_public_and_sorted_by_name() {
    let app = TestApp::start().await;
    for name in ["한빛대학교", "가온대학교", "Ajou University"] {
        app.school(name).await;
    }
    assert_eq!(names(&app, "/schools").await, ["Ajou University", "가온대학교", "한빛대학교"]);
    let first = app.get("/schools?limit=1").send().await;
    assert_eq!(first.at("/items/0/email_domains"), json!([]));
}

#[tokio::test]
async fn a_search_matches_any_part_of_the_name_ignoring_case_and_unicode_form() {
    let app = TestApp::start().await;
    for name in ["Hongik University", "Ajou University", "가온대학교", "한빛대학교"] {
        app.school(name).await;
    }
    assert_eq!(names(&app, "/schools?query=HONG").await, ["Hongik University"]);
    assert_eq!(names(&app, "/schools?query=univ").await, ["Ajou University", "Hongik University"]);
    // The decomposed form of 온, as macOS sends it.
    assert_eq!(names(&app, "/schools?query=%E1%84%8B%E1%85%A9%E1%86%AB").await, ["가온대학교"]);
    assert_eq!(names(&app, "/schools?query=nowhere").await, [""; 0]);
}

#[tokio::test]
async fn search_results_are_paginated() {
    let app = TestApp::start().await;
    for name in ["가 대학교", "나 학원", "다 대학교", "라 대학교"] {
        app.school(name).await;
    }
    let found = app.walk("/schools?query=%EB%8C%80&limit=1", None).await;
    assert_eq!(found, ["가 대학교", "다 대학교", "라 대학교"]);
}

#[tokio::test]
async fn a_renamed_school_is_found_by_its_new_name_only_and_its_tokens_stay_valid() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    app.service.app.schools.rename(school.id, &name("국립새길대학교")).await.unwrap();
    assert_eq!(names(&app, "/schools").await, ["국립새길대학교"]);
    assert_eq!(names(&app, "/schools?query=%EA%B0%80%EC%98%A8").await, [""; 0]);
    let me = app.get("/auth/me").by(&student).send().await;
    assert_eq!(me.is(200).at("/school"), json!({ "id": school.id, "name": "국립새길대학교" }));
    let again = app.school("가온대학교").await;
    assert_ne!(again.id, school.id, "the old name is free");
    let taken = app.service.app.schools.rename(again.id, &name("국립새길대학교")).await;
    assert!(matches!(taken, Err(Error::Stale)));
    app.audit().await;
}

#[tokio::test]
async fn concurrent_renames_and_changes_of_settings_keep_both_rows_of_a_school_equal() {
    let app = TestApp::start().await;
    let (first, second) = (app.school("가온대학교").await, app.school("나래대학교").await);
    let schools = &app.service.app.schools;
    for round in 0..5_i64 {
        let same = name(&format!("한빛대학교 {round}"));
        let (days, school) = (YoungDays::parse(round).unwrap(), schools.get(first.id).await.unwrap());
        let (one, other, set) = tokio::join!(
            schools.rename(first.id, &same),
            schools.rename(second.id, &same),
            schools.set_young_days(&school, days),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        // The settings of a school that has just been renamed are not changed.
        let young_days = schools.get(first.id).await.unwrap().young_days;
        assert!(set.is_err() || young_days == days, "{set:?}");
        app.audit().await;
    }
}

fn name(text: &str) -> SchoolName {
    SchoolName::parse(text.to_owned()).unwrap()
}
