//! Pushes whose cause changes, or gets company, while they wait.

use std::time::Duration;

use campus_core::domain::{Cause, Time};
use campus_local::PushFault;
use dynoxide::types::AttributeValue as Stored;
use serde_json::{Value, json};

use super::Phone;
use crate::support::harness::{Student, TestApp};
use crate::support::table;

impl Phone {
    async fn classmate(&self) -> Student {
        let school = self.app.service.app.schools.get(self.student.caller().school).await.unwrap();
        self.app.student(&school).await
    }

    /// Notifies the student of a new comment of another student on the post. Returns the comment.
    async fn comment(&self, by: &Student, post: &str, is_about_anonymous: bool) -> String {
        let comment = self.app.write_comment(by, post, "댓글", None).await;
        let cause = Cause::Comment { comment_id: comment.parse().unwrap() };
        self.app.notify(&self.student, cause, is_about_anonymous).await;
        comment
    }

    /// The numbers and attributes of the pushes that wait.
    fn pushes(&self) -> Vec<Value> {
        let rows = table::scan(&self.app.engine);
        rows.iter().filter(|row| table::text(row, "pk").starts_with("PUSHES#")).map(table::json).collect()
    }
}

/// Runs the change while a push about a comment waits, and asserts that the push is not sent.
async fn assert_silences(name: &str, change: impl AsyncFn(&Phone, &Student, &str, &str)) {
    let phone = Phone::start().await;
    let other = phone.classmate().await;
    let post = phone.app.write_post(&phone.student, &phone.board, "글", true).await;
    let comment = phone.comment(&other, &post, true).await;
    change(&phone, &other, &post, &comment).await;
    phone.app.pass_secs(301);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.waiting().await), (0, 0), "{name}");
}

#[tokio::test]
async fn what_was_deleted_hidden_muted_or_blocked_meanwhile_is_not_pushed() {
    assert_silences("deleted comment", async |phone, other, _, comment| {
        phone.app.delete(format!("/comments/{comment}")).by(other).send().await.is(204);
    })
    .await;
    assert_silences("deleted post", async |phone, _, post, _| {
        phone.app.delete(format!("/posts/{post}")).by(&phone.student).send().await.is(204);
    })
    .await;
    assert_silences("removed comment", async |phone, _, _, comment| {
        let school = phone.app.service.app.schools.get(phone.student.caller().school).await.unwrap();
        let admin = phone.app.admin(&school).await;
        phone.app.report(&phone.student, json!({ "comment_id": comment, "reason": "abuse" })).await.is(201);
        phone.app.decide(&admin, &format!("c{comment}"), "remove").await.is(200);
    })
    .await;
    assert_silences("mute", async |phone, _, post, _| {
        phone.app.put(format!("/posts/{post}/mute")).by(&phone.student).send().await.is(204);
    })
    .await;
    assert_silences("block", async |phone, _, _, comment| {
        phone.app.block(&phone.student, json!({ "comment_id": comment })).await;
    })
    .await;
}

#[tokio::test]
async fn a_reply_on_a_post_that_was_hidden_meanwhile_is_not_pushed() {
    let phone = Phone::start().await;
    let other = phone.classmate().await;
    let post = phone.app.write_post(&other, &phone.board, "글", true).await;
    let own = phone.app.write_comment(&phone.student, &post, "내 댓글", None).await;
    let reply = phone.app.write_comment(&other, &post, "답글", Some(&own)).await;
    phone.app.notify(&phone.student, Cause::Reply { comment_id: reply.parse().unwrap() }, true).await;
    phone.app.put(format!("/posts/{post}/hide")).by(&phone.student).send().await.is(204);
    phone.app.pass_secs(301);
    phone.app.run_mail_schedule().await;
    assert_eq!((phone.received().len(), phone.waiting().await), (0, 0));
}

#[tokio::test]
async fn a_message_that_was_read_or_blocked_meanwhile_is_not_pushed() {
    for change in ["nothing", "read", "block"] {
        let phone = Phone::start().await;
        let (app, other) = (&phone.app, phone.classmate().await);
        let post = app.write_post(&phone.student, &phone.board, "글", true).await;
        let thread = app.write_about(&other, json!({ "post_id": post }), "쪽지").await;
        app.notify(&phone.student, Cause::Message { thread_id: thread.parse().unwrap(), number: 1 }, true).await;
        match change {
            "read" => drop(app.get(format!("/messages/{thread}")).by(&phone.student).send().await.is(200)),
            "block" => drop(app.post(format!("/messages/{thread}/block")).by(&phone.student).send().await.is(204)),
            _ => {}
        }
        app.pass_secs(301);
        app.run_mail_schedule().await;
        assert_eq!((phone.received().len(), phone.waiting().await), (usize::from(change == "nothing"), 0), "{change}");
    }
}

#[tokio::test]
async fn two_quick_causes_are_one_push_that_the_stream_sends() {
    for seconds in [0, 1] {
        let phone = Phone::start().await;
        let other = phone.classmate().await;
        let post = phone.app.write_post(&phone.student, &phone.board, "글", false).await;
        phone.app.consume_stream().await;
        phone.comment(&other, &post, false).await;
        phone.app.pass_secs(seconds);
        phone.comment(&other, &post, false).await;
        phone.app.consume_stream().await;
        assert_eq!(phone.received(), [json!({ "kind": "comment", "id": "00000002" })], "{seconds}");
        assert_eq!(phone.waiting().await, 0);
    }
}

#[tokio::test]
async fn a_cause_during_an_attempt_waits_for_a_time_of_its_own() {
    let phone = Phone::start().await;
    let other = phone.classmate().await;
    let post = phone.app.write_post(&phone.student, &phone.board, "글", true).await;
    phone.app.push_service.set_fault(Some(PushFault::Hangs));
    phone.comment(&other, &post, true).await;
    phone.app.pass_secs(301);
    let before = phone.app.clock.now();
    let meanwhile = async {
        phone.app.push_service.hung().await;
        phone.comment(&other, &post, true).await;
        // The clock of the runtime jumps beyond the time limit of the request.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(6)).await;
        tokio::time::resume();
    };
    tokio::join!(phone.app.run_mail_schedule(), meanwhile);
    let [push] = &phone.pushes()[..] else { panic!("there is no push") };
    assert_eq!((&push["number"], &push["attempts"], &push["unreached"]), (&json!(2), &json!(0), &Value::Null));
    let due_at = serde_json::from_value::<Time>(push["due_at"].clone()).unwrap();
    assert!((before..before.plus_secs(300)).contains(&due_at));
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(301);
    phone.app.run_mail_schedule().await;
    assert_eq!(phone.received(), [json!({ "kind": "comment", "id": "00000002" })]);
}

#[tokio::test]
async fn a_new_cause_of_a_postponed_push_begins_its_attempts_again() {
    let phone = Phone::start().await;
    let other = phone.classmate().await;
    let post = phone.app.write_post(&phone.student, &phone.board, "글", false).await;
    phone.app.push_service.set_fault(Some(PushFault::Status(503)));
    phone.comment(&other, &post, false).await;
    phone.app.consume_stream().await;
    // The last attempt was killed.
    let mut rows = table::scan(&phone.app.engine);
    rows.retain(|row| table::text(row, "pk").starts_with("PUSHES#"));
    assert_eq!(rows.len(), 1);
    rows.iter_mut().for_each(|row| drop(row.insert("attempts".to_owned(), Stored::N("6".to_owned()))));
    table::write(&phone.app.engine, rows);
    phone.app.push_service.set_fault(None);
    phone.app.pass_secs(1);
    phone.comment(&other, &post, false).await;
    phone.app.consume_stream().await;
    assert_eq!(phone.received(), [json!({ "kind": "comment", "id": "00000002" })]);
    assert_eq!(phone.waiting().await, 0);
}

#[tokio::test]
async fn the_stream_and_the_schedule_do_not_send_a_push_twice() {
    let phone = Phone::start().await;
    phone.notify(false).await;
    let records = phone.app.waiting_records().await;
    let app: &TestApp = &phone.app;
    tokio::join!(app.deliver(&records), app.run_mail_schedule(), app.deliver(&records), app.run_mail_schedule());
    assert_eq!((phone.received().len(), phone.waiting().await), (1, 0));
}
