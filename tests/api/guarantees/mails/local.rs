//! The local mailbox.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use campus_core::store::Budget;
use campus_local::{Mailbox, Secret, ses_client_config};
use campus_notifications::stream::{Mailer, send_due};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::enqueue_code;
use crate::support::harness::{APP_URL, TestApp};

async fn get(mailbox: &Mailbox, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header("accept-language", "en").body(Body::empty()).unwrap();
    let (head, body) = mailbox.routes().oneshot(request).await.unwrap().into_parts();
    (head.status, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn mails_arrive_over_the_network_and_are_kept_in_the_folder() {
    let app = TestApp::start().await;
    enqueue_code(&app, "123456").await;
    let (folder, secret) = (tempfile::tempdir().unwrap(), Secret::random().unwrap());
    let file = folder.path().join("mails.jsonl");
    let mailbox = Mailbox::on_file(&file, secret.clone()).unwrap();
    let config = ses_client_config(mailbox.serve().await.unwrap(), &secret);
    let mailer = Mailer::new(config, "no-reply@campus.example".to_owned(), None);
    let state = app.service.notifications_stream(mailer, APP_URL.to_owned()).unwrap();
    let (report, _) = Budget::new(Duration::from_secs(600)).spend(send_due(&state)).await.unwrap();
    assert_eq!((report.sent, report.postponed, report.failed), (1, 0, 0));

    let mailbox = Mailbox::on_file(&file, secret).unwrap();
    let (status, list) = get(&mailbox, "/dev/mails").await;
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(status, 200);
    let members: BTreeSet<_> = list["items"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, BTreeSet::from(["html", "sent_at", "subject", "text", "to"]));
    let (status, page) = get(&mailbox, "/dev/mailbox").await;
    assert!(status == 200 && page.contains("123456") && page.contains("Reload"), "{page}");
}

#[tokio::test]
async fn the_local_ses_refuses_other_programs_and_web_pages() {
    let app = TestApp::start().await;
    let send = async |key: &str, origin: Option<&str>| {
        let content = json!({ "Simple": { "Subject": { "Data": "s" }, "Body": { "Text": { "Data": "t" }, "Html": { "Data": "h" } } } });
        let body =
            json!({ "FromEmailAddress": "a@b.kr", "Destination": { "ToAddresses": ["c@d.kr"] }, "Content": content });
        let mut request = Request::post("/v2/email/outbound-emails").header("content-type", "application/json");
        request =
            request.header("authorization", format!("AWS4-HMAC-SHA256 Credential={key}/20260101/r/ses/aws4_request"));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        app.ses.mailbox().api().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap().status()
    };
    assert_eq!(send("another", None).await, 403);
    assert_eq!(send("", None).await, 403);
    let page = "http://localhost:3000";
    assert_eq!(send("another", Some(page)).await, 403);
    assert_eq!(app.ses.mails().len(), 0);
}
