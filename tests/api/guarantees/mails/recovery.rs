//! Password resets and login-id reminders: only a verified address gets a mail.

use campus_core::store::MailContent;
use serde_json::json;

use super::{enqueue, left, mail, own_address, pass_secs};
use crate::support::harness::{APP_URL, TestApp};

/// A request for a reset, and for a reminder, which is still to be sent.
fn contents(app: &TestApp) -> [MailContent; 2] {
    let expires_at = app.clock.now().plus_secs(600);
    [MailContent::PasswordReset { expires_at }, MailContent::LoginIdReminder { expires_at }]
}

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
    let [reset, _] = contents(&app);
    enqueue(&app, &mail(reset)).await;
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
    let [_, reminder] = contents(&app);
    enqueue(&app, &mail(reminder)).await;
    let mails = app.mails().await;
    assert!(mails[0].text.contains(&student.login_id) && mails[0].html.contains(&student.login_id));
}

#[tokio::test]
async fn an_address_that_nobody_has_verified_gets_nothing_and_leaves_nothing() {
    let app = TestApp::start().await;
    app.student(&app.school("가온대학교").await).await;
    let before = app.snapshot().await;
    for content in contents(&app) {
        enqueue(&app, &mail(content)).await;
    }
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!((app.ses.requests(), left(&app).await), (0, (0, 0)));
    assert_eq!(app.snapshot().await, before);
}

#[tokio::test]
async fn a_request_that_has_waited_too_long_brings_no_fresh_link() {
    let (app, _) = start().await;
    app.stop_clock();
    for content in contents(&app) {
        enqueue(&app, &mail(content)).await;
    }
    pass_secs(&app, 600);
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!((app.ses.requests(), app.count_rows("RESET#").await, left(&app).await), (0, 0, (0, 2)));
}
