//! Every operation while DynamoDB has faults: each call that the operation makes fails in each way that DynamoDB has
//! for it, once or permanently. The response is true, the table is never left between two states, and sending the
//! request again completes it.

use std::time::Duration;

use axum::http::StatusCode;
use campus_core::store::{Limits, MailRates};
use tokio::time::Instant;

use crate::guarantees::openapi;
use crate::support::faults::injector::{Fault, FaultInjector};
use crate::support::fixture::Fixture;
use crate::support::generated;
use crate::support::harness::{Answer, Call};
use crate::support::normalization::Normalizer;
use crate::support::operations::{self, Operation, Repeat};

/// A test for each operation, named after its `operationId`.
macro_rules! tests {
    ($($id:ident,)*) => {
        $(#[tokio::test]
        async fn $id() {
            withstands(operations::with_id(stringify!($id))).await;
        })*
    };
}

// `cargo xtask bless` writes this list.
tests! {
    search_schools,
    show_policies,
    sign_up,
    log_in,
    refresh,
    request_password_reset,
    reset_password,
    remind_login_id,
    log_out,
    show_me,
    update_me,
    withdraw,
    accept_policies,
    change_password,
    request_verification,
    confirm_verification,
    publish_keys,
    list_boards,
    create_board,
    show_board,
    update_board,
    delete_board,
    pin_board,
    unpin_board,
    list_pinned_boards,
    list_posts,
    create_post,
    search_posts,
    show_post,
    update_post,
    delete_post,
    like_post,
    scrap_post,
    unscrap_post,
    hide_post,
    unhide_post,
    list_hidden_posts,
    list_my_posts,
    list_commented_posts,
    list_scraps,
    list_hot_posts,
    list_best_posts,
    create_media,
    list_comments,
    create_comment,
    delete_comment,
    like_comment,
    list_threads,
    create_thread,
    show_thread,
    create_message,
    delete_thread,
    block_thread,
    unblock_thread,
    create_report,
    create_appeal,
    list_cases,
    show_case,
    decide_case,
    list_decisions,
    create_takedown,
    confirm_takedown,
    list_takedowns,
    show_takedown,
    decide_takedown,
    object_to_takedown,
    create_block,
    list_blocks,
    delete_block,
    list_notifications,
    show_unread_count,
    mark_notifications_read,
    show_notification_settings,
    update_notification_settings,
    mute_post,
    unmute_post,
    show_push_key,
    subscribe_to_pushes,
    unsubscribe_from_pushes,
    list_semesters,
    show_filters,
    search_lectures,
    show_lecture,
    list_reviews,
    create_review,
    delete_review,
    like_review,
    list_timetables,
    create_timetable,
    show_timetable,
    update_timetable,
    delete_timetable,
    copy_timetable,
    create_entry,
    update_entry,
    delete_entry,
    show_calendar,
    show_picture,
    create_share,
    delete_share,
    show_shared_timetable,
    show_shared_calendar,
    show_shared_picture,
    list_friends,
    delete_friend,
    show_friends_timetable,
    list_friend_requests,
    create_friend_request,
    delete_friend_request,
    accept_friend_request,
    list_exam_infos,
    create_exam_info,
    delete_exam_info,
    like_exam_info,
    list_grades,
    update_grades,
    show_semester_grades,
    replace_semester_grades,
}

/// What is wrong with the list of tests.
pub fn problems_of_tests() -> Vec<String> {
    let lines: Vec<_> = operations::all().map(|operation| format!("    {},", operation.id)).collect();
    let begin = ["tests! {".to_owned()];
    let lines: Vec<_> = begin.into_iter().chain(lines).collect();
    let begins = |line: &str| line == "tests! {";
    let held = generated::hold_lines("tests/api/guarantees/faults.rs", begins, |line| line != "}", &lines);
    held.into_iter().collect()
}

#[test]
fn every_operation_has_a_test() {
    generated::assert_none(problems_of_tests());
}

/// The maximum time of a response.
const MAX_TIME: Duration = Duration::from_secs(10);

/// A fault of one call of a request.
struct Case<'a> {
    /// The DynamoDB operation of the call.
    call: &'a str,
    /// The position of the call among those of its DynamoDB operation, from 0.
    nth: usize,
    fault: Fault,
    /// Whether the fault repeats for each attempt.
    is_permanent: bool,
}

/// All faults of these calls.
fn cases(calls: &[String]) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let nth = calls[..at].iter().filter(|earlier| *earlier == call).count();
        for fault in Fault::ALL.into_iter().filter(|fault| fault.applies_to(call)) {
            // A batch that leaves one item undone is complete after the next attempt.
            let permanence = [false, true].into_iter().filter(|permanent| !permanent || fault != Fault::Partial);
            cases.extend(permanence.map(|is_permanent| Case { call, nth, fault, is_permanent }));
        }
    }
    cases
}

/// The response to a request and the table afterwards, normalized.
#[derive(Debug, PartialEq)]
struct Outcome {
    status: StatusCode,
    body: String,
    table: Vec<String>,
}

/// A request without faults.
struct FaultFree {
    is_read: bool,
    /// The DynamoDB operations that it calls, in order.
    calls: Vec<String>,
    /// The table before the request.
    before: Vec<String>,
    first: Outcome,
    /// The outcome of sending it again.
    second: Outcome,
}

/// A service with limits, whose DynamoDB client injects faults.
struct Laboratory {
    fixture: Fixture,
    injector: FaultInjector,
    normalizer: Normalizer,
}

impl Laboratory {
    async fn start() -> Self {
        let injector = FaultInjector::new();
        // A call whose answer is lost is repeated, and counts again. So few mails are allowed that this reaches the limit.
        let mails = MailRates::new(100, 100);
        let limits = Limits {
            codes_per_mailbox: mails,
            recovery_mails_per_mailbox: mails,
            takedowns_per_mailbox: mails,
            mails_per_user: mails,
            ..Limits::default()
        };
        let fixture = Fixture::start_within(Some(limits), |engine| injector.connection(engine)).await;
        let fixture = fixture.with_own_time_limits();
        let normalizer = Normalizer::of(&fixture).await;
        Self { fixture, injector, normalizer }
    }

    /// The request of the operation, with an `Idempotency-Key` if the operation takes one.
    fn request(&self, operation: &Operation) -> Call<'_> {
        let request = self.fixture.request(operation, operation.caller);
        if openapi::takes_idempotency_key(operation.name) { request.header("idempotency-key", "key") } else { request }
    }

    async fn outcome(&self, answer: &Answer) -> Outcome {
        let request_id = answer.header("x-request-id");
        let body = self.normalizer.text(&answer.text.replace(request_id, "<id>"));
        Outcome { status: answer.status, body, table: self.normalizer.table(&self.fixture).await }
    }

    async fn send(&self, operation: &Operation) -> Outcome {
        self.outcome(&self.request(operation).send().await).await
    }

    /// Sends the request twice without faults.
    async fn fault_free(&self, operation: &Operation) -> FaultFree {
        let before = self.normalizer.table(&self.fixture).await;
        self.injector.record();
        let first = self.send(operation).await;
        let calls = self.injector.calls();
        let second = self.send(operation).await;
        FaultFree { is_read: operation.name.starts_with("GET "), calls, before, first, second }
    }

    /// Sends the request with a fault, and then again without.
    async fn try_fault(&self, operation: &Operation, fault_free: &FaultFree, case: &Case<'_>) -> Result<(), String> {
        let request = self.request(operation);
        let Case { call, nth, fault, is_permanent } = *case;
        self.injector.plan(call, nth, fault, if is_permanent { usize::MAX } else { 1 });
        let started = Instant::now();
        let answer = request.send().await;
        let took = started.elapsed();
        if self.injector.mend() == 0 {
            return Err("there was no such call".to_owned());
        }
        if took > MAX_TIME {
            return Err(format!("it took {took:?}"));
        }
        let outcome = self.outcome(&answer).await;
        fault_free.judge(&answer, &outcome, case)?;
        fault_free.judge_repeat(&outcome, &self.send(operation).await)
    }
}

impl FaultFree {
    /// Asserts that the request succeeds and that the second one has the expected result.
    fn check(&self, repeat: Repeat) {
        let Self { first, second, .. } = self;
        assert!(first.status.is_success(), "{first:?}");
        match repeat {
            Repeat::Same => assert_eq!(first, second),
            Repeat::Refused(status, code) => {
                assert_eq!((second.status.as_u16(), &second.table), (status, &first.table));
                assert!(second.body.contains(&format!("\"code\":\"{code}\"")), "{second:?}");
            }
            Repeat::Another => {
                assert_eq!((second.status, &second.body), (first.status, &first.body));
                assert_ne!(second.table, first.table);
            }
        }
    }

    /// Checks the outcome of a request with a fault.
    fn judge(&self, answer: &Answer, outcome: &Outcome, case: &Case<'_>) -> Result<(), String> {
        // Some calls may fail permanently without effect on the result.
        if *outcome == self.first {
            return Ok(());
        }
        // A read that marks something as read shows it even if that cannot be written.
        let is_shown = (outcome.status, &outcome.body) == (self.first.status, &self.first.body);
        if self.is_read && case.fault == Fault::Conflict && is_shown && outcome.table == self.before {
            return Ok(());
        }
        let expected = match (case.is_permanent, case.fault) {
            (false, _) => self.first.status.as_u16(),
            (true, _) => 503,
        };
        // The service sheds a write that conflicts all the time.
        let code = if case.fault == Fault::Conflict { "busy" } else { "unavailable" };
        let status = outcome.status.as_u16();
        if status != expected {
            return Err(format!("{status} instead of {expected}: {}", outcome.body));
        }
        let is_unchanged = outcome.table == self.before;
        let is_complete = outcome.table == self.first.table;
        match expected {
            503 if answer.header("retry-after").is_empty() => Err("no Retry-After".to_owned()),
            503 if answer.code() != code => Err(format!("not {code}: {}", outcome.body)),
            503 if is_unchanged || (is_complete && code != "busy") => Ok(()),
            503 => Err(format!("an incomplete write: {}", difference(&self.before, &outcome.table))),
            _ if is_complete => Err(format!("another response: {} instead of {}", outcome.body, self.first.body)),
            _ => Err(format!("another table: {}", difference(&self.first.table, &outcome.table))),
        }
    }

    /// Checks the outcome of sending the request again.
    fn judge_repeat(&self, first: &Outcome, repeat: &Outcome) -> Result<(), String> {
        let expected = if first.table == self.before { &self.first } else { &self.second };
        match repeat == expected {
            true => Ok(()),
            false => Err(format!(
                "sent again: {} {} instead of {} {}: {}",
                repeat.status,
                repeat.body,
                expected.status,
                expected.body,
                difference(&expected.table, &repeat.table)
            )),
        }
    }
}

/// The rows that only one of two tables has.
fn difference(expected: &[String], actual: &[String]) -> String {
    let missing = expected.iter().filter(|row| !actual.contains(row)).map(|row| format!("\n  - {row}"));
    let extra = actual.iter().filter(|row| !expected.contains(row)).map(|row| format!("\n  + {row}"));
    missing.chain(extra).collect()
}

/// Runs the operation without faults, and then once for each fault, each time on the original table.
async fn withstands(operation: &Operation) {
    let laboratory = Laboratory::start().await;
    let fault_free = laboratory.fault_free(operation).await;
    fault_free.check(operation.repeat);
    let mut failures = Vec::new();
    for case in cases(&fault_free.calls) {
        laboratory.fixture.reset().await;
        let result = laboratory.try_fault(operation, &fault_free, &case).await;
        let Case { call, nth, fault, is_permanent } = case;
        let how = if is_permanent { "permanently" } else { "once" };
        failures.extend(result.err().map(|why| format!("{call} {nth}, {fault:?} {how}: {why}")));
    }
    assert!(failures.is_empty(), "{}:\n{}", operation.name, failures.join("\n"));
}

/// The number of faults that all tests together try.
#[tokio::test]
async fn the_docs_say_how_many_faults_are_tried() {
    let laboratory = Laboratory::start().await;
    let mut count = 0;
    for operation in operations::all() {
        laboratory.fixture.reset().await;
        laboratory.injector.record();
        let answer = laboratory.request(operation).send().await;
        assert!(answer.status.is_success(), "{}: {answer:?}", operation.name);
        count += cases(&laboratory.injector.calls()).len();
    }
    let counts = format!("{} operations with {count} faults", operations::all().count());
    let before = "**Fault injection** covers ";
    generated::assert_none(generated::hold_between("docs/security.md", before, &counts, " in all"));
}
