//! Bounces and complaints.

use campus_core::domain::{Email, Parse};
use campus_core::store::{Mail, Suppressions};
use serde_json::{Value, json};

use super::{ADDRESS, code_mail, enqueue, enqueue_code, left, pass_secs, verify};
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

/// Whether a mail to this address is sent.
async fn gets_mail(app: &TestApp, address: &str) -> bool {
    let before = app.ses.mails().len();
    let mail = Mail { to: Email::parse(address.to_owned()).unwrap().into(), ..code_mail(app, "123456") };
    enqueue(app, &mail).await;
    app.mails().await.len() > before
}

#[tokio::test]
async fn an_address_gets_mail_again_after_180_days_and_if_nobody_has_verified_it_after_a_day() {
    for (is_verified, days) in [(true, 180), (false, 1)] {
        let app = TestApp::start().await;
        if is_verified {
            verify(&app).await;
        }
        app.stop_clock();
        app.notifications.handle(bounce("Permanent", ADDRESS)).await.unwrap();
        pass_secs(&app, days * 24 * 3600 - 1);
        assert!(!gets_mail(&app, ADDRESS).await);
        pass_secs(&app, 1);
        assert!(gets_mail(&app, ADDRESS).await);
    }
}

#[tokio::test]
async fn a_bounce_with_a_tag_concerns_only_this_spelling_and_a_complaint_all() {
    let app = TestApp::start().await;
    verify(&app).await;
    app.notifications.handle(bounce("Permanent", "Student+nonsense@school.ac.kr")).await.unwrap();
    assert!(gets_mail(&app, ADDRESS).await);
    assert!(gets_mail(&app, "student+other@school.ac.kr").await);
    assert!(!gets_mail(&app, "student+NONSENSE@school.ac.kr").await);
    app.notifications.handle(complaint("Student+nonsense@school.ac.kr", None)).await.unwrap();
    assert!(!gets_mail(&app, ADDRESS).await);
    // A later bounce does not replace the complaint.
    app.notifications.handle(bounce("Permanent", ADDRESS)).await.unwrap();
    assert!(!gets_mail(&app, "student+other@school.ac.kr").await);
}

#[tokio::test]
async fn an_operator_lifts_a_suppression() {
    let app = TestApp::start().await;
    let suppressions = Suppressions::new(app.table(), &app.service.mail_key).unwrap();
    let address = Email::parse("STUDENT@school.ac.kr".to_owned()).unwrap();
    assert!(!suppressions.remove(&address).await.unwrap());
    for event in [bounce("Permanent", ADDRESS), complaint("student+tag@school.ac.kr", None)] {
        app.notifications.handle(event).await.unwrap();
        assert!(!gets_mail(&app, ADDRESS).await);
        assert!(suppressions.remove(&address).await.unwrap());
        assert!(gets_mail(&app, ADDRESS).await);
    }
    assert_eq!(app.count_rows("SUPPRESSED#").await, 0);
}
