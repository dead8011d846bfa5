//! What the stream delivers, and to whom it shows what.

use campus_local::{StreamConsumer, TableStream};
use serde_json::{Value, json};

use super::{ADDRESS, enqueue_code, put};
use crate::support::harness::TestApp;
use crate::support::ses::SesFault;

#[tokio::test]
async fn the_filter_selects_exactly_the_new_mails_if_nobody_is_notified() {
    let app = &TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let board = app.board(&student, "자유").await;
    for number in 0..5 {
        app.write_post(&student, &board, &format!("글 {number}"), true).await;
    }
    // A mail that is sent, and one that is given up.
    enqueue_code(app, "123456").await;
    app.mails().await;
    app.ses.fail(SesFault::Rejected);
    enqueue_code(app, "654321").await;
    app.mails().await;
    let (mut position, mut selected, mut seen) = (None, 0, 0);
    let stream = TableStream::new(app.engine.clone(), StreamConsumer::Notifications, None).unwrap();
    loop {
        let records = app.engine.stream_records(position.as_deref()).unwrap();
        let Some(last) = records.last() else { break };
        position = Some(last["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned());
        for record in &records {
            let pk = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap();
            let is_new_mail = record["eventName"] == "INSERT" && pk.starts_with("MAILS#");
            assert_eq!(stream.selects(record), is_new_mail, "{record}");
            selected += usize::from(is_new_mail);
            seen += 1;
        }
    }
    assert!(selected >= 2 && seen > 20, "{selected} of {seen}");
}

#[tokio::test]
async fn the_row_of_a_mail_tells_neither_the_address_nor_the_code() {
    let app = TestApp::start().await;
    enqueue_code(&app, "987654").await;
    let record = app.waiting_records().await[0].to_string();
    assert!(!record.contains("987654") && !record.contains(ADDRESS), "{record}");
}

#[tokio::test]
async fn a_stream_continues_at_its_position() {
    let app = TestApp::start().await;
    enqueue_code(&app, "111111").await;
    let mut stream = TableStream::new(app.engine.clone(), StreamConsumer::Notifications, None).unwrap();
    while stream.deliver(&app.notifications).await.unwrap() {}
    enqueue_code(&app, "222222").await;
    let position = stream.position().map(str::to_owned);
    let mut later = TableStream::new(app.engine.clone(), StreamConsumer::Notifications, position).unwrap();
    assert_eq!(later.waiting().unwrap().len(), 1);
    while later.deliver(&app.notifications).await.unwrap() {}
    assert_eq!(app.ses.mails().len(), 2);
    assert!(!later.deliver(&app.notifications).await.unwrap());
}

#[tokio::test]
async fn a_record_that_always_fails_is_skipped() {
    let app = TestApp::start().await;
    enqueue_code(&app, "111111").await;
    // A row that the filter selects, and that is no mail.
    put(&app, &[("pk", "MAILS#0"), ("sk", "no-uuid")]).await;
    enqueue_code(&app, "222222").await;
    assert_eq!(app.mails().await.len(), 2);
}

#[tokio::test]
async fn an_event_of_another_kind_is_told_by_its_shape() {
    let app = TestApp::start().await;
    let answer = app.notifications.handle(json!({ "source": "somebody" })).await.unwrap();
    assert_eq!(answer["statusCode"], 400);
    let answer = app.notifications.handle(json!({ "Records": [] })).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": Value::Array(Vec::new()) }));
    assert_eq!(app.notifications.handle(json!({ "source": "aws.events" })).await.unwrap(), Value::Null);
}
