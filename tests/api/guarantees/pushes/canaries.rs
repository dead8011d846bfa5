//! What somebody sees who reads pushes: the push service, and whoever looks at a locked screen.

use campus_core::domain::Cause;
use serde_json::Value;

use super::Phone;

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
    app.run_mail_schedule().await;

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
    for message in &messages {
        let shown = serde_json::to_string(message).unwrap();
        for secret in secrets {
            assert!(!shown.contains(secret.as_str()), "{shown} contains {secret}");
        }
        let payload: Value = serde_json::from_str(&message.text).unwrap();
        let fields: Vec<_> = payload.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["id", "kind", "unread"]);
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
