//! What each operation takes of the table, compared with its minimum: the table in `docs/performance.md`.
//!
//! The engine computes capacity as DynamoDB does. The rows of these tests are small. The docs say what grows with the
//! size of rows.

mod cases;
mod posts;
mod timetables;

use campus_core::store::Usage;
use serde_json::json;

use crate::support::external;
use crate::support::fixture::Fixture;
use crate::support::generated;
use crate::support::harness::{Answer, TestApp};
use crate::support::operations::{self, Minimum};

/// The file with the table, and how the header of the table begins.
pub const TABLE: (&str, &str) = ("docs/performance.md", "| operation | calls | in sequence |");

/// The same of the table of operations that take more calls in sequence than the rule allows.
const DETOURS: (&str, &str) = ("docs/performance.md", "| operation | in sequence | by the rule |");

/// Whether a row of the table is about the operation.
pub fn is_about(line: &str, operation: &str) -> bool {
    let measured = line.strip_prefix("| `").unwrap_or_default().split('`').next().unwrap_or_default();
    measured.strip_prefix(operation).is_some_and(|case| case.is_empty() || case.starts_with([',', '?']))
}

/// The minimum of a measured case, such as `POST /boards, Idempotency-Key`.
fn minimum_of(case: &str) -> &'static Minimum {
    let mut minimums = operations::all().flat_map(|operation| {
        operation.minimums.iter().filter(move |minimum| case == format!("{}{}", operation.name, minimum.case))
    });
    minimums.next().unwrap_or_else(|| panic!("{case} has no minimum in support/operations"))
}

/// The rows of both tables.
#[derive(Default)]
struct Measured {
    usage: Vec<String>,
    detours: Vec<String>,
}

impl Measured {
    fn note(&mut self, case: &str, answer: &Answer) {
        self.usage.push(row(case, answer));
        self.detours.extend(detour(case, answer));
    }
}

/// The row of the table of operations that take more calls in sequence than the rule allows, if this one does.
fn detour(case: &str, answer: &Answer) -> Option<String> {
    let (sequence, minimum) = (answer.usage.sequence, minimum_of(case));
    let (max, reason) = (minimum.max_sequence(case.split(' ').next().unwrap()), minimum.detour);
    assert_eq!(sequence > max, !reason.is_empty(), "{case} takes {sequence} calls in sequence: is there a reason?");
    (sequence > max).then(|| format!("| `{case}` | {sequence} | {max} | {reason} |"))
}

/// A row of the table of usage.
fn row(case: &str, answer: &Answer) -> String {
    assert!(answer.status.is_success(), "{case}: {answer:?}");
    let Usage { calls, sequence, read_units, write_units } = answer.usage;
    let minimum = minimum_of(case);
    let (rows, reason) = (minimum.rows(), minimum.reason);
    let (reads, writes) = (minimum.read_units(), minimum.write_units());
    assert!(read_units >= reads && write_units >= writes, "{case} takes less than {reads} and {writes}");
    let needs_reason = minimum.is_far_below(read_units, write_units);
    assert_eq!(
        needs_reason,
        !reason.is_empty(),
        "{case} takes {read_units} and {write_units} units: is there a reason?"
    );
    format!(
        "| `{case}` | {calls} | {sequence} | {read_units} | {reads} | {write_units} | {writes} | {rows} | {reason} |"
    )
}

#[tokio::test]
async fn the_docs_say_what_each_operation_takes() {
    if external::is_used() {
        return;
    }
    let mut measured = Measured::default();
    cases::note_cases(&mut |case: &str, answer: Answer| -> Answer {
        measured.note(case, &answer);
        answer
    })
    .await;
    // An operation without special cases is measured with its valid request.
    for operation in operations::all() {
        if !measured.usage.iter().any(|row| is_about(row, operation.name)) {
            let fixture = Fixture::start().await;
            measured.note(operation.name, &fixture.send(operation, operation.caller).await);
        }
        for minimum in &operation.minimums {
            let case = format!("{}{}", operation.name, minimum.case);
            let mut rows = measured.usage.iter();
            assert!(rows.any(|row| row.starts_with(&format!("| `{case}`"))), "{case} is not measured");
        }
    }
    generated::assert_none(
        [hold_table(TABLE, measured.usage), hold_table(DETOURS, measured.detours)].into_iter().flatten(),
    );
}

/// Holds the rows of a table. Returns what is wrong, if anything.
fn hold_table((file, header): (&str, &str), rows: Vec<String>) -> Option<String> {
    let begins = |line: &str| line.starts_with(header);
    let text = generated::read(file);
    let header_lines = text.lines().skip_while(|line| !begins(line)).take(2).map(str::to_owned);
    let table: Vec<_> = header_lines.chain(rows).collect();
    generated::hold_lines(file, begins, |line| line.starts_with('|'), &table)
}

/// What requests about a post take whose text has this many characters, without those that read or write the text.
async fn usages_beside_the_text(characters: usize) -> Vec<(&'static str, Usage)> {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let [author, reader] = [app.student(&school).await, app.student(&school).await];
    let board = app.board(&author, "자유").await;
    let post = json!({ "title": "글", "content": "가".repeat(characters), "is_anonymous": true });
    let post = app.post(format!("/boards/{board}/posts")).by(&author).json(&post).send().await.is(201).text_at("/id");
    let path = format!("/posts/{post}");
    let comments = format!("{path}/comments");
    let comment = app.write_comment(&author, &post, "댓글", None).await;
    let message = json!({ "post_id": post, "content": "안녕하세요" });
    let about_comment = json!({ "comment_id": comment, "content": "안녕하세요" });
    let write = json!({ "content": "댓글", "is_anonymous": true });
    let reply = json!({ "content": "답글", "is_anonymous": true, "parent_id": comment });
    let mut usages = Vec::new();
    for (name, call) in [
        ("like", app.post(format!("{path}/like"))),
        ("scrap", app.put(format!("{path}/scrap"))),
        ("unscrap", app.delete(format!("{path}/scrap"))),
        ("comment", app.post(&comments).json(&write)),
        ("reply", app.post(&comments).json(&reply)),
        ("comments", app.get(&comments)),
        ("like of a comment", app.post(format!("/comments/{comment}/like"))),
        ("message", app.post("/messages").json(&message)),
        ("message about a comment", app.post("/messages").json(&about_comment)),
    ] {
        let answer = call.by(&reader).send().await;
        assert!(answer.status.is_success(), "{name}: {answer:?}");
        usages.push((name, answer.usage));
    }
    for (name, path) in [("deletion of a comment", format!("/comments/{comment}")), ("deletion", path)] {
        usages.push((name, app.delete(path).by(&author).send().await.is(204).usage));
    }
    usages
}

#[tokio::test]
async fn only_the_text_of_a_post_costs_more_if_it_is_long() {
    // The head contains the first 200 characters.
    assert_eq!(usages_beside_the_text(200).await, usages_beside_the_text(10_000).await);
}

#[tokio::test]
async fn an_anonymous_post_is_shown_after_one_round_trip() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let [author, reader] = [app.student(&school).await, app.student(&school).await];
    let board = app.board(&author, "자유").await;
    for (is_anonymous, round_trips) in [(true, 1), (false, 2)] {
        let post = app.write_post(&author, &board, &format!("글 {is_anonymous}"), is_anonymous).await;
        assert_eq!(app.get(format!("/posts/{post}")).by(&reader).send().await.usage.sequence, round_trips);
    }
}

#[tokio::test]
async fn a_page_of_anonymous_posts_and_its_likes_takes_one_round_trip() {
    let app = TestApp::start().await;
    let school = app.school("가온대학교").await;
    let [author, reader] = [app.student(&school).await, app.student(&school).await];
    let board = app.board(&author, "자유").await;
    let mut last = String::new();
    for number in 0..3 {
        last = app.write_post(&author, &board, &format!("글 {number}"), true).await;
        app.post(format!("/posts/{last}/like")).by(&reader).send().await.is(200);
    }
    let page = async || app.get(format!("/boards/{board}/posts?limit=2")).by(&reader).send().await.is(200).usage;
    assert_eq!(page().await.sequence, 1);
    // The likes of more posts than the page has are read again.
    app.delete(format!("/posts/{last}")).by(&author).send().await.is(204);
    assert_eq!(page().await.sequence, 2);
}

#[tokio::test]
async fn a_page_of_posts_costs_the_same_on_a_board_of_20_and_of_120() {
    let app = TestApp::start().await;
    let student = app.student(&app.school("가온대학교").await).await;
    let posts = format!("/boards/{}/posts", app.board(&student, "자유").await);
    let mut usages = Vec::new();
    for total in [20, 120] {
        for title in app.count_rows("#POST#").await..total {
            let post = json!({ "title": title.to_string(), "content": "내용", "is_anonymous": true });
            app.post(&posts).by(&student).json(&post).send().await.is(201);
        }
        usages.push(app.get(&posts).by(&student).send().await.usage);
    }
    assert_eq!(usages[0], usages[1]);
}
