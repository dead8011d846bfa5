//! Bounces and complaints.

use serde_json::{Value, json};

use super::{enqueue_code, left};
use crate::support::harness::TestApp;

/// An event as SES sends it to EventBridge.
fn event(detail: Value) -> Value {
    let mut detail = detail;
    detail["mail"] = json!({ "messageId": "1", "tags": { "ses:configuration-set": ["campus-test"] } });
    json!({ "version": "0", "source": "aws.ses", "detail-type": "Email Bounced", "detail": detail })
}

fn bounce(kind: &str, address: &str) -> Value {
    let recipients = json!([{ "emailAddress": address, "action": "failed", "status": "5.1.1" }]);
    event(json!({ "eventType": "Bounce", "bounce": { "bounceType": kind, "bouncedRecipients": recipients } }))
}

fn complaint(address: &str, kind: Option<&str>) -> Value {
    let mut complaint = json!({ "complainedRecipients": [{ "emailAddress": address }] });
    if let Some(kind) = kind {
        complaint["complaintFeedbackType"] = kind.into();
    }
    event(json!({ "eventType": "Complaint", "complaint": complaint }))
}

#[tokio::test]
async fn an_address_that_bounces_or_complains_gets_no_more_mail() {
    // In any spelling of the address.
    for event in [bounce("Permanent", "Student@School.ac.kr"), complaint("student@school.ac.kr", None)] {
        let app = TestApp::start().await;
        app.notifications.handle(event).await.unwrap();
        enqueue_code(&app, "123456").await;
        assert_eq!(app.mails().await.len(), 0);
        assert_eq!((left(&app).await, app.ses.requests()), ((0, 0), 0));
        let report = app.recount().await;
        assert_eq!((report.rows["suppressed address"], report.findings.len()), (1, 0), "the audit counts it");
        let rows = app.snapshot().await;
        let row = rows.iter().find(|row| row.contains("SUPPRESSED#")).unwrap();
        assert!(!row.to_lowercase().contains("student"), "{row}");
    }
}

#[tokio::test]
async fn other_reports_change_nothing() {
    let app = TestApp::start().await;
    let events = [
        bounce("Transient", super::ADDRESS),
        complaint(super::ADDRESS, Some("not-spam")),
        bounce("Permanent", "another@school.ac.kr"),
        event(json!({ "eventType": "Delivery" })),
        event(json!({ "eventType": "Bounce", "bounce": { "bounceType": "Permanent", "bouncedRecipients": [{}] } })),
        json!({ "source": "aws.ses" }),
    ];
    for event in events {
        app.notifications.handle(event).await.unwrap();
    }
    enqueue_code(&app, "123456").await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn an_address_gets_mail_again_after_180_days() {
    let app = TestApp::start().await;
    app.notifications.handle(bounce("Permanent", super::ADDRESS)).await.unwrap();
    super::pass_secs(&app, 180 * 24 * 3600);
    enqueue_code(&app, "123456").await;
    assert_eq!(app.mails().await.len(), 1);
}
