//! What the mails, their rows and the log tell about the recipient.

use campus_core::domain::{Email, Language, Parse, TakedownState};
use campus_core::store::{Mail, MailContent, Recipient};
use serde_json::json;
use tracing::Level;

use super::enqueue;
use crate::guarantees::canaries::{Canaries, CapturedLog};
use crate::support::fixture::{Fixture, Who};
use crate::support::ses::SesFault;

/// Kinds of rows that the operator's backups and the stream also contain.
const ROWS: [&str; 3] = ["MAILS", "SUPPRESSED#", "LIMIT#"];

#[tokio::test]
async fn no_mail_tells_who_its_recipient_is_except_the_login_id_in_its_reminder() {
    let fixture = Fixture::start().await;
    let (app, author) = (&fixture.app, fixture.student(Who::Author).unwrap());
    let code = fixture.things.code(Who::Author).unwrap();
    app.confirm_code(author, code).await.is(200);
    let to: Recipient = Email::parse(author.email.clone()).unwrap().into();
    let expires_at = app.clock.now().plus_secs(600);
    let log = CapturedLog::default();
    let listening = log.listen(Level::DEBUG);
    for language in [Language::Korean, Language::English] {
        let contents = [
            MailContent::VerificationCode { code: "123456".to_owned(), expires_at },
            MailContent::PasswordReset { expires_at },
            MailContent::AddressReplaced,
            MailContent::LoginIdReminder { expires_at },
            MailContent::TakedownConfirmation { token: "token".to_owned(), expires_at },
            MailContent::Takedown { state: TakedownState::Restricted },
            MailContent::Restriction { state: TakedownState::Restricted },
        ];
        for content in contents {
            let canaries = match content {
                MailContent::LoginIdReminder { .. } => Canaries::of(author).without("login id"),
                _ => Canaries::of(author),
            };
            enqueue(app, &Mail { to: to.clone(), language, content: content.clone() }).await;
            // One that is postponed, and one that is given up.
            for fault in [SesFault::Failed, SesFault::Rejected] {
                app.ses.fail(fault);
                enqueue(app, &Mail { to: to.clone(), language, content: content.clone() }).await;
                app.run_mail_schedule().await;
            }
            app.ses.mend();
            enqueue(app, &Mail { to: to.clone(), language, content: content.clone() }).await;
            let before = app.ses.mails().len();
            app.mails().await;
            let sent = app.ses.mails().split_off(before);
            assert!(!sent.is_empty(), "{content:?}");
            for mail in sent {
                let texts = [&mail.subject, &mail.text, &mail.html].map(|text| canaries.in_text(text));
                assert_eq!(texts.concat(), [""; 0], "{content:?} in {language:?}");
                // The titles and the content of the author's posts.
                assert!(["첫째", "둘째", "사진"].iter().all(|written| !mail.text.contains(written)), "{content:?}");
                assert!(mail.subject.starts_with("[Campus] "), "{}", mail.subject);
            }
        }
    }
    let recipients = json!([{ "emailAddress": author.email }]);
    let complaint = json!({ "eventType": "Complaint", "complaint": { "complainedRecipients": recipients } });
    app.notifications.handle(json!({ "source": "aws.ses", "detail": complaint })).await.unwrap();
    app.run_mail_schedule().await;
    drop(listening);
    let (log, canaries) = (log.take(), Canaries::of(author));
    for line in ["a mail is postponed", "a mail was given up", "an address is suppressed", "mails that were due"] {
        assert!(log.contains(line), "{line} is not in the log");
    }
    assert_eq!(canaries.in_text(&log), [""; 0]);
    let rows = app.snapshot().await;
    let mut rows = rows.iter().filter(|row| ROWS.iter().any(|kind| row.contains(kind))).peekable();
    assert!(rows.peek().is_some());
    for row in rows.filter(|row| !row.contains("SCHOOL#")) {
        assert_eq!(canaries.in_text(row), [""; 0], "{row}");
    }
}
