//! The summary of the reviews of a course.

use serde_json::{Value, json};

use super::{LECTURES, ReviewFixture};
use crate::support::community::Community;

fn summary(lecture: &Value) -> (Value, Value, Value) {
    (lecture["rating"].clone(), lecture["review_count"].clone(), lecture["choices"].clone())
}

fn choices(homework: Value, grading: Value, exams: Value) -> Value {
    json!({ "homework": homework, "team_work": null, "grading": grading, "attendance": null, "exams": exams })
}

#[tokio::test]
async fn without_reviews_the_rating_and_the_choices_are_null() {
    let fixture = ReviewFixture::start().await;
    let Community { author, .. } = &fixture.community;
    let lecture = fixture.lecture("M1", "001").await;
    let empty = (Value::Null, json!(0), choices(Value::Null, Value::Null, Value::Null));
    assert_eq!(summary(&fixture.show(author, &lecture).await), empty);
    let review = fixture.take_and_review(author, &lecture, &json!({})).await;
    assert_ne!(summary(&fixture.show(author, &lecture).await), empty);
    fixture.delete(author, &review).await.is(204);
    assert_eq!(summary(&fixture.show(author, &lecture).await), empty);
    fixture.app().audit().await;
}

#[tokio::test]
async fn a_course_shows_the_mean_rating_and_the_most_common_choices() {
    let fixture = ReviewFixture::start().await;
    let reader = &fixture.community.reader;
    let (lecture, sibling) = (fixture.lecture("M1", "001").await, fixture.lecture("M1", "002").await);
    let mut paths = Vec::new();
    for (student, (rating, homework, grading)) in fixture.community.members(3).await.iter().zip([
        (5, json!("some"), json!("strict")),
        (5, json!("none"), Value::Null),
        (4, json!("some"), json!("average")),
    ]) {
        let body = json!({ "rating": rating, "homework": homework, "grading": grading, "exams": null });
        paths.push((student.clone(), fixture.take_and_review(student, &lecture, &body).await));
    }
    let expected = (json!(4.67), json!(3), choices(json!("some"), json!("average"), Value::Null));
    for lecture in [&lecture, &sibling] {
        assert_eq!(summary(&fixture.show(reader, lecture).await), expected);
    }
    let (author, path) = &paths[0];
    fixture.delete(author, path).await.is(204);
    let expected = (json!(4.5), json!(2), choices(json!("none"), json!("average"), Value::Null));
    assert_eq!(summary(&fixture.show(reader, &lecture).await), expected);
    fixture.app().audit().await;
}

#[tokio::test]
async fn a_lecture_that_an_import_moves_to_another_course_shows_that_course_at_once() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, reader, school, .. } = &fixture.community;
    let (lecture, other) = (fixture.lecture("M1", "001").await, fixture.lecture("M1", "003").await);
    fixture.take_and_review(author, &lecture, &json!({})).await;
    fixture.take_and_review(author, &other, &json!({ "rating": 1 })).await;
    assert_eq!(fixture.show(reader, &lecture).await["rating"], 4.0);
    let mut lines = LECTURES;
    lines[0] = "M1|001|확률과정론|3|김확률|화 14:00-15:30|25-105";
    app.import(school, &lines).await;
    // The function still has the catalogue from before the import in memory.
    let ratings: Vec<Value> = fixture.reviews(reader, &lecture).await.iter().map(|it| it["rating"].clone()).collect();
    assert_eq!(ratings, [json!(1)]);
    app.import(school, &LECTURES).await;
    assert_eq!(fixture.show(reader, &lecture).await["rating"], 4.0);
    app.audit().await;
}

#[tokio::test]
async fn a_search_result_equals_the_lecture() {
    let fixture = ReviewFixture::start().await;
    let Community { app, author, reader, .. } = &fixture.community;
    fixture.take_and_review(author, &fixture.lecture("M1", "001").await, &json!({ "rating": 2 })).await;
    fixture.take_and_review(author, &fixture.lecture("M2", "001").await, &json!({ "rating": 5 })).await;
    let page = app.get("/lectures?semester=2026-1").by(reader).send().await;
    let items = page.is(200).at("/items");
    let found: Vec<_> = items.as_array().unwrap().iter().map(|lecture| lecture["rating"].clone()).collect();
    assert_eq!(found, [json!(2.0), json!(2.0), Value::Null, Value::Null, json!(5.0)]);
    for lecture in items.as_array().unwrap() {
        assert_eq!(fixture.show(reader, lecture["id"].as_str().unwrap()).await, *lecture);
    }
    assert_eq!(page.usage.read_units, 0.5 + 4.0 * 0.5, "the pointer, and each of the four courses once");
}
