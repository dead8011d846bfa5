//! Friends: asking, accepting, ending, and what friends see.

mod races;
mod timetables;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::{Caller, FriendshipId, Role};
use campus_core::store::Error;
use serde_json::{Value, json};
use uuid::Uuid;

use self::timetables::seen;
use crate::harness::{Answer, PASSWORD, Student, TestApp};

/// A service with three students of one school.
async fn app() -> (TestApp, [Student; 3]) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let students = [app.student(&school).await, app.student(&school).await, app.student(&school).await];
    (app, students)
}

async fn ask(app: &TestApp, by: &Student, body: Value) -> Answer {
    app.post("/friends/requests").by(by).json(&body).send().await
}

fn by_login(whom: &Student) -> Value {
    json!({ "login_id": whom.login_id })
}

async fn accept(app: &TestApp, by: &Student, id: &str) -> Answer {
    app.post(format!("/friends/requests/{id}/accept")).by(by).send().await
}

async fn delete(app: &TestApp, by: &Student, path: String) -> Answer {
    app.delete(path).by(by).send().await
}

/// All items of a list.
async fn items(app: &TestApp, by: &Student, path: &str) -> Vec<Value> {
    app.get(path).by(by).send().await.is(200).at("/items").as_array().unwrap().clone()
}

/// Asserts that these are friends of the student's, the newest request first, and that no request is left.
async fn are_friends(app: &TestApp, of: &Student, nicknames: &[&Student]) {
    let friends = items(app, of, "/friends").await;
    let names: Vec<_> = friends.iter().map(|friend| friend["nickname"].clone()).collect();
    assert_eq!(names, nicknames.iter().map(|friend| json!(friend.nickname)).collect::<Vec<_>>());
    assert_eq!(items(app, of, "/friends/requests").await, Vec::<Value>::new());
}

async fn withdraw(app: &TestApp, student: &Student) {
    app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
}

/// All of an answer but the id of the request.
fn bytes(answer: &Answer) -> String {
    let id = answer.header("x-request-id");
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    format!("{} {headers:?} {}", answer.status, answer.text.replace(id, ""))
}

#[tokio::test]
async fn a_request_is_listed_by_both_and_becomes_a_friendship_of_both() {
    let (app, [one, other, _]) = app().await;
    let asked = ask(&app, &one, by_login(&other)).await;
    let id = asked.is(201).text_at("/id");
    let created_at = asked.at("/created_at");
    let out = json!({
        "id": id, "direction": "out", "nickname": other.nickname, "created_at": created_at, "since": null,
    });
    assert_eq!(asked.json(), out);
    assert_eq!(asked.header("location"), format!("/friends/requests/{id}"));
    let into =
        json!({ "id": id, "direction": "in", "nickname": one.nickname, "created_at": created_at, "since": null });
    assert_eq!(items(&app, &one, "/friends/requests").await, [out]);
    assert_eq!(items(&app, &other, "/friends/requests").await, [into]);
    assert_eq!(items(&app, &one, "/friends").await, items(&app, &other, "/friends").await);
    app.audit().await;

    let accepted = accept(&app, &other, &id).await;
    let since = accepted.is(200).at("/since");
    assert_eq!(accepted.json(), json!({ "id": id, "nickname": one.nickname, "since": since }));
    let theirs = json!({ "id": id, "nickname": other.nickname, "since": since });
    assert_eq!(items(&app, &one, "/friends").await, [theirs]);
    are_friends(&app, &one, &[&other]).await;
    are_friends(&app, &other, &[&one]).await;
    app.audit().await;
}

#[tokio::test]
async fn an_address_in_any_case_names_a_person_as_well() {
    let (app, [one, other, third]) = app().await;
    ask(&app, &one, json!({ "email": other.email.to_uppercase() })).await.is(201);
    ask(&app, &one, json!({ "login_id": third.login_id.to_uppercase() })).await.is(201);
    assert_eq!(items(&app, &other, "/friends/requests").await.len(), 1);
    assert_eq!(items(&app, &third, "/friends/requests").await.len(), 1);
}

#[tokio::test]
async fn one_of_the_two_says_who_is_asked() {
    let (app, [one, other, _]) = app().await;
    let before = app.snapshot().await;
    ask(&app, &one, json!({})).await.is_invalid(&[("login_id", "required")]);
    let both = json!({ "login_id": other.login_id, "email": other.email });
    ask(&app, &one, both).await.is_invalid(&[("email", "only_one")]);
    for (field, value, code) in [
        ("login_id", json!("x"), "too_short"),
        ("login_id", json!("no spaces"), "invalid_characters"),
        ("login_id", json!(7), "wrong_type"),
        ("email", json!("x"), "invalid_format"),
        ("user_id", json!(other.id), "unknown_field"),
    ] {
        ask(&app, &one, json!({ field: value })).await.is_invalid(&[(field, code)]);
    }
    ask(&app, &one, by_login(&one)).await.is_invalid(&[("login_id", "oneself")]);
    ask(&app, &one, json!({ "email": one.email })).await.is_invalid(&[("email", "oneself")]);
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn an_unknown_a_foreign_and_a_withdrawn_person_are_the_same_404() {
    let (app, [one, left, _]) = app().await;
    let foreigner = app.student(&app.school("나래대학교").await).await;
    withdraw(&app, &left).await;
    let before = app.snapshot().await;
    let nobody = ask(&app, &one, json!({ "login_id": "nobody_here" })).await;
    nobody.is_problem(404, "not_found");
    for whom in [&foreigner, &left] {
        for body in [by_login(whom), json!({ "email": whom.email })] {
            assert_eq!(bytes(&ask(&app, &one, body).await), bytes(&nobody));
        }
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn asking_twice_or_a_friend_is_refused() {
    let (app, [one, other, _]) = app().await;
    let id = app.ask(&one, &other).await;
    let before = app.snapshot().await;
    ask(&app, &one, by_login(&other)).await.is_problem(409, "already_requested");
    assert_eq!(app.snapshot().await, before);
    accept(&app, &other, &id).await.is(200);
    let before = app.snapshot().await;
    for (by, whom) in [(&one, &other), (&other, &one)] {
        let refused = app.post("/friends/requests").by(by).header("accept-language", "en").json(&by_login(whom));
        let refused = refused.send().await;
        assert_eq!(refused.is_problem(409, "already_friends").text_at("/detail"), "You are friends already.");
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_crossing_request_makes_the_friendship() {
    let (app, [one, other, _]) = app().await;
    let id = app.ask(&one, &other).await;
    let crossing = ask(&app, &other, by_login(&one)).await;
    assert_eq!(crossing.is(201).header("location"), format!("/friends/{id}"));
    assert_eq!((crossing.text_at("/id"), crossing.text_at("/direction")), (id, "in".to_owned()));
    assert!(crossing.at("/since").is_string());
    are_friends(&app, &one, &[&other]).await;
    are_friends(&app, &other, &[&one]).await;
    app.audit().await;
}

#[tokio::test]
async fn only_the_one_who_was_asked_accepts_and_as_often_as_wanted() {
    let (app, [one, other, third]) = app().await;
    let id = app.ask(&one, &other).await;
    let before = app.snapshot().await;
    accept(&app, &one, &id).await.is_problem(403, "own_request");
    accept(&app, &third, &id).await.is_problem(404, "not_found");
    accept(&app, &other, &Uuid::now_v7().to_string()).await.is_problem(404, "not_found");
    assert_eq!(app.snapshot().await, before);
    let first = accept(&app, &other, &id).await;
    let before = app.snapshot().await;
    app.clock.set_ahead_by_millis(5000);
    assert_eq!(accept(&app, &other, &id).await.is(200).json(), first.json());
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn either_of_the_two_takes_a_request_away_and_both_can_ask_again() {
    let (app, [one, other, third]) = app().await;
    for by in [&one, &other] {
        let id = app.ask(&one, &other).await;
        let path = format!("/friends/requests/{id}");
        delete(&app, &third, path.clone()).await.is_problem(404, "not_found");
        delete(&app, by, format!("/friends/{id}")).await.is_problem(404, "not_found");
        delete(&app, by, path.clone()).await.is(204);
        delete(&app, by, path).await.is_problem(404, "not_found");
        accept(&app, &other, &id).await.is_problem(404, "not_found");
        for student in [&one, &other] {
            are_friends(&app, student, &[]).await;
        }
        app.audit().await;
    }
    app.befriend(&other, &one).await;
    are_friends(&app, &one, &[&other]).await;
}

#[tokio::test]
async fn either_of_the_two_ends_a_friendship_for_both() {
    let (app, [one, other, third]) = app().await;
    app.befriend(&one, &third).await;
    for by in [&one, &other] {
        app.clock.set_ahead_by_millis(10);
        let id = app.befriend(&one, &other).await;
        are_friends(&app, &one, &[&other, &third]).await;
        delete(&app, &third, format!("/friends/{id}")).await.is_problem(404, "not_found");
        delete(&app, by, format!("/friends/requests/{id}")).await.is_problem(404, "not_found");
        delete(&app, by, format!("/friends/{id}")).await.is(204);
        delete(&app, by, format!("/friends/{id}")).await.is_problem(404, "not_found");
        are_friends(&app, &one, &[&third]).await;
        are_friends(&app, &other, &[]).await;
        app.audit().await;
    }
}

#[tokio::test]
async fn lists_are_walked_page_by_page_newest_first_and_by_direction() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let student = app.student(&school).await;
    let mut others = Vec::new();
    for number in 0..5 {
        app.clock.set_ahead_by_millis(number * 10);
        let other = app.student(&school).await;
        if number % 2 == 0 {
            app.ask(&student, &other).await
        } else {
            app.ask(&other, &student).await
        };
        others.insert(0, other);
    }
    let walk = async |path: &str| {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.get(format!("{path}{cursor}")).by(&student).send().await;
            let found = page.is(200).at("/items");
            names.extend(found.as_array().unwrap().iter().map(|item| item["nickname"].as_str().unwrap().to_owned()));
            match page.at("/next_cursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return names,
            }
        }
    };
    let names = |places: &[usize]| places.iter().map(|at| others[*at].nickname.clone()).collect::<Vec<_>>();
    assert_eq!(walk("/friends/requests?limit=2").await, names(&[0, 1, 2, 3, 4]));
    assert_eq!(walk("/friends/requests?limit=2&direction=out").await, names(&[0, 2, 4]));
    assert_eq!(walk("/friends/requests?limit=1&direction=in").await, names(&[1, 3]));
    let refused = app.get("/friends/requests?direction=both").by(&student).send().await;
    refused.is_invalid(&[("direction", "unknown_choice")]);
    let cursor = app.get("/friends/requests?limit=1").by(&student).send().await.text_at("/next_cursor");
    for (by, path) in
        [(&student, "/friends?"), (&student, "/friends/requests?direction=in&"), (&others[0], "/friends/requests?")]
    {
        app.get(format!("{path}cursor={cursor}")).by(by).send().await.is_problem(400, "invalid_cursor");
    }
    for other in &others {
        ask(&app, &student, by_login(other)).await;
        ask(&app, other, by_login(&student)).await;
    }
    assert_eq!(walk("/friends?limit=2").await, names(&[0, 1, 2, 3, 4]));
}

#[tokio::test]
async fn a_repeat_with_a_key_asks_once_and_tells_how_it_stands() {
    let (app, [one, other, _]) = app().await;
    let send = async |body: Value| {
        app.post("/friends/requests").by(&one).header("idempotency-key", "key").json(&body).send().await
    };
    let first = send(by_login(&other)).await;
    let id = first.is(201).text_at("/id");
    let repeat = send(by_login(&other)).await;
    assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.json(), "true"));
    send(json!({ "email": other.email })).await.is_problem(422, "idempotency_key_reused");
    let since = accept(&app, &other, &id).await.is(200).at("/since");
    let repeat = send(by_login(&other)).await;
    assert_eq!((repeat.is(201).at("/since"), repeat.at("/direction")), (since, json!("out")));
    assert_eq!(repeat.header("location"), format!("/friends/{id}"));
    delete(&app, &other, format!("/friends/{id}")).await.is(204);
    send(by_login(&other)).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn who_withdraws_is_gone_from_every_list_at_once_and_from_the_table_with_the_purge() {
    let (app, [leaver, friend, asked]) = app().await;
    let asking = app.student(&app.desk.app.schools.all().await.unwrap()[0]).await;
    let path = app.timetable(&leaver, "계획", "school").await;
    let id = app.befriend(&leaver, &friend).await;
    let (out, into) = (app.ask(&leaver, &asked).await, app.ask(&asking, &leaver).await);
    app.befriend(&friend, &asked).await;
    withdraw(&app, &leaver).await;
    are_friends(&app, &friend, &[&asked]).await;
    are_friends(&app, &asked, &[&friend]).await;
    are_friends(&app, &asking, &[]).await;
    for answer in seen(&app, &friend, &id, &path).await {
        answer.is_problem(404, "not_found");
    }
    accept(&app, &asked, &out).await.is_problem(404, "not_found");
    app.audit().await;
    // What is left can be ended like any other.
    delete(&app, &asking, format!("/friends/requests/{into}")).await.is(204);
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.desk.app.withdrawals.purge().await.unwrap();
    let rows = app.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.contains(&leaver.id)).count(), 1, "the tombstone");
    assert_eq!((app.count_rows("#PAIR#").await, app.count_rows("#LOGIN#").await), (1, 3));
    app.audit().await;
}

#[tokio::test]
async fn a_request_that_was_read_before_the_withdrawal_is_not_accepted_after_it() {
    let (app, [leaver, asked, _]) = app().await;
    let school = app.desk.app.schools.all().await.unwrap().remove(0).id;
    let id: FriendshipId = app.ask(&leaver, &asked).await.parse().unwrap();
    let session = asked.token.split('.').nth(1).unwrap();
    let session: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(session).unwrap()).unwrap();
    let session = session["sid"].as_str().unwrap().parse().unwrap();
    let caller = Caller { school, user: asked.id.parse().unwrap(), session, role: Role::Student };
    let writer = app.desk.app.writers.admit(&caller).await.unwrap();
    let request = app.desk.app.friends.find(&caller, id).await.unwrap();
    withdraw(&app, &leaver).await;
    let before = app.snapshot().await;
    let accepted = app.desk.app.friends.accept(&writer, &caller, request).await;
    assert!(matches!(accepted, Err(Error::NotFound)), "{accepted:?}");
    assert_eq!(app.snapshot().await, before);
}
