//! Failures of DynamoDB while a push is sent.

use campus_local::PushFault;
use serde_json::Value;

use super::Phone;
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::harness::TestApp;

/// A student with a push, and the record of the push.
async fn start(injector: &FaultInjector) -> (Phone, Vec<Value>) {
    let phone = Phone::on(TestApp::start_with(|engine| injector.connection(engine), None).await).await;
    phone.notify(false).await;
    let mut records = phone.app.waiting_records().await;
    records.retain(|record| record.to_string().contains("PUSHES#"));
    injector.record();
    (phone, records)
}

#[tokio::test]
async fn no_push_is_lost_if_a_call_to_dynamodb_fails() {
    let injector = FaultInjector::new();
    let (phone, records) = start(&injector).await;
    assert_eq!(records.len(), 1);
    phone.app.deliver(&records).await;
    let mut calls = injector.calls();
    calls[2..4].sort();
    assert_eq!(calls, ["TransactWriteItems", "BatchGetItem", "BatchGetItem", "Query", "TransactWriteItems"]);
    for (operation, position) in
        [("TransactWriteItems", 0), ("BatchGetItem", 0), ("BatchGetItem", 1), ("Query", 0), ("TransactWriteItems", 1)]
    {
        for fault in Fault::ALL.into_iter().filter(|fault| fault.applies_to(operation)) {
            for attempts in [1, usize::MAX] {
                let injector = FaultInjector::new();
                let (phone, records) = start(&injector).await;
                injector.plan(operation, position, fault, attempts);
                phone.app.deliver(&records).await;
                assert!(injector.mend() > 0, "{operation} {fault:?}");
                for _ in 0..2 {
                    phone.app.deliver(&records).await;
                    phone.app.pass_secs(121);
                    phone.app.run_mail_schedule().await;
                }
                let received = phone.received().len();
                let is_written = (operation, position) == ("TransactWriteItems", 1);
                assert!((1..=if is_written { 2 } else { 1 }).contains(&received), "{operation} {fault:?}: {received}");
                assert_eq!(phone.waiting().await, 0, "{operation} {fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn no_push_is_lost_if_it_cannot_be_postponed() {
    for fault in [Fault::Failed, Fault::AnswerLost] {
        let injector = FaultInjector::new();
        let (phone, records) = start(&injector).await;
        phone.app.push_service.set_fault(Some(PushFault::Status(503)));
        injector.plan("TransactWriteItems", 1, fault, usize::MAX);
        phone.app.deliver(&records).await;
        assert!(injector.mend() > 0);
        assert_eq!((phone.app.push_service.requests(), phone.waiting().await), (1, 1), "{fault:?}");
        phone.app.push_service.set_fault(None);
        phone.app.pass_secs(121);
        phone.app.run_mail_schedule().await;
        assert_eq!((phone.received().len(), phone.waiting().await), (1, 0), "{fault:?}");
    }
}

#[tokio::test]
async fn a_subscription_that_cannot_be_deleted_is_deleted_with_the_next_push() {
    let injector = FaultInjector::new();
    let (phone, records) = start(&injector).await;
    phone.app.push_service.unsubscribe(&phone.browser.endpoint);
    injector.plan("TransactWriteItems", 2, Fault::Failed, usize::MAX);
    phone.app.deliver(&records).await;
    assert!(injector.mend() > 0);
    assert_eq!((phone.app.count_rows("PUSHENDPOINT#").await, phone.waiting().await), (1, 0));
    phone.app.consume_stream().await;
    phone.app.pass_secs(1);
    phone.notify(false).await;
    phone.app.consume_stream().await;
    assert_eq!((phone.app.count_rows("PUSHENDPOINT#").await, phone.waiting().await), (0, 0));
    phone.app.audit().await;
}
