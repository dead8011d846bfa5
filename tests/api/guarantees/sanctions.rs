//! What a student can do whom a sanction bars from writing.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::guarantees::consent::check_refusal;
use crate::support::fixture::{Fixture, Who};
use crate::support::harness::TestApp;
use crate::support::operations;
use crate::support::policies;

/// Writes that a sanction does not bar: what concerns the account, what ends or deletes something, what protects the caller,
/// what only the caller sees, timetables, and what admins decide.
const EXEMPT: [&str; 46] = [
    "withdraw",
    "accept_policies",
    "change_password",
    "update_me",
    "request_verification",
    "confirm_verification",
    "delete_board",
    "delete_post",
    "delete_comment",
    "delete_review",
    "delete_exam_info",
    "delete_timetable",
    "delete_entry",
    "delete_share",
    "delete_thread",
    "delete_friend",
    "delete_friend_request",
    "block_thread",
    "unblock_thread",
    "create_block",
    "delete_block",
    "hide_post",
    "unhide_post",
    "mute_post",
    "unmute_post",
    "subscribe_to_pushes",
    "unsubscribe_from_pushes",
    "mark_notifications_read",
    "update_notification_settings",
    "create_report",
    "create_appeal",
    "decide_case",
    "decide_takedown",
    "object_to_takedown",
    "pin_board",
    "unpin_board",
    "scrap_post",
    "unscrap_post",
    "create_timetable",
    "update_timetable",
    "copy_timetable",
    "create_entry",
    "update_entry",
    "create_share",
    "replace_semester_grades",
    "update_grades",
];

/// Bars every student from writing, until 2100.
async fn sanction_everybody(app: &TestApp) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let restriction = [("kind", "read_only"), ("reason", "abuse"), ("until", "2100-01-01T00:00:00.000Z")];
    let restriction = restriction.map(|(name, value)| (name.to_owned(), text(value)));
    let restrictions = AttributeValue::L(vec![AttributeValue::M(restriction.into())]);
    for mut row in app.rows().await {
        if row["sk"] == text("SESSIONS") {
            row.insert("restrictions".to_owned(), restrictions.clone());
            app.raw.client.put_item().table_name("campus").set_item(Some(row)).send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn every_other_write_is_refused_and_no_read_is() {
    let fixture = Fixture::start().await;
    let mut failures = Vec::new();
    for operation in operations::all().filter(|operation| operation.access.refusal(Who::Nobody).is_some()) {
        fixture.reset().await;
        sanction_everybody(&fixture.app).await;
        let is_barred = operation.method() != "GET" && !EXEMPT.contains(&operation.id);
        let refusal = ("write_suspended", "WriteSuspended");
        failures.extend(check_refusal(&fixture, operation, refusal, is_barred).await);
        // A missing consent comes first.
        if is_barred {
            policies::import(&fixture.app, "2", "1").await;
            let answer = fixture.send(operation, operation.caller).await;
            if answer.code() != "consent_needed" {
                failures.push(format!("{}: the order of the refusals is wrong: {answer:?}", operation.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
