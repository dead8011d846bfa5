//! The parts of `template.yaml` that consume the table's stream and send mail.

use campus_core::domain::{Email, Language, Parse};
use campus_core::lambda::Function;
use campus_core::store::{Mail, MailContent, MailSealer};
use serde_json::json;

use crate::guarantees::template::{array, functions, object, of_type, statements, template, texts};
use crate::support::harness::TestApp;
use crate::support::ses::SesFault;

/// Lets the notifications function do everything that it does with the table.
pub(super) async fn use_notifications(app: &TestApp, notifications: Function) {
    let sealer = MailSealer::new(&app.service.mail_key).unwrap();
    let to: Email = Parse::parse("owner@school.ac.kr".to_owned()).unwrap();
    let enqueue = async |content| {
        let mail = Mail { to: to.clone(), language: Language::Korean, content };
        app.service.app.mails.enqueue(&sealer, &mail).await.unwrap();
    };
    enqueue(MailContent::LoginIdReminder).await;
    let records = app.waiting_records().await;
    notifications.handle(json!({ "Records": records })).await.unwrap();
    app.ses.fail(SesFault::Failed);
    let expires_at = app.clock.now().plus_secs(600);
    enqueue(MailContent::VerificationCode { code: "123456".to_owned(), expires_at }).await;
    notifications.handle(json!({ "source": "aws.events" })).await.unwrap();
    let recipients = json!([{ "emailAddress": "a@school.ac.kr" }]);
    let complaint = json!({ "eventType": "Complaint", "complaint": { "complainedRecipients": recipients } });
    notifications.handle(json!({ "source": "aws.ses", "detail": complaint })).await.unwrap();
    app.ses.mend();
}

#[test]
fn notifications_reads_and_writes_only_its_own_rows() {
    let template = template();
    let statements = statements(functions(&template)["notifications"].1);
    let keys = |sid: &str| {
        let statement = statements.iter().find(|statement| statement["Sid"] == sid).unwrap();
        let condition = object(&statement["Condition"]);
        assert_eq!((condition.len(), &statement["Resource"]), (1, &json!("Table.Arn")));
        texts(&condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])
    };
    assert_eq!(keys("ReadTable"), ["MAIL-KEY", "MAILS#*", "SUPPRESSED#*", "EMAIL#*"]);
    assert_eq!(keys("WriteTable"), ["MAILS#*", "FAILED-MAILS", "SUPPRESSED#*", "RESET#*"]);
}

#[test]
fn only_notifications_sends_mail_and_only_from_the_configured_address() {
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        let sending = statements(properties).into_iter().filter(|it| it["Action"].to_string().contains("ses:"));
        let sending: Vec<_> = sending.collect();
        assert_eq!(sending.len(), usize::from(name == "notifications"), "{name}");
        for statement in sending {
            assert_eq!(statement["Action"], "ses:SendEmail");
            assert_eq!(statement["Condition"], json!({ "StringEquals": { "ses:FromAddress": "MailFrom" } }));
        }
    }
}

#[test]
fn the_stream_is_consumed_within_bounds_and_failed_records_are_kept() {
    let template = template();
    let resources = &template["Resources"];
    let mappings: Vec<_> = of_type(&template, "AWS::Lambda::EventSourceMapping").collect();
    assert!((1..=2).contains(&mappings.len()), "a stream takes two consumers");
    for (name, mapping) in mappings {
        let mapping = &mapping["Properties"];
        assert_eq!(mapping["EventSourceArn"], "Table.StreamArn", "{name}");
        assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{name}");
        assert_eq!(mapping["BisectBatchOnFunctionError"], true, "{name}");
        assert_eq!(mapping["StartingPosition"], "TRIM_HORIZON", "{name}");
        assert!((1..=10).contains(&mapping["MaximumRetryAttempts"].as_u64().unwrap()), "{name}");
        assert!((60..=3600).contains(&mapping["MaximumRecordAgeInSeconds"].as_u64().unwrap()), "{name}");
        assert_eq!(mapping["DestinationConfig"]["OnFailure"]["Destination"], "FailedRecords.Arn", "{name}");
        assert!(!array(&mapping["FilterCriteria"]["Filters"]).is_empty(), "{name}");
    }
    let bucket = &resources["FailedRecords"]["Properties"];
    let rule = &bucket["LifecycleConfiguration"]["Rules"][0];
    assert!(rule["Status"] == "Enabled" && rule["ExpirationInDays"].as_u64().unwrap() <= 14);
    let access = object(&bucket["PublicAccessBlockConfiguration"]);
    assert!(access.len() == 4 && access.values().all(|blocked| blocked == true));
    let encryption = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
    assert_eq!(encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256");
    let tls = &resources["FailedRecordsPolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!((&tls["Effect"], &tls["Condition"]["Bool"]["aws:SecureTransport"]), (&json!("Deny"), &json!("false")));
}
