//! Password resets and login-id reminders: only a verified address gets a mail.

use campus_core::store::MailContent;
use serde_json::json;

use super::{enqueue, left, mail, own_address};
use crate::support::harness::{APP_URL, TestApp};

/// A student who has verified the address of the mails.
async fn start() -> (TestApp, crate::support::harness::Student) {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    own_address(&app, &student).await;
    (app, student)
}

#[tokio::test]
async fn a_reset_mail_has_a_link_that_sets_a_new_password() {
    let (app, student) = start().await;
    enqueue(&app, &mail(MailContent::PasswordReset)).await;
    let mails = app.mails().await;
    let prefix = format!("{APP_URL}/reset-password#");
    let token = mails[0].text.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap();
    assert!(mails[0].html.contains(&format!("href=\"{prefix}{token}\"")));
    // 256 bits in base64url. The table has only its hash.
    assert_eq!(token.len(), 43);
    assert!(app.snapshot().await.iter().all(|row| !row.contains(token)));
    assert!(!mails[0].text.contains(&student.login_id) && !mails[0].html.contains(&student.login_id));
    let body = json!({ "token": token, "new_password": "nine otters juggle" });
    app.post("/auth/password-reset/confirm").json(&body).send().await.is(204);
    app.post("/auth/password-reset/confirm").json(&body).send().await.is_problem(403, "reset_token_invalid");
}

#[tokio::test]
async fn a_reminder_has_the_login_id() {
    let (app, student) = start().await;
    enqueue(&app, &mail(MailContent::LoginIdReminder)).await;
    let mails = app.mails().await;
    assert!(mails[0].text.contains(&student.login_id) && mails[0].html.contains(&student.login_id));
}

#[tokio::test]
async fn an_address_that_nobody_has_verified_gets_nothing_and_leaves_nothing() {
    let app = TestApp::start().await;
    app.student(&app.school("가온대학교").await).await;
    let before = app.snapshot().await;
    for content in [MailContent::PasswordReset, MailContent::LoginIdReminder] {
        enqueue(&app, &mail(content)).await;
    }
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!((app.ses.requests(), left(&app).await), (0, (0, 0)));
    assert_eq!(app.snapshot().await, before);
}
