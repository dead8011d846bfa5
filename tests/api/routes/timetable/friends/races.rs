//! Two students who change one friendship at the same moment, with and without DynamoDB's transaction conflicts.

use std::time::Duration;

use super::{accept, assert_friends, by_login, delete, items, request};
use crate::support::faults::contention::Contention;
use crate::support::harness::{Answer, Student, TestApp};

/// How often each race is run.
const ROUNDS: usize = 100;

/// Two students of one school.
async fn two_students(app: &TestApp) -> [Student; 2] {
    let school = app.school("가온대학교").await;
    [app.student(&school).await, app.student(&school).await]
}

macro_rules! races {
    ($($without_conflicts:ident, $with_conflicts:ident: $race:ident;)*) => {$(
        #[tokio::test]
        async fn $without_conflicts() {
            let app = TestApp::start().await;
            $race(&app, &two_students(&app).await).await;
        }

        #[tokio::test]
        async fn $with_conflicts() {
            let injector = Contention::new(Duration::from_millis(2));
            let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
            $race(&app, &two_students(&app).await).await;
            assert!(injector.conflicts() > 0);
        }
    )*};
}

races! {
    crossing_requests_create_one_friendship, crossing_requests_create_one_friendship_despite_conflicts: cross;
    of_two_identical_requests_one_is_created, of_two_identical_requests_one_is_created_despite_conflicts: repeat;
    either_accepting_or_declining_succeeds, either_accepting_or_declining_succeeds_despite_conflicts: decline;
    either_accepting_or_taking_back_succeeds, either_accepting_or_taking_back_succeeds_despite_conflicts: take_back;
    a_friendship_ends_once, a_friendship_ends_once_despite_conflicts: end_twice;
}

async fn end_friendship(app: &TestApp, by: &Student, id: &str) -> Answer {
    delete(app, by, format!("/friends/{id}")).await
}

async fn cross(app: &TestApp, [requester, recipient]: &[Student; 2]) {
    for round in 0..ROUNDS {
        let (first, second) =
            tokio::join!(request(app, requester, by_login(recipient)), request(app, recipient, by_login(requester)));
        let id = first.is(201).text_at("/id");
        assert_eq!(second.is(201).text_at("/id"), id);
        let friendships = [&first, &second].iter().filter(|answer| answer.at("/since").is_string()).count();
        assert_eq!(friendships, 1, "one response is a request, the other is the friendship");
        assert_friends(app, requester, &[recipient]).await;
        assert_friends(app, recipient, &[requester]).await;
        if round % 20 == 0 {
            app.audit().await;
        }
        end_friendship(app, requester, &id).await.is(204);
    }
    app.audit().await;
}

async fn repeat(app: &TestApp, [requester, recipient]: &[Student; 2]) {
    for _ in 0..20 {
        let (first, second) =
            tokio::join!(request(app, requester, by_login(recipient)), request(app, requester, by_login(recipient)));
        let (created, refused) = if first.status == 201 { (first, second) } else { (second, first) };
        refused.is_problem(409, "already_requested");
        assert_eq!(items(app, recipient, "/friends/requests").await.len(), 1);
        let id = created.is(201).text_at("/id");
        delete(app, requester, format!("/friends/requests/{id}")).await.is(204);

        let send = async || {
            let call = app.post("/friends/requests").by(requester).header("idempotency-key", &id);
            call.json(&by_login(recipient)).send().await
        };
        let (first, second) = tokio::join!(send(), send());
        assert_eq!(first.is(201).json(), second.is(201).json());
        let replayed =
            [&first, &second].iter().filter(|answer| answer.header("idempotency-replayed") == "true").count();
        assert_eq!(replayed, 1);
        delete(app, requester, format!("/friends/requests/{}", first.text_at("/id"))).await.is(204);
    }
    app.audit().await;
}

async fn decline(app: &TestApp, [requester, recipient]: &[Student; 2]) {
    accept_during_deletion(app, [requester, recipient], recipient).await;
}

async fn take_back(app: &TestApp, [requester, recipient]: &[Student; 2]) {
    accept_during_deletion(app, [requester, recipient], requester).await;
}

async fn accept_during_deletion(app: &TestApp, [requester, recipient]: [&Student; 2], by: &Student) {
    for _ in 0..ROUNDS / 2 {
        let id = app.ask(requester, recipient).await;
        let deletion = delete(app, by, format!("/friends/requests/{id}"));
        let (accepted, deleted) = tokio::join!(accept(app, recipient, &id), deletion);
        match accepted.status.as_u16() {
            200 => {
                deleted.is_problem(404, "not_found");
                assert_friends(app, requester, &[recipient]).await;
                assert_friends(app, recipient, &[requester]).await;
                end_friendship(app, requester, &id).await.is(204);
            }
            _ => {
                accepted.is_problem(404, "not_found");
                deleted.is(204);
                if by.id == recipient.id {
                    // The sender still has the declined request, and a request of the recipient accepts it.
                    assert_eq!(request(app, recipient, by_login(requester)).await.is(201).text_at("/id"), id);
                    end_friendship(app, requester, &id).await.is(204);
                }
                assert_friends(app, requester, &[]).await;
                assert_friends(app, recipient, &[]).await;
            }
        }
    }
    app.audit().await;
}

async fn end_twice(app: &TestApp, [requester, recipient]: &[Student; 2]) {
    for _ in 0..ROUNDS / 2 {
        let id = app.befriend(requester, recipient).await;
        let (first, second) = tokio::join!(end_friendship(app, requester, &id), end_friendship(app, recipient, &id));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 404]);
        assert_friends(app, requester, &[]).await;
        assert_friends(app, recipient, &[]).await;
    }
    app.audit().await;
}
