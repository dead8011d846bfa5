//! SES by another implementation: the server of `moto`, which `xtask/scripts/moto` starts.

use aws_sdk_sesv2::Client;
use campus_local::{Secret, ses_client_config};
use campus_notifications::stream::{Mailer, send_due};

use super::{enqueue_code, left};
use crate::support::harness::{APP_URL, TestApp};

#[tokio::test]
async fn moto_accepts_mails_of_a_verified_domain_and_rejects_others() {
    let Ok(url) = std::env::var("CAMPUS_TEST_SES") else { return };
    let app = TestApp::start().await;
    let config = || ses_client_config(url.clone(), &Secret::random().unwrap());
    let mailer = Mailer::new(config(), "no-reply@campus.example".to_owned(), Some("campus".to_owned()));
    let state = app.service.notifications_stream(mailer, APP_URL.to_owned()).unwrap();
    enqueue_code(&app, "111111").await;
    assert_eq!(send_due(&state).await.unwrap().0.failed, 1);
    assert_eq!(left(&app).await, (0, 1));

    let client = Client::from_conf(config().build());
    client.create_email_identity().email_identity("campus.example").send().await.unwrap();
    enqueue_code(&app, "222222").await;
    assert_eq!(send_due(&state).await.unwrap().0.sent, 1);
    assert_eq!(left(&app).await, (0, 1));
}
