//! What somebody sees who reads pushes: the push service, somebody who looks at a locked screen, and an operator who reads
//! the log.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use campus_core::domain::Cause;
use campus_local::PushFault;
use serde_json::Value;

use super::Phone;
use crate::guarantees::canaries::CapturedLog;
use tracing::Level;

#[tokio::test]
async fn a_push_holds_nothing_that_names_or_links() {
    let phone = Phone::start().await;
    let (app, student) = (&phone.app, &phone.student);
    let school = app.service.app.schools.get(student.caller().school).await.unwrap();
    let other = app.student(&school).await;
    let session = app.log_in(&student.login_id).await;
    let second = app.subscribe(&session).await;
    let posts = [
        app.write_post(student, &phone.board, "비밀스러운 제목", true).await,
        app.write_post(student, &phone.board, "다른 제목", true).await,
    ];
    let mut comments = Vec::new();
    for post in &posts {
        let comment = app.write_comment(&other, post, "비밀스러운 댓글", None).await;
        app.notify(student, Cause::Comment { comment_id: comment.parse().unwrap() }, true).await;
        comments.push(comment);
    }
    let thread = app.write_about(&other, serde_json::json!({ "post_id": posts[0] }), "비밀스러운 쪽지").await;
    app.notify(student, Cause::Message { thread_id: thread.parse().unwrap(), number: 1 }, true).await;
    app.pass_secs(301);
    let log = CapturedLog::default();
    let listening = log.listen(Level::TRACE);
    app.push_service.set_fault(Some(PushFault::Status(503)));
    app.run_mail_schedule().await;
    app.push_service.set_fault(None);
    app.pass_secs(60);
    app.run_mail_schedule().await;
    drop(listening);
    let log = log.take();
    assert!(log.contains("a push is postponed"));

    let messages = app.push_service.messages();
    assert_eq!(messages.len(), 6);
    let secrets = [
        &student.id,
        &student.login_id,
        &student.email,
        &student.nickname,
        &other.id,
        &other.login_id,
        &other.email,
        &other.nickname,
        &posts[0],
        &posts[1],
        &comments[0],
        &comments[1],
        &thread,
        &phone.board,
        &school.id.to_string(),
        &"비밀스러운".to_owned(),
    ];
    let endpoints = [&phone.browser, &second].map(|browser| browser.endpoint.rsplit('/').next().unwrap());
    for secret in secrets.iter().map(|secret| secret.as_str()).chain(endpoints) {
        assert!(!log.contains(secret), "the log contains {secret}");
    }
    for message in &messages {
        let shown = serde_json::to_string(message).unwrap();
        for secret in secrets {
            assert!(!shown.contains(secret.as_str()), "{shown} contains {secret}");
        }
        let payload: Value = serde_json::from_str(&message.text).unwrap();
        let fields: Vec<_> = payload.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["id", "kind", "tag"]);
        assert_headers_tell_nothing(&message.headers);
        assert_eq!(message.body.len(), messages[0].body.len(), "all messages have one length");
    }
    // Two subscriptions of one student share no value besides constants.
    for one in app.pushes_to(&phone.browser) {
        for other in app.pushes_to(&second) {
            assert_ne!(one.topic, other.topic);
            assert_ne!(one.body, other.body);
        }
    }
    let topics: std::collections::BTreeSet<_> = messages.iter().map(|message| message.topic.clone()).collect();
    assert_eq!(topics.len(), 6, "each group has its own topic in each subscription");
}

/// Asserts that all headers are constant, or say only which push service gets the message, and from which service.
fn assert_headers_tell_nothing(headers: &BTreeMap<String, String>) {
    let names: Vec<_> = headers.keys().map(String::as_str).collect();
    let expected =
        ["authorization", "content-encoding", "content-length", "content-type", "host", "topic", "ttl", "urgency"];
    assert_eq!(names, expected);
    let (token, _) = headers["authorization"].strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let parts: Vec<Value> = token.split('.').take(2).map(decoded).collect();
    let names = |part: &Value| part.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        (names(&parts[0]), names(&parts[1])),
        (vec!["alg".into(), "typ".into()], vec!["aud".into(), "exp".into(), "sub".into()])
    );
    assert_eq!(parts[1]["aud"], format!("http://{}", headers["host"]));
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
