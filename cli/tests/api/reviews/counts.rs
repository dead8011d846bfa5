//! What the reviews of a course come to.

use serde_json::{Value, json};

use super::Campus;
use crate::community::Community;

fn ratings(lecture: &Value) -> (Value, Value, Value) {
    (lecture["rating"].clone(), lecture["review_count"].clone(), lecture["choices"].clone())
}

fn choices(homework: Value, grading: Value, exams: Value) -> Value {
    json!({ "homework": homework, "team_work": null, "grading": grading, "attendance": null, "exams": exams })
}

#[tokio::test]
async fn without_reviews_nothing_is_known_of_a_course() {
    let campus = Campus::open().await;
    let Community { author, .. } = &campus.community;
    let lecture = campus.lecture("M1", "001").await;
    let nothing = (Value::Null, json!(0), choices(Value::Null, Value::Null, Value::Null));
    assert_eq!(ratings(&campus.show(author, &lecture).await), nothing);
    let review = campus.take_and_review(author, &lecture, &json!({})).await;
    assert_ne!(ratings(&campus.show(author, &lecture).await), nothing);
    campus.delete(author, &review).await.is(204);
    assert_eq!(ratings(&campus.show(author, &lecture).await), nothing);
    campus.app().audit().await;
}

#[tokio::test]
async fn a_course_shows_the_mean_rating_and_the_commonest_answers() {
    let campus = Campus::open().await;
    let reader = &campus.community.reader;
    let (lecture, sibling) = (campus.lecture("M1", "001").await, campus.lecture("M1", "002").await);
    let mut paths = Vec::new();
    for (student, (rating, homework, grading)) in campus.community.members(3).await.iter().zip([
        (5, json!("some"), json!("strict")),
        (5, json!("none"), Value::Null),
        (4, json!("some"), json!("average")),
    ]) {
        let body = json!({ "rating": rating, "homework": homework, "grading": grading, "exams": null });
        paths.push((student.clone(), campus.take_and_review(student, &lecture, &body).await));
    }
    let expected = (json!(4.67), json!(3), choices(json!("some"), json!("average"), Value::Null));
    for lecture in [&lecture, &sibling] {
        assert_eq!(ratings(&campus.show(reader, lecture).await), expected);
    }
    let (author, path) = &paths[0];
    campus.delete(author, path).await.is(204);
    let expected = (json!(4.5), json!(2), choices(json!("none"), json!("average"), Value::Null));
    assert_eq!(ratings(&campus.show(reader, &lecture).await), expected);
    campus.app().audit().await;
}

#[tokio::test]
async fn a_search_shows_what_a_lecture_shows() {
    let campus = Campus::open().await;
    let Community { app, author, reader, .. } = &campus.community;
    campus.take_and_review(author, &campus.lecture("M1", "001").await, &json!({ "rating": 2 })).await;
    campus.take_and_review(author, &campus.lecture("M2", "001").await, &json!({ "rating": 5 })).await;
    let page = app.get("/lectures?semester=2026-1").by(reader).send().await;
    let items = page.is(200).at("/items");
    let found: Vec<_> = items.as_array().unwrap().iter().map(|one| one["rating"].clone()).collect();
    assert_eq!(found, [json!(2.0), json!(2.0), Value::Null, Value::Null, json!(5.0)]);
    for lecture in items.as_array().unwrap() {
        assert_eq!(campus.show(reader, lecture["id"].as_str().unwrap()).await, *lecture);
    }
    assert_eq!(page.usage.read_units, 0.5 + 4.0 * 0.5, "the pointer, and each of the four courses once");
}
