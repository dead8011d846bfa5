//! Two who do something to one friendship at the same moment, over a sound wire and over one on which transactions
//! conflict.

use std::time::Duration;

use super::{accept, are_friends, ask, by_login, delete, items};
use crate::faults::contention::Contention;
use crate::harness::{Answer, Student, TestApp};

/// How often each race is run.
const ROUNDS: usize = 100;

/// Two students of one school.
async fn pair(app: &TestApp) -> [Student; 2] {
    let school = app.school("가온대학교").await;
    [app.student(&school).await, app.student(&school).await]
}

macro_rules! races {
    ($($sound:ident, $contended:ident: $race:ident;)*) => {$(
        #[tokio::test]
        async fn $sound() {
            let app = TestApp::start().await;
            $race(&app, &pair(&app).await).await;
        }

        #[tokio::test]
        async fn $contended() {
            let wire = Contention::new(Duration::from_millis(2));
            let app = TestApp::start_with(|engine| wire.connection(engine), None).await;
            $race(&app, &pair(&app).await).await;
            assert!(wire.conflicts() > 0);
        }
    )*};
}

races! {
    crossing_requests_are_one_friendship, crossing_requests_are_one_friendship_in_spite_of_conflicts: crossing;
    of_two_same_requests_one_is_made, of_two_same_requests_one_is_made_in_spite_of_conflicts: twice;
    accepting_and_declining_come_to_one, accepting_and_declining_come_to_one_in_spite_of_conflicts: decline;
    accepting_and_taking_back_come_to_one, accepting_and_taking_back_come_to_one_in_spite_of_conflicts: take_back;
    a_friendship_ends_once, a_friendship_ends_once_in_spite_of_conflicts: end;
}

async fn end_friendship(app: &TestApp, by: &Student, id: &str) -> Answer {
    delete(app, by, format!("/friends/{id}")).await
}

async fn crossing(app: &TestApp, [one, other]: &[Student; 2]) {
    for round in 0..ROUNDS {
        let (first, second) = tokio::join!(ask(app, one, by_login(other)), ask(app, other, by_login(one)));
        let id = first.is(201).text_at("/id");
        assert_eq!(second.is(201).text_at("/id"), id);
        let made = [&first, &second].iter().filter(|answer| answer.at("/since").is_string()).count();
        assert_eq!(made, 1, "one asked, and the other one met the request");
        are_friends(app, one, &[other]).await;
        are_friends(app, other, &[one]).await;
        if round % 20 == 0 {
            app.audit().await;
        }
        end_friendship(app, one, &id).await.is(204);
    }
    app.audit().await;
}

async fn twice(app: &TestApp, [one, other]: &[Student; 2]) {
    for _ in 0..20 {
        let (first, second) = tokio::join!(ask(app, one, by_login(other)), ask(app, one, by_login(other)));
        let (made, refused) = if first.status == 201 { (first, second) } else { (second, first) };
        refused.is_problem(409, "already_requested");
        assert_eq!(items(app, other, "/friends/requests").await.len(), 1);
        let id = made.is(201).text_at("/id");
        delete(app, one, format!("/friends/requests/{id}")).await.is(204);

        let once = async || {
            let call = app.post("/friends/requests").by(one).header("idempotency-key", &id);
            call.json(&by_login(other)).send().await
        };
        let (first, second) = tokio::join!(once(), once());
        assert_eq!(first.is(201).json(), second.is(201).json());
        let replayed = [&first, &second].iter().filter(|one| one.header("idempotency-replayed") == "true").count();
        assert_eq!(replayed, 1);
        delete(app, other, format!("/friends/requests/{}", first.text_at("/id"))).await.is(204);
    }
    app.audit().await;
}

async fn decline(app: &TestApp, [one, other]: &[Student; 2]) {
    accept_while_it_is_taken_away(app, [one, other], other).await;
}

async fn take_back(app: &TestApp, [one, other]: &[Student; 2]) {
    accept_while_it_is_taken_away(app, [one, other], one).await;
}

async fn accept_while_it_is_taken_away(app: &TestApp, [one, other]: [&Student; 2], by: &Student) {
    for _ in 0..ROUNDS / 2 {
        let id = app.ask(one, other).await;
        let taken_away = delete(app, by, format!("/friends/requests/{id}"));
        let (accepted, taken_away) = tokio::join!(accept(app, other, &id), taken_away);
        match accepted.status.as_u16() {
            200 => {
                taken_away.is_problem(404, "not_found");
                are_friends(app, one, &[other]).await;
                are_friends(app, other, &[one]).await;
                end_friendship(app, one, &id).await.is(204);
            }
            _ => {
                accepted.is_problem(404, "not_found");
                taken_away.is(204);
                are_friends(app, one, &[]).await;
                are_friends(app, other, &[]).await;
            }
        }
    }
    app.audit().await;
}

async fn end(app: &TestApp, [one, other]: &[Student; 2]) {
    for _ in 0..ROUNDS / 2 {
        let id = app.befriend(one, other).await;
        let (first, second) = tokio::join!(end_friendship(app, one, &id), end_friendship(app, other, &id));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 404]);
        are_friends(app, one, &[]).await;
        are_friends(app, other, &[]).await;
    }
    app.audit().await;
}
