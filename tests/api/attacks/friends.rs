//! Students who do not take no for an answer, and who use a friend request to learn something.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::faults::injector::{FaultInjector, RowKey};
use crate::support::harness::{Answer, Student, TestApp};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A service with two students, and a clock that stands still.
struct Pair {
    injector: FaultInjector,
    app: TestApp,
    sender: Student,
    recipient: Student,
    started_at: i64,
}

impl Pair {
    async fn start() -> Self {
        let injector = FaultInjector::new();
        let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
        let school = app.school("가온대학교").await;
        let (sender, recipient) = (app.student(&school).await, app.student(&school).await);
        // A session lasts 30 days, so the story begins before it.
        let started_at = app.stop_clock() - 3_600_000;
        app.clock.stop_at_millis(started_at);
        let pair = Self { injector, app, sender, recipient, started_at };
        // The first write reads the policies, and the service remembers them for a minute.
        let unknown = json!({ "login_id": "unknown_student" });
        pair.app.post("/friends/requests").by(&pair.sender).json(&unknown).send().await;
        pair
    }

    async fn request(&self, by: &Student, to: &Student) -> Answer {
        let body = json!({ "login_id": to.login_id });
        self.app.post("/friends/requests").by(by).json(&body).send().await
    }

    /// Sends a request of the sender. Returns its path.
    async fn ask(&self) -> String {
        self.request(&self.sender, &self.recipient).await.is(201).header("location").to_owned()
    }

    /// Sends a request of the sender. Returns its path, the calls to the table, and the rows that they write or check.
    async fn ask_recorded(&self) -> (String, Vec<String>, BTreeSet<RowKey>) {
        self.injector.record();
        let path = self.ask().await;
        let id = path.rsplit('/').next().unwrap();
        let rows = self.injector.written_rows().into_iter().map(|(pk, sk)| (pk, sk.replace(id, "<id>"))).collect();
        (path.clone(), self.injector.calls(), rows)
    }

    async fn delete(&self, by: &Student, path: &str) -> Answer {
        self.app.delete(path).by(by).send().await
    }

    async fn requests(&self, of: &Student) -> Vec<Value> {
        self.app.get("/friends/requests").by(of).send().await.is(200).at("/items").as_array().unwrap().clone()
    }

    async fn friends(&self, of: &Student) -> usize {
        self.app.get("/friends").by(of).send().await.is(200).at("/items").as_array().unwrap().len()
    }

    /// Everything that the sender can learn about an open request, without what differs between any two requests.
    async fn seen_by_sender(&self, path: &str) -> Vec<String> {
        let id = path.rsplit('/').next().unwrap();
        let (app, sender) = (&self.app, &self.sender);
        let mut seen = Vec::new();
        for answer in [
            app.get("/friends/requests").by(sender).send().await,
            app.get("/friends/requests?direction=out").by(sender).send().await,
            app.get("/friends").by(sender).send().await,
            app.post(format!("{path}/accept")).by(sender).send().await,
            self.request(&self.sender, &self.recipient).await,
            app.get(format!("/friends/{id}/timetable?semester=2026-1")).by(sender).send().await,
            app.delete(format!("/friends/{id}")).by(sender).send().await,
            app.delete(path).by(sender).send().await,
        ] {
            let text = answer.text.replace(id, "<id>").replace(answer.header("x-request-id"), "");
            seen.push(format!("{} {text}", answer.status));
        }
        seen
    }

    /// Makes the recipient block the sender in a thread under nicknames.
    async fn block(&self) {
        let board = self.app.board(&self.recipient, "자유").await;
        let post = self.app.write_post(&self.recipient, &board, "글", false).await;
        let thread = self.app.write_about(&self.sender, json!({ "post_id": post }), "안녕하세요").await;
        self.app.post(format!("/messages/{thread}/block")).by(&self.recipient).send().await.is(204);
    }
}

#[tokio::test]
async fn the_sender_does_not_learn_that_a_request_was_declined() {
    let pair = Pair::start().await;
    let (path, calls, written) = pair.ask_recorded().await;
    let open = pair.seen_by_sender(&path).await;
    let path = pair.ask().await;
    pair.delete(&pair.recipient, &path).await.is(204);
    pair.app.audit().await;
    assert_eq!(pair.requests(&pair.recipient).await, [json!(null); 0]);
    for answer in [
        pair.delete(&pair.recipient, &path).await,
        pair.app.post(format!("{path}/accept")).by(&pair.recipient).send().await,
    ] {
        answer.is_problem(404, "not_found");
    }
    assert_eq!(pair.seen_by_sender(&path).await, open);
    // A further request looks the same, and takes the same calls to the same rows.
    let recorded = pair.ask_recorded().await;
    assert_eq!((&recorded.1, &recorded.2), (&calls, &written));
    let path = recorded.0;
    assert_eq!(pair.requests(&pair.recipient).await, [json!(null); 0]);
    pair.app.audit().await;
    assert_eq!(pair.seen_by_sender(&path).await, open);
    pair.app.audit().await;
}

#[tokio::test]
async fn a_declined_sender_reaches_the_recipient_again_after_30_days() {
    let pair = Pair::start().await;
    let path = pair.ask().await;
    pair.delete(&pair.recipient, &path).await.is(204);
    pair.delete(&pair.sender, &path).await.is(204);
    for (after, reaches) in [(0, false), (30 * DAY_MS - 1000, false), (30 * DAY_MS, true)] {
        pair.app.clock.stop_at_millis(pair.started_at + after);
        let path = pair.ask().await;
        assert_eq!(pair.requests(&pair.recipient).await.len(), usize::from(reaches), "{after}");
        pair.delete(&pair.sender, &path).await.is(204);
    }
    pair.app.audit().await;
}

#[tokio::test]
async fn a_blocked_sender_reaches_nobody_and_does_not_learn_it() {
    let pair = Pair::start().await;
    let (path, calls, written) = pair.ask_recorded().await;
    let open = pair.seen_by_sender(&path).await;
    pair.block().await;
    let recorded = pair.ask_recorded().await;
    assert_eq!((&recorded.1, &recorded.2), (&calls, &written));
    let path = recorded.0;
    assert_eq!(pair.requests(&pair.recipient).await, [json!(null); 0]);
    assert_eq!(pair.seen_by_sender(&path).await, open);
    pair.app.audit().await;
}

#[tokio::test]
async fn a_student_who_has_declined_a_request_can_still_send_one() {
    for is_withdrawn in [false, true] {
        let pair = Pair::start().await;
        let path = pair.ask().await;
        pair.delete(&pair.recipient, &path).await.is(204);
        if is_withdrawn {
            pair.delete(&pair.sender, &path).await.is(204);
            // It is an ordinary request.
            pair.request(&pair.recipient, &pair.sender).await.is(201);
            assert_eq!(pair.requests(&pair.sender).await[0]["direction"], "in");
            pair.app.audit().await;
        }
        // To the sender, the two requests cross.
        let (by, to) = if is_withdrawn { (&pair.sender, &pair.recipient) } else { (&pair.recipient, &pair.sender) };
        assert!(pair.request(by, to).await.is(201).at("/since").is_string());
        assert_eq!((pair.friends(&pair.sender).await, pair.friends(&pair.recipient).await), (1, 1));
        pair.app.audit().await;
        // The refusal is taken back.
        let friend = pair.app.get("/friends").by(&pair.sender).send().await.text_at("/items/0/id");
        pair.delete(&pair.recipient, &format!("/friends/{friend}")).await.is(204);
        pair.ask().await;
        assert_eq!(pair.requests(&pair.recipient).await.len(), 1);
        pair.app.audit().await;
    }
}

#[tokio::test]
async fn an_open_request_does_not_follow_the_recipients_nickname() {
    let pair = Pair::start().await;
    pair.ask().await;
    let before = pair.requests(&pair.sender).await;
    assert_eq!((&before[0]["sent_to"], &before[0]["nickname"]), (&json!(pair.recipient.login_id), &json!(null)));
    pair.app.patch("/auth/me").by(&pair.recipient).json(&json!({ "nickname": "새별명" })).send().await.is(200);
    assert_eq!(pair.requests(&pair.sender).await, before);
}

#[tokio::test]
async fn a_purge_deletes_declined_requests_of_both_sides() {
    for is_sender in [true, false] {
        let pair = Pair::start().await;
        let path = pair.ask().await;
        pair.delete(&pair.recipient, &path).await.is(204);
        let leaver = if is_sender { &pair.sender } else { &pair.recipient };
        let password = json!({ "password": crate::support::harness::PASSWORD });
        pair.app.delete("/auth/me").by(leaver).json(&password).send().await.is(204);
        pair.app.audit().await;
        pair.app.clock.stop_at_millis(pair.started_at + 31_000);
        pair.app.service.app.withdrawals.purge().await.unwrap();
        pair.app.audit().await;
        let rows = pair.app.snapshot().await;
        let left = rows.iter().filter(|row| row.contains("REQUEST#") || row.contains("#PAIR#")).count();
        assert_eq!(left, 0, "{rows:#?}");
    }
}
