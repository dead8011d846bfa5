//! `GET /schools`.

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
    assert_eq!(first.at("/items/0/email_domains"), serde_json::json!([]));
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
