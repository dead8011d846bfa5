//! Sending pushes (rule 23): exactly to whom they belong, without telling anybody anything.

mod canaries;
mod changes;
mod faults;
mod refusals;

use std::collections::BTreeSet;

use campus_core::domain::{Cause, ContentState, LoginId, Parse, PostId, PushServices};
use campus_core::store::PushKeys;
use campus_local::BrowserSubscription;
use campus_notifications::generate_push_key;
use campus_notifications::stream::{self, NotificationsStreamState, PushSender};
use dynoxide::types::AttributeValue as Stored;
use serde_json::{Value, json};

use crate::support::harness::{APP_URL, PASSWORD, Student, TestApp};
use crate::support::table;

/// A student with a browser, and things to be notified about.
struct Phone {
    app: TestApp,
    student: Student,
    board: String,
    browser: BrowserSubscription,
}

impl Phone {
    async fn start() -> Self {
        Self::on(TestApp::start().await).await
    }

    async fn on(app: TestApp) -> Self {
        let student = app.student(&app.school("가온대학교").await).await;
        let board = app.board(&student, "자유").await;
        let browser = app.subscribe(&student).await;
        app.consume_stream().await;
        app.stop_clock();
        Self { app, student, board, browser }
    }

    /// Notifies the student about another post.
    async fn notify(&self, is_about_anonymous: bool) {
        let title = format!("글 {}", self.app.clock.now().as_millis());
        let post = self.app.write_post(&self.student, &self.board, &title, true).await;
        self.notify_about(&post, is_about_anonymous).await;
    }

    async fn notify_about(&self, post: &str, is_about_anonymous: bool) {
        let cause = Cause::Hot { post_id: post.parse::<PostId>().unwrap() };
        self.app.notify(&self.student, cause, is_about_anonymous).await;
    }

    /// What the browser has got, without the tags, which are those of the topics.
    fn received(&self) -> Vec<Value> {
        let mut received = Vec::new();
        for message in self.app.pushes_to(&self.browser) {
            let mut payload: Value = serde_json::from_str(&message.text).unwrap();
            let tag = payload.as_object_mut().unwrap().remove("tag").unwrap();
            assert_eq!(message.topic.as_deref(), tag.as_str());
            received.push(payload);
        }
        received
    }

    /// Runs the schedule every 10 seconds, for 5 minutes. Returns after how many seconds each push came.
    async fn delays(&self) -> Vec<i64> {
        let mut delays = Vec::new();
        for step in 0..=30 {
            let before = self.received().len();
            self.app.run_mail_schedule().await;
            delays.extend((before..self.received().len()).map(|_| 10 * step));
            self.app.pass_secs(10);
        }
        delays
    }

    /// The number of pushes that wait.
    async fn waiting(&self) -> usize {
        self.app.count_rows("PUSHES#").await
    }
}

#[tokio::test]
async fn a_push_is_sent_once_although_its_record_is_delivered_twice_and_late() {
    let phone = Phone::start().await;
    phone.notify(false).await;
    let records = phone.app.waiting_records().await;
    phone.app.pass_secs(3000);
    for _ in 0..2 {
        assert!(phone.app.deliver(&records).await.is_empty());
        phone.app.run_mail_schedule().await;
    }
    assert_eq!(phone.received(), [json!({ "kind": "hot", "id": "00000001" })]);
    assert_eq!(phone.waiting().await, 0);
    let message = &phone.app.push_service.messages()[0];
    assert_eq!((message.ttl, message.urgency.as_deref()), (24 * 3600, Some("low")));
}

#[tokio::test]
async fn a_push_that_could_tell_an_author_waits_up_to_five_minutes() {
    let phone = Phone::start().await;
    for _ in 0..40 {
        phone.app.pass_secs(1);
        phone.notify(true).await;
    }
    phone.app.consume_stream().await;
    assert_they_spread(&phone).await;
}

/// Asserts that 40 pushes come at random times within 5 minutes. The oldest may have come already.
async fn assert_they_spread(phone: &Phone) {
    let at_once = phone.received().len();
    let delays = phone.delays().await;
    assert_eq!((at_once + delays.len(), phone.waiting().await), (40, 0));
    let times: BTreeSet<i64> = delays.iter().copied().collect();
    assert!(at_once < 20 && times.len() > 10, "{delays:?}");
    assert!(times.first() < Some(&100) && times.last() > Some(&200), "{delays:?}");
}

#[tokio::test]
async fn every_push_about_moderation_waits() {
    let phone = Phone::start().await;
    for number in 0..40 {
        let post = phone.app.write_post(&phone.student, &phone.board, &format!("글 {number}"), false).await;
        let (thing, since) = (format!("p{post}").parse().unwrap(), phone.app.clock.now());
        let cause = Cause::State { thing, state: ContentState::Removed, since };
        phone.app.notify(&phone.student, cause, false).await;
    }
    phone.app.consume_stream().await;
    assert_they_spread(&phone).await;
}

#[tokio::test]
async fn further_causes_of_a_group_are_one_push_while_it_waits() {
    let phone = Phone::start().await;
    let post = phone.app.write_post(&phone.student, &phone.board, "글", true).await;
    let other =
        phone.app.student(&phone.app.service.app.schools.get(phone.student.caller().school).await.unwrap()).await;
    for number in 0..3 {
        let comment = phone.app.write_comment(&other, &post, &format!("댓글 {number}"), None).await;
        phone.app.notify(&phone.student, Cause::Comment { comment_id: comment.parse().unwrap() }, true).await;
    }
    assert_eq!(phone.waiting().await, 1);
    phone.app.pass_secs(301);
    phone.app.run_mail_schedule().await;
    let received = phone.received();
    assert_eq!(received, [json!({ "kind": "comment", "id": "00000003" })]);
}

#[tokio::test]
async fn what_was_read_or_switched_off_meanwhile_is_not_pushed() {
    for (attribute, value) in
        [("read", Stored::N("99".to_owned())), ("push", Stored::BOOL(false)), ("hot", Stored::BOOL(false))]
    {
        let phone = Phone::start().await;
        phone.notify(true).await;
        let mut rows = table::scan(&phone.app.engine);
        rows.retain(|row| table::text(row, "sk") == "NOTIFICATIONS");
        rows.iter_mut().for_each(|row| drop(row.insert(attribute.to_owned(), value.clone())));
        table::write(&phone.app.engine, rows);
        phone.app.pass_secs(301);
        phone.app.run_mail_schedule().await;
        assert_eq!((phone.received().len(), phone.waiting().await), (0, 0), "{attribute}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_gets_no_push_and_its_subscription_goes() {
    for end in ["logout", "logout everywhere", "another password", "withdrawal", "suspension", "expiry"] {
        let phone = Phone::start().await;
        let (app, student) = (&phone.app, &phone.student);
        phone.notify(true).await;
        app.consume_posts().await;
        match end {
            "logout everywhere" => {
                let body = json!({ "refresh_token": student.refresh_token, "everywhere": true });
                app.post("/auth/logout").json(&body).send().await.is(204);
            }
            "another password" => {
                let other = app.log_in(&student.login_id).await;
                let body = json!({ "current_password": PASSWORD, "new_password": "another password 2" });
                app.put("/auth/me/password").by(&other).json(&body).send().await.is(204);
            }
            "logout" => {
                let body = json!({ "refresh_token": student.refresh_token });
                app.post("/auth/logout").json(&body).send().await.is(204);
            }
            "withdrawal" => {
                app.delete("/auth/me").by(student).json(&json!({ "password": PASSWORD })).send().await.is(204);
            }
            "suspension" => {
                let login_id = LoginId::parse(student.login_id.clone()).unwrap();
                app.service.app.logins.suspend(&login_id).await.unwrap();
            }
            _ => app.pass_secs(31 * 24 * 3600),
        }
        app.pass_secs(301);
        app.run_mail_schedule().await;
        assert_eq!((app.push_service.requests(), phone.waiting().await), (0, 0), "{end}");
        assert_eq!(app.count_rows("PUSHENDPOINT#").await, 0, "{end}");
        app.audit().await;
    }
}

#[tokio::test]
async fn the_purge_of_a_withdrawn_student_deletes_the_subscriptions() {
    let phone = Phone::start().await;
    let body = json!({ "password": PASSWORD });
    phone.app.delete("/auth/me").by(&phone.student).json(&body).send().await.is(204);
    phone.app.pass_secs(60);
    phone.app.service.app.withdrawals.purge().await.unwrap();
    assert_eq!(phone.app.count_rows("PUSHENDPOINT#").await, 0);
    phone.app.audit().await;
}

#[tokio::test]
async fn a_subscription_is_signed_with_its_key_until_the_key_is_retired() {
    let phone = Phone::start().await;
    let keys = PushKeys::new(phone.app.table());
    let ring = keys.ring().await.unwrap().unwrap();
    keys.replace(&ring.current, &generate_push_key().unwrap()).await.unwrap();
    let session = phone.app.log_in(&phone.student.login_id).await;
    let other = phone.app.subscribe(&session).await;
    phone.notify(false).await;
    phone.app.consume_stream().await;
    assert_eq!((phone.received().len(), phone.app.pushes_to(&other).len()), (1, 1));
    keys.retire(&keys.ring().await.unwrap().unwrap()).await.unwrap();
    phone.app.audit().await;
    // A process that starts after that.
    let services = PushServices::parse(PushServices::DEFAULT).unwrap().with_local(phone.app.push_service.port());
    let ring = keys.ring().await.unwrap().unwrap();
    let sender = PushSender::new(phone.app.table(), ring, services, "mailto:operator@campus.example".to_owned());
    let (service, mailer) = (&phone.app.service, phone.app.ses.mailer());
    let state = NotificationsStreamState::new(phone.app.table(), &service.mail_key, mailer, sender, APP_URL.to_owned());
    phone.app.pass_secs(1);
    phone.notify(false).await;
    stream::function(state.unwrap()).handle(json!({ "source": "aws.events" })).await.unwrap();
    assert_eq!((phone.received().len(), phone.app.pushes_to(&other).len()), (1, 2));
    assert_eq!(phone.app.count_rows("PUSHENDPOINT#").await, 1);
    phone.app.audit().await;
}

#[tokio::test]
async fn an_audit_finds_a_subscription_and_an_endpoint_without_the_other() {
    for deleted in ["ENDPOINT", "PUSH-SUBSCRIPTIONS"] {
        let phone = Phone::start().await;
        phone.app.audit().await;
        let rows = table::scan(&phone.app.engine);
        let row = rows.iter().find(|row| table::text(row, "sk") == deleted).unwrap();
        let attribute = |name| aws_sdk_dynamodb::types::AttributeValue::S(table::text(row, name).to_owned());
        let delete = phone.app.raw.client.delete_item().table_name("campus");
        delete.key("pk", attribute("pk")).key("sk", attribute("sk")).send().await.unwrap();
        assert_eq!(phone.app.recount().await.findings.len(), 1, "{deleted}");
    }
}
