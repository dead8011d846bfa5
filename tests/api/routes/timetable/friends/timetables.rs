//! What friends see of each other's timetables.

use serde_json::json;

use super::{delete, start};
use crate::routes::timetable::seen_by_others;
use crate::support::harness::{Answer, Student, TestApp};

/// Requests a friend's timetable in both ways: by the friendship, and by the path of the timetable.
pub async fn friend_views(app: &TestApp, by: &Student, friend: &str, path: &str) -> [Answer; 2] {
    let by_friend = app.get(format!("/friends/{friend}/timetable?semester=2026-1")).by(by).send().await;
    [by_friend, app.get(path).by(by).send().await]
}

#[tokio::test]
async fn friends_see_the_primary_timetable_if_its_visibility_allows_it() {
    let (app, [owner, friend, stranger]) = start().await;
    let path = app.timetable(&owner, "계획", "private").await;
    let second = app.timetable(&owner, "다른 계획", "friends").await;
    let id = app.befriend(&owner, &friend).await;
    let show = async |visibility: &str| {
        app.patch(&path).by(&owner).json(&json!({ "visibility": visibility })).send().await.is(200).json()
    };
    for answer in friend_views(&app, &friend, &id, &path).await {
        answer.is_problem(404, "not_found");
    }
    for visibility in ["friends", "school"] {
        let shown = seen_by_others(show(visibility).await);
        for answer in friend_views(&app, &friend, &id, &path).await {
            assert_eq!(answer.is(200).json(), shown);
        }
        let [by_friend, by_id] = friend_views(&app, &stranger, &id, &path).await;
        by_friend.is_problem(404, "not_found");
        by_id.is(if visibility == "school" { 200 } else { 404 });
    }
    show("friends").await;
    let views = ["picture.svg", "calendar.ics"].map(|view| format!("{path}/{view}"));
    for view in &views {
        app.get(view).by(&friend).send().await.is(200);
        app.get(view).by(&stranger).send().await.is_problem(404, "not_found");
    }
    app.post(format!("{path}/copy")).by(&friend).json(&json!({ "name": "사본" })).send().await.is(201);
    // A change of a visible timetable is 403, and of an invisible one 404.
    let rename = json!({ "name": "내 것" });
    let custom = json!({ "title": "동아리", "slots": [] });
    for (by, status) in [(&friend, 403), (&stranger, 404)] {
        app.patch(&path).by(by).json(&rename).send().await.is(status);
        app.delete(&path).by(by).send().await.is(status);
        app.post(format!("{path}/entries")).by(by).json(&custom).send().await.is(status);
        app.post(format!("{path}/share")).by(by).send().await.is(status);
        app.get(&second).by(by).send().await.is_problem(404, "not_found");
        app.patch(&second).by(by).json(&rename).send().await.is_problem(404, "not_found");
    }
    // Friends see the second timetable once it is the primary one.
    app.patch(&second).by(&owner).json(&json!({ "is_primary": true })).send().await.is(200);
    app.get(&path).by(&friend).send().await.is_problem(404, "not_found");
    assert_eq!(app.get(&second).by(&friend).send().await.is(200).at("/is_primary"), true);
    let [by_friend, _] = friend_views(&app, &friend, &id, &second).await;
    assert_eq!(by_friend.at("/name"), "다른 계획");
}

#[tokio::test]
async fn the_timetable_of_a_friend_is_404_for_a_semester_without_one() {
    let (app, [owner, friend, _]) = start().await;
    app.timetable(&owner, "계획", "friends").await;
    let id = app.befriend(&friend, &owner).await;
    let get = async |query: &str| app.get(format!("/friends/{id}/timetable{query}")).by(&friend).send().await;
    get("?semester=2026-1").await.is(200);
    get("?semester=2026-2").await.is_problem(404, "not_found");
    get("").await.is_invalid(&[("semester", "required")]);
    get("?semester=2026").await.is_invalid(&[("semester", "invalid_format")]);
    let without_timetable = app.get(format!("/friends/{id}/timetable?semester=2026-1")).by(&owner).send().await;
    without_timetable.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_timetable_is_hidden_at_once_when_it_becomes_private_or_the_friendship_ends() {
    let (app, [owner, friend, _]) = start().await;
    let path = app.timetable(&owner, "계획", "friends").await;
    let hide = json!({ "visibility": "private" });
    let show = json!({ "visibility": "friends" });
    let id = app.befriend(&owner, &friend).await;
    for by in [&owner, &friend] {
        for answer in friend_views(&app, &friend, &id, &path).await {
            answer.is(200);
        }
        app.patch(&path).by(&owner).json(&hide).send().await.is(200);
        for answer in friend_views(&app, &friend, &id, &path).await {
            answer.is_problem(404, "not_found");
        }
        app.patch(&path).by(&owner).json(&show).send().await.is(200);
        if by.id == friend.id {
            delete(&app, by, format!("/friends/{id}")).await.is(204);
            for answer in friend_views(&app, &friend, &id, &path).await {
                answer.is_problem(404, "not_found");
            }
        }
    }
    // A request alone does not show the timetable.
    let id = app.ask(&friend, &owner).await;
    for answer in friend_views(&app, &friend, &id, &path).await {
        answer.is_problem(404, "not_found");
    }
}
