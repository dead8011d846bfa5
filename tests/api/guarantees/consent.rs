//! What a student can do who has not accepted the current policies.

use crate::guarantees::openapi;
use crate::support::fixture::{Fixture, Who};
use crate::support::operations::{self, Operation};
use crate::support::policies;

/// Writes that need no consent: what concerns the account, deletions of what the caller wrote, and what protects the
/// caller.
const EXEMPT: [&str; 27] = [
    "withdraw",
    "accept_policies",
    "change_password",
    "request_verification",
    "confirm_verification",
    "delete_post",
    "delete_comment",
    "delete_review",
    "delete_exam_info",
    "delete_timetable",
    "delete_entry",
    "delete_share",
    "delete_thread",
    "block_thread",
    "unblock_thread",
    "create_block",
    "delete_block",
    "hide_post",
    "unhide_post",
    "mute_post",
    "unmute_post",
    "unsubscribe_from_pushes",
    "mark_notifications_read",
    "update_notification_settings",
    "create_report",
    "create_appeal",
    "object_to_takedown",
];

/// Sends the request of the operation. Returns what is wrong if exactly a barred operation is to be refused, with this code,
/// without a change of the table, and if its documentation is to name the code or the response.
pub async fn check_refusal(
    fixture: &Fixture,
    operation: &Operation,
    (code, response): (&str, &str),
    is_barred: bool,
) -> Vec<String> {
    let before = fixture.app.snapshot().await;
    let answer = fixture.send(operation, operation.caller).await;
    let mut failures = Vec::new();
    if is_barred != (answer.code() == code) {
        failures.push(format!("{}: {answer:?}", operation.name));
    }
    if is_barred && fixture.app.snapshot().await != before {
        failures.push(format!("{}: the table changed", operation.name));
    }
    let responses = openapi::operation(operation.name)["responses"].to_string();
    if is_barred != (responses.contains(response) || responses.contains(code)) {
        failures.push(format!("{}: the OpenAPI document says something else", operation.name));
    }
    failures
}

#[tokio::test]
async fn every_other_write_needs_consent_and_no_read_does() {
    let fixture = Fixture::start().await;
    let mut failures = Vec::new();
    for operation in operations::all().filter(|operation| operation.access.refusal(Who::Nobody).is_some()) {
        fixture.reset().await;
        policies::import(&fixture.app, "2", "1").await;
        let needs_consent = operation.method() != "GET" && !EXEMPT.contains(&operation.id);
        let refusal = ("consent_needed", "ConsentNeeded");
        failures.extend(check_refusal(&fixture, operation, refusal, needs_consent).await);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
