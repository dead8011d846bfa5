//! Friend requests and friendships (rule 13).

mod races;
mod timetables;

use campus_core::domain::{FriendshipId, School};
use campus_core::store::Error;
use serde_json::{Value, json};
use uuid::Uuid;

use self::timetables::friend_views;
use super::without_request_id;
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::{Answer, PASSWORD, Student, TestApp};

/// Starts a service with three students of one school.
async fn start() -> (TestApp, [Student; 3]) {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let students = [app.student(&school).await, app.student(&school).await, app.student(&school).await];
    (app, students)
}

async fn request(app: &TestApp, by: &Student, body: Value) -> Answer {
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

/// Asserts that the student has exactly these friends, newest request first, and no open requests.
async fn assert_friends(app: &TestApp, of: &Student, expected: &[&Student]) {
    let friends = items(app, of, "/friends").await;
    let names: Vec<_> = friends.iter().map(|friend| friend["nickname"].clone()).collect();
    assert_eq!(names, expected.iter().map(|friend| json!(friend.nickname)).collect::<Vec<_>>());
    assert_eq!(items(app, of, "/friends/requests").await, Vec::<Value>::new());
}

async fn withdraw(app: &TestApp, student: &Student) {
    app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
}

#[tokio::test]
async fn both_users_see_a_request_and_after_its_acceptance_the_friendship() {
    let (app, [requester, recipient, _]) = start().await;
    let created = request(&app, &requester, by_login(&recipient)).await;
    let id = created.is(201).text_at("/id");
    let created_at = created.at("/created_at");
    let sent = json!({
        "id": id, "direction": "out", "sent_to": recipient.login_id, "nickname": null, "created_at": created_at,
        "since": null,
    });
    assert_eq!(created.json(), sent);
    assert_eq!(created.header("location"), format!("/friends/requests/{id}"));
    let received = json!({
        "id": id, "direction": "in", "sent_to": null, "nickname": requester.nickname, "created_at": created_at,
        "since": null,
    });
    assert_eq!(items(&app, &requester, "/friends/requests").await, [sent]);
    assert_eq!(items(&app, &recipient, "/friends/requests").await, [received]);
    assert_eq!(items(&app, &requester, "/friends").await, items(&app, &recipient, "/friends").await);
    app.audit().await;

    let accepted = accept(&app, &recipient, &id).await;
    let since = accepted.is(200).at("/since");
    assert_eq!(accepted.json(), json!({ "id": id, "nickname": requester.nickname, "since": since }));
    let friendship = json!({ "id": id, "nickname": recipient.nickname, "since": since });
    assert_eq!(items(&app, &requester, "/friends").await, [friendship]);
    assert_friends(&app, &requester, &[&recipient]).await;
    assert_friends(&app, &recipient, &[&requester]).await;
    app.audit().await;
}

#[tokio::test]
async fn a_request_accepts_a_login_id_in_any_case() {
    let (app, [requester, recipient, _]) = start().await;
    request(&app, &requester, json!({ "login_id": recipient.login_id.to_uppercase() })).await.is(201);
    assert_eq!(items(&app, &recipient, "/friends/requests").await.len(), 1);
}

#[tokio::test]
async fn a_request_names_another_user_by_either_login_id_or_email_address() {
    let (app, [requester, recipient, _]) = start().await;
    let before = app.snapshot().await;
    request(&app, &requester, json!({})).await.is_invalid(&[("login_id", "required")]);
    let both = json!({ "login_id": recipient.login_id, "email": recipient.email });
    request(&app, &requester, both).await.is_invalid(&[("email", "only_one")]);
    for (field, value, code) in [
        ("login_id", json!("x"), "too_short"),
        ("login_id", json!("no spaces"), "invalid_characters"),
        ("login_id", json!(7), "wrong_type"),
        ("email", json!("x"), "invalid_format"),
        ("user_id", json!(recipient.id), "unknown_field"),
    ] {
        request(&app, &requester, json!({ field: value })).await.is_invalid(&[(field, code)]);
    }
    request(&app, &requester, by_login(&requester)).await.is_invalid(&[("login_id", "oneself")]);
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn unknown_foreign_and_withdrawn_users_get_the_same_404() {
    let (app, [requester, withdrawn, student]) = start().await;
    let foreigner = app.student(&app.school("나래대학교").await).await;
    withdraw(&app, &withdrawn).await;
    let before = app.snapshot().await;
    let unknown = request(&app, &requester, json!({ "login_id": "nobody_here" })).await;
    unknown.is_problem(404, "not_found");
    for whom in [&foreigner, &withdrawn] {
        for body in [by_login(whom), json!({ "email": whom.email })] {
            assert_eq!(without_request_id(&request(&app, &requester, body).await), without_request_id(&unknown));
        }
    }
    // These addresses are not verified.
    for address in [&student.email, &requester.email] {
        let answer = request(&app, &requester, json!({ "email": address })).await;
        assert_eq!(without_request_id(&answer), without_request_id(&unknown));
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_verified_address_finds_its_student_in_the_school_only() {
    let app = TestApp::start().await;
    let school = app.school_by_email("가온대학교").await;
    let other_school = app.school_by_email("나래대학교").await;
    let verified = async |school: &School| {
        let student = app.unverified(school).await;
        app.verify_address(&student, &student.email).await;
        app.log_in(&student.login_id).await
    };
    let (requester, recipient) = (verified(&school).await, verified(&school).await);
    let (foreigner, unverified) = (verified(&other_school).await, app.unverified(&school).await);
    let by_address = async |by: &Student, address: &str| request(&app, by, json!({ "email": address })).await;
    let unknown = by_address(&requester, "nobody@example.ac.kr").await;
    unknown.is_problem(404, "not_found");
    for whom in [&foreigner, &unverified] {
        let answer = by_address(&requester, &whom.email).await;
        assert_eq!((without_request_id(&answer), answer.usage), (without_request_id(&unknown), unknown.usage));
    }
    by_address(&requester, &requester.email).await.is_invalid(&[("email", "oneself")]);
    // In another spelling than the verified one. The sender sees what the sender has typed, and nothing else.
    let typed = recipient.email.to_uppercase().replace('@', "+friend@");
    let sent = by_address(&requester, &typed).await;
    assert_eq!((sent.is(201).text_at("/sent_to"), sent.at("/nickname")), (typed, Value::Null));
    by_address(&requester, &recipient.email).await.is_problem(409, "already_requested");
    let received = items(&app, &recipient, "/friends/requests").await;
    assert_eq!((&received[0]["sent_to"], &received[0]["nickname"]), (&Value::Null, &json!(requester.nickname)));
    app.audit().await;
}

#[tokio::test]
async fn a_second_request_and_a_request_to_a_friend_are_refused() {
    let (app, [requester, recipient, _]) = start().await;
    let id = app.ask(&requester, &recipient).await;
    let before = app.snapshot().await;
    request(&app, &requester, by_login(&recipient)).await.is_problem(409, "already_requested");
    assert_eq!(app.snapshot().await, before);
    accept(&app, &recipient, &id).await.is(200);
    let before = app.snapshot().await;
    for (by, whom) in [(&requester, &recipient), (&recipient, &requester)] {
        let refused = app.post("/friends/requests").by(by).header("accept-language", "en").json(&by_login(whom));
        let refused = refused.send().await;
        assert_eq!(refused.is_problem(409, "already_friends").text_at("/detail"), "You are already friends.");
    }
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_crossing_request_creates_the_friendship() {
    let (app, [requester, recipient, _]) = start().await;
    let id = app.ask(&requester, &recipient).await;
    let crossing = request(&app, &recipient, by_login(&requester)).await;
    assert_eq!(crossing.is(201).header("location"), format!("/friends/{id}"));
    assert_eq!((crossing.text_at("/id"), crossing.text_at("/direction")), (id, "in".to_owned()));
    assert!(crossing.at("/since").is_string());
    assert_friends(&app, &requester, &[&recipient]).await;
    assert_friends(&app, &recipient, &[&requester]).await;
    app.audit().await;
}

#[tokio::test]
async fn only_the_recipient_can_accept_and_accepting_twice_changes_nothing() {
    let (app, [requester, recipient, third]) = start().await;
    let id = app.ask(&requester, &recipient).await;
    let before = app.snapshot().await;
    accept(&app, &requester, &id).await.is_problem(403, "own_request");
    accept(&app, &third, &id).await.is_problem(404, "not_found");
    accept(&app, &recipient, &Uuid::now_v7().to_string()).await.is_problem(404, "not_found");
    assert_eq!(app.snapshot().await, before);
    let first = accept(&app, &recipient, &id).await;
    let before = app.snapshot().await;
    app.clock.set_ahead_by_millis(5000);
    assert_eq!(accept(&app, &recipient, &id).await.is(200).json(), first.json());
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_sender_can_withdraw_a_request_and_then_send_a_new_one() {
    let (app, [requester, recipient, third]) = start().await;
    for _ in 0..2 {
        let id = app.ask(&requester, &recipient).await;
        let path = format!("/friends/requests/{id}");
        delete(&app, &third, path.clone()).await.is_problem(404, "not_found");
        delete(&app, &requester, format!("/friends/{id}")).await.is_problem(404, "not_found");
        delete(&app, &requester, path.clone()).await.is(204);
        for by in [&requester, &recipient] {
            delete(&app, by, path.clone()).await.is_problem(404, "not_found");
        }
        accept(&app, &recipient, &id).await.is_problem(404, "not_found");
        for student in [&requester, &recipient] {
            assert_friends(&app, student, &[]).await;
        }
        app.audit().await;
    }
    app.befriend(&recipient, &requester).await;
    assert_friends(&app, &requester, &[&recipient]).await;
}

#[tokio::test]
async fn both_users_can_end_a_friendship() {
    let (app, [requester, recipient, third]) = start().await;
    app.befriend(&requester, &third).await;
    for by in [&requester, &recipient] {
        app.clock.set_ahead_by_millis(10);
        let id = app.befriend(&requester, &recipient).await;
        assert_friends(&app, &requester, &[&recipient, &third]).await;
        delete(&app, &third, format!("/friends/{id}")).await.is_problem(404, "not_found");
        delete(&app, by, format!("/friends/requests/{id}")).await.is_problem(404, "not_found");
        delete(&app, by, format!("/friends/{id}")).await.is(204);
        delete(&app, by, format!("/friends/{id}")).await.is_problem(404, "not_found");
        assert_friends(&app, &requester, &[&third]).await;
        assert_friends(&app, &recipient, &[]).await;
        app.audit().await;
    }
}

#[tokio::test]
async fn lists_are_paginated_newest_first_and_filtered_by_direction() {
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
    let all_pages = async |path: &str| {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.get(format!("{path}{cursor}")).by(&student).send().await;
            let found = page.is(200).at("/items");
            let name = |item: &Value| item["nickname"].as_str().or(item["sent_to"].as_str()).unwrap().to_owned();
            names.extend(found.as_array().unwrap().iter().map(name));
            match page.at("/next_cursor").as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return names,
            }
        }
    };
    let nicknames: Vec<_> = others.iter().map(|other| other.nickname.clone()).collect();
    let shown = |index: &usize| {
        if index.is_multiple_of(2) { others[*index].login_id.clone() } else { nicknames[*index].clone() }
    };
    let names = |indices: &[usize]| indices.iter().map(shown).collect::<Vec<_>>();
    assert_eq!(all_pages("/friends/requests?limit=2").await, names(&[0, 1, 2, 3, 4]));
    assert_eq!(all_pages("/friends/requests?limit=2&direction=out").await, names(&[0, 2, 4]));
    assert_eq!(all_pages("/friends/requests?limit=1&direction=in").await, names(&[1, 3]));
    let refused = app.get("/friends/requests?direction=both").by(&student).send().await;
    refused.is_invalid(&[("direction", "unknown_choice")]);
    let cursor = app.get("/friends/requests?limit=1").by(&student).send().await.text_at("/next_cursor");
    for (by, path) in
        [(&student, "/friends?"), (&student, "/friends/requests?direction=in&"), (&others[0], "/friends/requests?")]
    {
        app.get(format!("{path}cursor={cursor}")).by(by).send().await.is_problem(400, "invalid_cursor");
    }
    for other in &others {
        request(&app, &student, by_login(other)).await;
        request(&app, other, by_login(&student)).await;
    }
    assert_eq!(all_pages("/friends?limit=2").await, nicknames);
}

#[tokio::test]
async fn a_repeated_request_creates_one_friend_request_and_returns_its_current_state() {
    let (app, [requester, recipient, _]) = start().await;
    let send = async |body: Value| {
        app.post("/friends/requests").by(&requester).header("idempotency-key", "key").json(&body).send().await
    };
    let first = send(by_login(&recipient)).await;
    let id = first.is(201).text_at("/id");
    let repeat = send(by_login(&recipient)).await;
    assert_eq!((repeat.is(201).json(), repeat.header("idempotency-replayed")), (first.json(), "true"));
    send(json!({ "email": recipient.email })).await.is_problem(422, "idempotency_key_reused");
    let since = accept(&app, &recipient, &id).await.is(200).at("/since");
    let repeat = send(by_login(&recipient)).await;
    assert_eq!((repeat.is(201).at("/since"), repeat.at("/direction")), (since, json!("out")));
    assert_eq!(repeat.header("location"), format!("/friends/{id}"));
    delete(&app, &recipient, format!("/friends/{id}")).await.is(204);
    send(by_login(&recipient)).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_crossing_request_whose_response_was_lost_creates_one_friendship_and_its_repeat_returns_it() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    let school = app.school("가온대학교").await;
    let (requester, recipient) = (app.student(&school).await, app.student(&school).await);
    let id = app.ask(&requester, &recipient).await;
    let send = async || {
        let call = app.post("/friends/requests").by(&recipient).header("idempotency-key", "key");
        call.json(&by_login(&requester)).send().await
    };
    injector.plan("TransactWriteItems", 0, Fault::AnswerLost, usize::MAX);
    send().await.is_problem(503, "unavailable");
    assert!(injector.mend() > 0);
    assert_friends(&app, &requester, &[&recipient]).await;
    let before = app.snapshot().await;
    for _ in 0..2 {
        let repeat = send().await;
        assert_eq!((repeat.is(201).text_at("/id"), repeat.text_at("/direction")), (id.clone(), "in".to_owned()));
        assert_eq!(repeat.at("/since"), items(&app, &recipient, "/friends").await[0]["since"]);
        assert_eq!(repeat.header("location"), format!("/friends/{id}"));
        assert_eq!(repeat.header("idempotency-replayed"), "true");
    }
    assert_eq!(app.snapshot().await, before);
    assert_friends(&app, &recipient, &[&requester]).await;
    app.audit().await;
}

#[tokio::test]
async fn a_withdrawn_user_leaves_every_list_at_once_and_the_table_with_the_purge() {
    let (app, [leaver, friend, asked]) = start().await;
    let asking = app.student(&app.service.app.schools.all().await.unwrap()[0]).await;
    let path = app.timetable(&leaver, "계획", "school").await;
    let id = app.befriend(&leaver, &friend).await;
    let (sent, received) = (app.ask(&leaver, &asked).await, app.ask(&asking, &leaver).await);
    app.befriend(&friend, &asked).await;
    withdraw(&app, &leaver).await;
    assert_friends(&app, &friend, &[&asked]).await;
    assert_friends(&app, &asked, &[&friend]).await;
    assert_friends(&app, &asking, &[]).await;
    for answer in friend_views(&app, &friend, &id, &path).await {
        answer.is_problem(404, "not_found");
    }
    accept(&app, &asked, &sent).await.is_problem(404, "not_found");
    app.audit().await;
    // The user who sent the other request can still delete it.
    delete(&app, &asking, format!("/friends/requests/{received}")).await.is(204);
    app.audit().await;
    app.clock.set_ahead_by_millis(31_000);
    app.service.app.withdrawals.purge().await.unwrap();
    let rows = app.snapshot().await;
    assert_eq!(rows.iter().filter(|row| row.contains(&leaver.id)).count(), 1, "the row of the withdrawn user");
    assert_eq!((app.count_rows("#PAIR#").await, app.count_rows("#LOGIN#").await), (1, 3));
    app.audit().await;
}

#[tokio::test]
async fn a_request_that_was_read_before_a_withdrawal_cannot_be_accepted_after_it() {
    let (app, [leaver, asked, _]) = start().await;
    let id: FriendshipId = app.ask(&leaver, &asked).await.parse().unwrap();
    let caller = asked.caller();
    let access = app.service.app.authorizer.authorize(&caller).await.unwrap();
    let request = app.service.app.friends.find(&caller, id).await.unwrap();
    withdraw(&app, &leaver).await;
    let before = app.snapshot().await;
    let accepted = app.service.app.friends.accept(&access, &caller, request).await;
    assert!(matches!(accepted, Err(Error::NotFound)), "{accepted:?}");
    assert_eq!(app.snapshot().await, before);
}
