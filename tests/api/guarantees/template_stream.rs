//! The parts of `template.yaml` that consume the table's stream and send mail.

use campus_core::domain::PushServices;
use serde_json::json;

use crate::guarantees::template::{array, functions, object, of_type, statements, template, texts};

#[test]
fn notifications_stream_writes_only_its_rows() {
    let template = template();
    let statements = statements(functions(&template)["notifications-stream"].1);
    let keys = |sid: &str| {
        let statement = statements.iter().find(|statement| statement["Sid"] == sid).unwrap();
        let condition = object(&statement["Condition"]);
        assert_eq!((condition.len(), &statement["Resource"]), (1, &json!("Table.Arn")));
        texts(&condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])
    };
    let read =
        ["MAIL-KEY", "MAILS#*", "SUPPRESSED#*", "EMAIL#*", "APPLICANT#*", "PUSH-KEY", "PUSHES#*", "SCHOOL#*#USER#*"];
    let notified_of = ["BOARDS", "BOARD#*", "POST#*", "THREAD#*", "COURSE#*", "REVIEW#*", "EXAM#*"];
    let lectures = ["LECTURE#*", "ANNOUNCEMENT#*"];
    let of_school = |partition: &str| format!("SCHOOL#*#{partition}");
    let notified_of: Vec<_> =
        notified_of.iter().chain(&["TIMETABLE#*"]).chain(&lectures).map(|it| of_school(it)).collect();
    assert_eq!(keys("ReadTable"), read.into_iter().chain(notified_of.iter().map(String::as_str)).collect::<Vec<_>>());
    let written =
        ["MAILS#*", "FAILED-MAILS", "SUPPRESSED#*", "RESET#*", "PUSHES#*", "PUSHENDPOINT#*", "SCHOOL#*#USER#*"];
    let lectures = lectures.map(of_school);
    assert_eq!(keys("WriteTable"), written.into_iter().chain(lectures.iter().map(String::as_str)).collect::<Vec<_>>());
}

#[test]
fn a_transaction_of_posts_stream_is_allowed_by_a_statement_that_has_all_of_its_partitions() {
    let template = template();
    let statements = statements(functions(&template)["posts-stream"].1);
    for (sid, actions, partitions) in [
        ("DeleteGrams", &["DeleteItem", "ConditionCheckItem"][..], &["INDEXED#*", "GRAM#*"][..]),
        ("UpdatePostsAndLikes", &["UpdateItem"], &["BOARD#*", "POST#*", "USER#*"]),
    ] {
        let statement = statements.iter().find(|statement| statement["Sid"] == sid).unwrap();
        assert_eq!(texts(&statement["Action"]), actions.iter().map(|it| format!("dynamodb:{it}")).collect::<Vec<_>>());
        let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
        assert_eq!(texts(keys), partitions.iter().map(|it| format!("SCHOOL#*#{it}")).collect::<Vec<_>>());
    }
}

#[test]
fn a_batch_of_posts_stream_has_at_most_as_many_likes_as_a_transaction_counts() {
    assert_eq!(template()["Resources"]["PostsStream"]["Properties"]["BatchSize"], json!(99));
}

#[test]
fn only_notifications_stream_sends_mail_and_only_from_the_configured_address() {
    let template = template();
    for (name, (_, properties)) in functions(&template) {
        let sending = statements(properties).into_iter().filter(|it| it["Action"].to_string().contains("ses:"));
        let sending: Vec<_> = sending.collect();
        assert_eq!(sending.len(), usize::from(name == "notifications-stream"), "{name}");
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
        // More filters need a quota increase.
        assert!((1..=5).contains(&array(&mapping["FilterCriteria"]["Filters"]).len()), "{name}");
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

#[test]
fn the_push_services_of_the_template_are_those_of_campus_dev() {
    assert_eq!(template()["Parameters"]["PushServices"]["Default"], PushServices::DEFAULT);
}
