//! Mails: each is sent once, whatever the stream, SES and DynamoDB do, and says nothing that the school must not read.

mod canaries;
mod faults;
mod feedback;
mod load;
mod local;
mod moto;
mod recovery;
mod stream;

use aws_sdk_dynamodb::types::AttributeValue;
use campus_core::domain::{Email, Language, Parse};
use campus_core::lambda::Function;
use campus_core::store::{AttemptStart, Mail, MailContent, MailFailure, MailSealer};
use campus_notifications::stream::NotificationsStreamState;
use serde_json::json;
use tracing::Level;

use crate::guarantees::canaries::CapturedLog;
use crate::support::harness::{APP_URL, Student, TestApp};
use crate::support::ses::SesFault;

const ADDRESS: &str = "student@school.ac.kr";

/// A mail with a code that is valid for a day.
fn code_mail(app: &TestApp, code: &str) -> Mail {
    let expires_at = app.clock.now().plus_secs(24 * 3600);
    mail(MailContent::VerificationCode { code: code.to_owned(), expires_at })
}

fn mail(content: MailContent) -> Mail {
    Mail { to: Email::parse(ADDRESS.to_owned()).unwrap().into(), language: Language::English, content }
}

async fn enqueue(app: &TestApp, mail: &Mail) {
    let sealer = MailSealer::new(&app.service.mail_key).unwrap();
    app.service.app.mails.enqueue(&sealer, mail).await.unwrap();
}

async fn enqueue_code(app: &TestApp, code: &str) {
    enqueue(app, &code_mail(app, code)).await;
}

/// The number of mails that wait to be sent, and of those that were given up.
async fn left(app: &TestApp) -> (usize, usize) {
    let failed = app.count_rows("FAILED-MAILS").await;
    (app.count_rows("MAILS").await - failed, failed)
}

/// Writes a row with these texts, without the service.
pub(super) async fn put(app: &TestApp, row: &[(&str, &str)]) {
    let row = row.iter().map(|(name, text)| ((*name).to_owned(), AttributeValue::S((*text).to_owned()))).collect();
    app.raw.client.put_item().table_name("campus").set_item(Some(row)).send().await.unwrap();
}

/// Writes the row of a student who has verified the address.
async fn own_address(app: &TestApp, student: &Student) {
    let (pk, school) = (format!("EMAIL#{ADDRESS}"), student.caller().school.to_string());
    let owner = [("school_id", school.as_str()), ("user_id", &student.id), ("login_id", &student.login_id)];
    put(app, &[&[("pk", pk.as_str()), ("sk", "EMAIL")][..], &owner].concat()).await;
}

/// Lets a student verify the address.
async fn verify(app: &TestApp) {
    own_address(app, &app.student(&app.school("가온대학교").await).await).await;
}

/// Lets this time pass for the service.
fn pass_secs(app: &TestApp, seconds: i64) {
    app.clock.stop_at_millis(app.clock.now().plus_secs(seconds).as_millis());
}

#[tokio::test]
async fn a_mail_is_sent_once_although_its_record_is_delivered_twice_and_late() {
    let app = TestApp::start().await;
    enqueue_code(&app, "123456").await;
    let records = app.waiting_records().await;
    assert_eq!(records.len(), 1);
    app.audit().await;
    for _ in 0..2 {
        assert_eq!(app.deliver(&records).await, [""; 0]);
    }
    pass_secs(&app, 24 * 3600 - 1);
    app.deliver(&records).await;
    app.run_mail_schedule().await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].to.as_str(), mails[0].text.contains("123456")), (ADDRESS, true));
    assert!(mails[0].html.contains("123456"));
    assert_eq!(left(&app).await, (0, 0), "nothing of the mail is left");
    app.audit().await;
}

#[tokio::test]
async fn records_of_different_partitions_may_arrive_in_any_order_and_at_the_same_time() {
    let app = TestApp::start().await;
    for number in 0..20 {
        enqueue_code(&app, &format!("{number:06}")).await;
    }
    let mut records = app.waiting_records().await;
    assert_eq!(records.len(), 20);
    records.reverse();
    let (first, second) = records.split_at(10);
    // The schedule runs at the same time, too.
    tokio::join!(app.deliver(first), app.deliver(second), app.deliver(first), app.run_mail_schedule());
    let mut sent: Vec<_> = app.mails().await.into_iter().map(|mail| mail.text).collect();
    sent.sort_unstable();
    sent.dedup();
    assert_eq!((sent.len(), app.ses.mails().len(), left(&app).await), (20, 20, (0, 0)));
}

#[tokio::test]
async fn the_schedule_sends_what_the_stream_does_not_deliver() {
    let app = TestApp::start().await;
    for number in 0..9 {
        enqueue_code(&app, &format!("{number:06}")).await;
    }
    app.run_mail_schedule().await;
    assert_eq!((app.ses.mails().len(), left(&app).await), (9, (0, 0)));
    assert_eq!(app.mails().await.len(), 9, "the late records change nothing");
}

#[tokio::test]
async fn after_a_failure_of_ses_a_mail_stays_due_and_the_schedule_sends_it() {
    for fault in SesFault::PASSING {
        let app = TestApp::start().await;
        enqueue_code(&app, "123456").await;
        app.stop_clock();
        app.ses.fail(fault);
        let records = app.waiting_records().await;
        assert_eq!(app.deliver(&records).await, [""; 0], "{fault:?}: the stream goes on");
        assert_eq!((app.ses.requests(), left(&app).await), (1, (1, 0)), "{fault:?}: one request, without retries");
        app.ses.mend();
        app.run_mail_schedule().await;
        assert_eq!(app.ses.requests(), 1, "{fault:?}: it is not due yet");
        pass_secs(&app, 60);
        app.run_mail_schedule().await;
        // If the answer is lost, nothing tells that SES has sent the mail.
        let expected = if fault == SesFault::AnswerLost { 2 } else { 1 };
        assert_eq!((app.ses.mails().len(), left(&app).await), (expected, (0, 0)), "{fault:?}");
        app.audit().await;
    }
}

#[tokio::test]
async fn a_mail_that_ses_does_not_accept_is_given_up_after_eight_attempts() {
    let app = TestApp::start().await;
    enqueue_code(&app, "123456").await;
    app.ses.fail(SesFault::Throttled);
    let mut waits = Vec::new();
    app.stop_clock();
    while left(&app).await == (1, 0) {
        let before = app.ses.requests();
        app.run_mail_schedule().await;
        if app.ses.requests() > before {
            waits.push(0);
        }
        pass_secs(&app, 60);
        *waits.last_mut().unwrap() += 1;
        assert!(waits.len() <= 8, "{waits:?}");
    }
    assert_eq!(waits[..7], [1, 2, 4, 8, 16, 32, 64], "minutes between the attempts");
    assert_eq!((left(&app).await, app.ses.requests()), ((0, 1), 8));
    let report = app.recount().await;
    assert_eq!((report.rows["failed mail"], report.findings.len()), (1, 0), "the audit counts it");
    let rows = app.snapshot().await;
    let failed = rows.iter().find(|row| row.contains("FAILED-MAILS")).unwrap();
    assert!(failed.contains("attempts") && !failed.contains("sealed"), "{failed}");
}

#[tokio::test]
async fn a_mail_that_ses_rejects_is_given_up_at_once() {
    let app = TestApp::start().await;
    enqueue_code(&app, "123456").await;
    enqueue_code(&app, "654321").await;
    app.ses.fail(SesFault::Rejected);
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!((left(&app).await, app.ses.requests()), ((0, 2), 2));
    app.audit().await;
}

#[tokio::test]
async fn a_code_is_not_sent_after_it_has_expired() {
    let app = TestApp::start().await;
    let expires_at = app.clock.now().plus_secs(600);
    enqueue(&app, &mail(MailContent::VerificationCode { code: "123456".to_owned(), expires_at })).await;
    pass_secs(&app, 600);
    let log = CapturedLog::default();
    let listening = log.listen(Level::INFO);
    assert_eq!(app.mails().await.len(), 0);
    drop(listening);
    assert_eq!((left(&app).await, app.ses.requests()), ((0, 1), 0));
    let log = log.take();
    assert!(log.contains("\"a mail has expired\"") && !log.contains("a mail was given up"), "{log}");
}

#[tokio::test]
async fn an_attempt_that_another_has_overtaken_gives_nothing_up() {
    let app = TestApp::start().await;
    enqueue_code(&app, "123456").await;
    app.stop_clock();
    let (mails, sealer) = (&app.service.app.mails, MailSealer::new(&app.service.mail_key).unwrap());
    let begin = async || {
        for partition in mails.partitions() {
            for queued in mails.due(partition, None).await.unwrap().items {
                if let AttemptStart::Attempt(attempt) = mails.start_attempt(&sealer, &queued).await.unwrap() {
                    return attempt;
                }
            }
        }
        panic!("no mail is due");
    };
    let first = begin().await;
    pass_secs(&app, 121);
    let second = begin().await;
    assert!(!mails.give_up(&first, MailFailure::Rejected).await.unwrap());
    assert_eq!(left(&app).await, (1, 0));
    assert!(mails.give_up(&second, MailFailure::Rejected).await.unwrap());
    assert_eq!(left(&app).await, (0, 1));
}

/// A function notifications-stream on this table with the mail key of another one.
fn with_key_of(app: &TestApp, other: &TestApp) -> Function {
    let key = &other.service.mail_key;
    let state = NotificationsStreamState::new(
        app.table(),
        key,
        app.ses.mailer(),
        app.service.push_sender(),
        APP_URL.to_owned(),
    );
    campus_notifications::stream::function(state.unwrap())
}

/// Writes a mail that the service cannot open, as another version of it would.
async fn enqueue_unreadable(app: &TestApp, other: &TestApp) {
    let sealer = MailSealer::new(&other.service.mail_key).unwrap();
    app.service.app.mails.enqueue(&sealer, &code_mail(app, "123456")).await.unwrap();
}

#[tokio::test]
async fn a_mail_that_cannot_be_opened_waits_for_a_version_that_can() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    enqueue_unreadable(&app, &other).await;
    app.stop_clock();
    assert_eq!(app.mails().await.len(), 0);
    assert_eq!(left(&app).await, (1, 0));
    let function = with_key_of(&app, &other);
    function.handle(json!({ "source": "aws.events" })).await.unwrap();
    assert_eq!(app.ses.mails().len(), 0, "it is not due yet");
    pass_secs(&app, 60);
    function.handle(json!({ "source": "aws.events" })).await.unwrap();
    assert_eq!((app.ses.mails().len(), left(&app).await), (1, (0, 0)));
    app.audit().await;
}

#[tokio::test]
async fn a_mail_that_can_never_be_opened_is_given_up_after_eight_attempts() {
    let (app, other) = (TestApp::start().await, TestApp::start().await);
    enqueue_unreadable(&app, &other).await;
    app.stop_clock();
    for minutes in [1, 2, 4, 8, 16, 32, 64] {
        app.run_mail_schedule().await;
        assert_eq!(left(&app).await, (1, 0), "before {minutes} minutes");
        pass_secs(&app, 60 * minutes);
    }
    app.run_mail_schedule().await;
    assert_eq!((left(&app).await, app.ses.requests()), ((0, 1), 0));
    let rows = app.snapshot().await;
    assert!(rows.iter().any(|row| row.contains("FAILED-MAILS") && row.contains("unreadable")));
}
