//! Failures of DynamoDB while a push is sent.

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
    let calls = injector.calls();
    assert_eq!(calls, ["TransactWriteItems", "BatchGetItem", "TransactWriteItems"]);
    for (operation, position) in [("TransactWriteItems", 0), ("BatchGetItem", 0), ("TransactWriteItems", 1)] {
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
                let is_written = position == 1;
                assert!((1..=if is_written { 2 } else { 1 }).contains(&received), "{operation} {fault:?}: {received}");
                assert_eq!(phone.waiting().await, 0, "{operation} {fault:?}");
            }
        }
    }
}
