//! Failures of DynamoDB while a mail is sent.

use serde_json::Value;

use super::{enqueue_code, left, pass_secs, put};
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::TestApp;

/// A service with a mail, and the record of the mail.
async fn start(injector: &FaultInjector) -> (TestApp, Vec<Value>) {
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    enqueue_code(&app, "123456").await;
    let records = app.waiting_records().await;
    injector.record();
    (app, records)
}

/// Delivers everything again, as the stream and the schedule do after a failure.
async fn recover(app: &TestApp, records: &[Value]) {
    app.deliver(records).await;
    pass_secs(app, 121);
    app.run_mail_schedule().await;
    pass_secs(app, 121);
    app.run_mail_schedule().await;
}

#[tokio::test]
async fn no_mail_is_lost_if_a_call_to_dynamodb_fails() {
    let injector = FaultInjector::new();
    let (app, records) = start(&injector).await;
    app.deliver(&records).await;
    let calls = injector.calls();
    assert_eq!(calls, ["TransactWriteItems", "BatchGetItem", "DeleteItem"]);
    for operation in calls {
        for fault in Fault::ALL.into_iter().filter(|fault| fault.applies_to(&operation)) {
            for attempts in [1, usize::MAX] {
                let injector = FaultInjector::new();
                let (app, records) = start(&injector).await;
                injector.plan(&operation, 0, fault, attempts);
                let failed = app.deliver(&records).await;
                assert!(injector.mend() > 0, "{operation} {fault:?}");
                recover(&app, &records).await;
                let case = format!("{operation} {fault:?} {attempts}");
                // The mail is sent twice only if the service cannot store that it was sent.
                let is_unstored = operation == "DeleteItem" && !failed.is_empty() && fault != Fault::AnswerLost;
                let expected = if is_unstored { 2 } else { 1 };
                assert_eq!((app.ses.mails().len(), left(&app).await), (expected, (0, 0)), "{case}");
                app.audit().await;
            }
        }
    }
}

#[tokio::test]
async fn a_crash_between_sending_and_storing_it_sends_the_mail_once_more() {
    let injector = FaultInjector::new();
    let (app, records) = start(&injector).await;
    injector.plan("DeleteItem", 0, Fault::Failed, usize::MAX);
    assert_eq!(app.deliver(&records).await.len(), 1, "Lambda delivers the record again");
    injector.mend();
    assert_eq!((app.ses.mails().len(), left(&app).await), (1, (1, 0)));
    app.deliver(&records).await;
    app.run_mail_schedule().await;
    assert_eq!(app.ses.mails().len(), 1, "the attempt may still be under way");
    pass_secs(&app, 121);
    for _ in 0..2 {
        app.run_mail_schedule().await;
        app.deliver(&records).await;
    }
    assert_eq!((app.ses.mails().len(), left(&app).await), (2, (0, 0)));
}

#[tokio::test]
async fn a_failed_record_of_an_unreadable_row_stops_no_other() {
    let injector = FaultInjector::new();
    let (app, mut records) = start(&injector).await;
    let mut broken = records[0].clone();
    broken["dynamodb"]["NewImage"] = serde_json::json!({ "pk": { "S": "MAILS#9" } });
    broken["dynamodb"]["Keys"]["pk"]["S"] = "MAILS#9".into();
    broken["dynamodb"]["SequenceNumber"] = "000000000000000000001".into();
    records.insert(0, broken);
    assert_eq!(app.deliver(&records).await, ["000000000000000000001"]);
    assert_eq!(app.ses.mails().len(), 1);
}

#[tokio::test]
async fn a_schedule_goes_on_after_a_mail_that_fails() {
    let injector = FaultInjector::new();
    let (app, _) = start(&injector).await;
    for number in 0..5 {
        enqueue_code(&app, &format!("{number:06}")).await;
    }
    injector.plan("TransactWriteItems", 0, Fault::Failed, usize::MAX);
    app.notifications.handle(serde_json::json!({ "source": "aws.events" })).await.unwrap_err();
    injector.mend();
    assert_eq!((app.ses.mails().len(), left(&app).await), (5, (1, 0)));
    pass_secs(&app, 121);
    app.run_mail_schedule().await;
    assert_eq!((app.ses.mails().len(), left(&app).await), (6, (0, 0)));
}

#[tokio::test]
async fn a_schedule_goes_on_after_a_partition_that_cannot_be_read_and_malformed_rows() {
    let injector = FaultInjector::new();
    let app = TestApp::start_with(|engine| injector.connection(engine), None).await;
    for number in 0..40 {
        enqueue_code(&app, &format!("{number:06}")).await;
    }
    for partition in 0..8 {
        let pk = format!("MAILS#{partition}");
        put(&app, &[("pk", &pk), ("sk", "00000000-0000-4000-8000-000000000000"), ("sealed", "?")]).await;
    }
    injector.plan("Query", 0, Fault::Failed, usize::MAX);
    app.notifications.handle(serde_json::json!({ "source": "aws.events" })).await.unwrap_err();
    assert!(injector.mend() > 0);
    let sent = app.ses.mails().len();
    assert!(sent > 20, "{sent} mails of the other partitions");
    app.run_mail_schedule().await;
    assert_eq!((app.ses.mails().len(), left(&app).await), (40, (8, 0)));
}
