//! Reviews that nobody can remove, and reviews whose time leads to the timetable of their author.

use serde_json::{Value, json};

use crate::support::faults::lagging::Lagging;
use crate::support::fixture::{Fixture, Who, review_body};
use crate::support::harness::Answer;

async fn reviews(fixture: &Fixture, who: Who) -> Vec<Value> {
    let by = fixture.student(who).unwrap();
    let path = format!("/lectures/{}/reviews", fixture.reviewed);
    fixture.app.get(path).by(by).send().await.is(200).at("/items").as_array().unwrap().clone()
}

/// The number of reviews and the mean rating that the lecture shows.
async fn rating(fixture: &Fixture) -> [Value; 2] {
    let by = fixture.student(Who::Student).unwrap();
    let lecture = fixture.app.get(format!("/lectures/{}", fixture.reviewed)).by(by).send().await;
    ["/review_count", "/rating"].map(|pointer| lecture.is(200).at(pointer))
}

async fn review_again(fixture: &Fixture, rating: u8) -> Answer {
    let author = fixture.student(Who::Author).unwrap();
    let mut body = review_body();
    body["rating"] = json!(rating);
    fixture.app.post(format!("/lectures/{}/reviews", fixture.reviewed)).by(author).json(&body).send().await
}

#[tokio::test]
async fn an_admin_can_delete_a_review_and_its_author_can_then_write_another() {
    let fixture = Fixture::start().await;
    review_again(&fixture, 1).await.is_problem(409, "already_reviewed");
    fixture.send_named("DELETE /reviews/{id}", Who::Admin).await.is(204);
    assert_eq!(rating(&fixture).await, [json!(0), json!(null)]);
    assert!(reviews(&fixture, Who::Author).await.is_empty());
    fixture.send_named("DELETE /reviews/{id}", Who::Author).await.is_problem(404, "not_found");
    fixture.app.audit().await;

    let (one, other) = tokio::join!(review_again(&fixture, 2), review_again(&fixture, 2));
    let (again, refused) = if one.status == 201 { (one, other) } else { (other, one) };
    refused.is_problem(409, "already_reviewed");
    assert_eq!(reviews(&fixture, Who::Author).await, [again.is(201).json()]);
    assert_eq!(rating(&fixture).await, [json!(1), json!(2.0)]);
    fixture.app.audit().await;
    fixture.app.delete(again.header("location")).by(fixture.student(Who::Author).unwrap()).send().await.is(204);
    review_again(&fixture, 3).await.is(201);
    fixture.app.audit().await;
}

#[tokio::test]
async fn a_review_is_added_if_the_one_in_its_place_is_deleted_meanwhile() {
    let client = Lagging::new();
    let fixture = Fixture::start_with(|engine| client.connection(engine)).await;
    fixture.send_named("DELETE /reviews/{id}", Who::Admin).await.is(204);
    let (beside, planner) = (fixture.app.beside().await, client.clone());
    let (author, path) =
        (fixture.student(Who::Author).unwrap().clone(), format!("/lectures/{}/reviews", fixture.reviewed));
    // Between the two transactions of the request, another device replaces the deleted review, and deletes its own.
    client.before_next("TransactWriteItems", async move {
        planner.before_next("GetItem", async move {
            let review = beside.post(path).by(&author).json(&review_body()).send().await;
            beside.delete(review.is(201).header("location")).by(&author).send().await.is(204);
        });
    });
    review_again(&fixture, 3).await.is(201);
    assert!(client.has_happened());
    assert_eq!(rating(&fixture).await, [json!(1), json!(3.0)]);
    fixture.app.audit().await;
}

#[tokio::test]
async fn a_review_has_a_date_and_an_id_without_a_time() {
    let fixture = Fixture::start().await;
    fixture.app.stop_clock();
    let today = json!(fixture.app.clock.now().date_in_seoul());
    let (student, author) = (fixture.student(Who::Student).unwrap(), fixture.student(Who::Author).unwrap());
    let timetable = fixture.app.timetable(student, "계획", "private").await;
    fixture.app.enter(student, &timetable, &json!({ "lecture_id": fixture.reviewed })).await;
    let path = format!("/lectures/{}/reviews", fixture.reviewed);
    let newest = fixture.app.post(&path).by(student).json(&review_body()).send().await.is(201).json();
    assert_eq!(newest["date"], today);
    let listed = fixture.app.get(&path).by(author).send().await.is(200).at("/items");
    for review in listed.as_array().unwrap() {
        let id: uuid::Uuid = review["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(id.get_version_num(), 4, "an id without a time");
        assert_eq!(review["date"].as_str().unwrap().len(), "2026-06-01".len());
        assert!(["created_at", "updated_at"].iter().all(|time| review.get(time).is_none()), "{review}");
    }
}

#[tokio::test]
async fn others_do_not_see_when_a_timetable_or_an_entry_was_added_or_changed() {
    let fixture = Fixture::start().await;
    let app = &fixture.app;
    let (author, student) = (fixture.student(Who::Author).unwrap(), fixture.student(Who::Student).unwrap());
    // The catalogue, whose time calendars show, is older.
    app.clock.set_ahead_by_millis(5_000);
    app.patch(&fixture.timetable).by(author).json(&json!({ "name": "새 이름" })).send().await.is(200);
    app.clock.set_ahead_by_millis(0);
    let own = app.get(&fixture.timetable).by(author).send().await.is(200).json();
    let id = app.befriend(author, student).await;
    let entries: Vec<&str> =
        own["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    let mut hidden: Vec<&str> = ["created_at", "updated_at"].map(|time| own[time].as_str().unwrap()).to_vec();
    hidden.extend(entries);
    // Calendars have times without separators and fractions (RFC 5545).
    let changed_at = own["updated_at"].as_str().unwrap()[..19].replace(['-', ':'], "");
    hidden.push(&changed_at);
    let own_calendar = app.get(format!("{}/calendar.ics", fixture.timetable)).by(author).send().await;
    assert!(own_calendar.is(200).text.contains(&changed_at), "the owner sees the time");
    for path in [
        fixture.timetable.clone(),
        format!("/friends/{id}/timetable?semester=2026-1"),
        format!("{}/calendar.ics", fixture.timetable),
        format!("{}/picture.svg", fixture.timetable),
        format!("/shared-timetables/{}", fixture.share),
        format!("/shared-timetables/{}/calendar.ics", fixture.share),
    ] {
        let shown = app.get(&path).by(student).send().await;
        let found: Vec<_> = hidden.iter().filter(|value| shown.is(200).text.contains(**value)).collect();
        assert!(found.is_empty(), "{path}: {found:?} in {}", shown.text);
    }
    let stamps = async |path: String, by| -> Vec<String> {
        let calendar = app.get(path).by(by).send().await;
        calendar.is(200).text.lines().filter(|line| line.starts_with("DTSTAMP")).map(str::to_owned).collect()
    };
    let calendar = || format!("{}/calendar.ics", fixture.timetable);
    let shared = stamps(format!("/shared-timetables/{}/calendar.ics", fixture.share), student).await;
    assert_eq!(stamps(calendar(), student).await, shared, "times of the catalogue and the term");
    assert_ne!(stamps(calendar(), author).await, shared, "the owner also sees the change of the timetable");
}
