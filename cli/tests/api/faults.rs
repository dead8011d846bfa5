//! What comes of each operation when DynamoDB fails it: at each call that it makes, in each way that is known. Whatever
//! happens, the answer says what is true, the table never has half a write, and sending the request again makes good.
//!
//! A new operation is a line among the [`scenarios`].

pub mod contention;
pub mod killer;
pub mod lagging;
pub mod wire;

use std::time::Duration;

use axum::http::StatusCode;
use campus_core::store::Limits;
use tokio::time::Instant;

use crate::harness::{Answer, Call};
use crate::openapi;
use crate::shapes::Shapes;
use crate::world::{Who, World};
use wire::{Fault, Wire};

const DOCS: &str = include_str!("../../../docs/security.md");

/// What sending a request again comes to after it took effect.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Again {
    /// The same answer, and nothing new.
    Same,
    /// This problem, and nothing new.
    Refused(u16, &'static str),
    /// The same answer, and another of what it made.
    Another,
    /// This problem, and the session has ended.
    Ends(u16, &'static str),
}

/// A test for each operation, as somebody who may do it, and what the same request comes to when it is sent again. A
/// request that can have an `Idempotency-Key` has one.
macro_rules! scenarios {
    ($($test:ident: $operation:literal by $who:ident, again $again:expr;)*) => {
        /// The operations, and somebody who may do each.
        pub const SCENARIOS: &[(&str, Who)] = &[$(($operation, Who::$who)),*];
        $(#[tokio::test]
        async fn $test() {
            withstands($operation, Who::$who, $again).await;
        })*
    };
}

use Again::{Another, Ends, Refused, Same};

scenarios! {
    publish_keys: "GET /.well-known/jwks.json" by Nobody, again Same;
    search_schools: "GET /schools" by Nobody, again Same;
    sign_up: "POST /auth/signup" by Nobody, again Refused(409, "login_id_taken");
    log_in: "POST /auth/login" by Nobody, again Another;
    refresh: "POST /auth/refresh" by Student, again Ends(401, "refresh_token_reused");
    log_out: "POST /auth/logout" by Student, again Same;
    show_me: "GET /auth/me" by Student, again Same;
    edit_me: "PATCH /auth/me" by Student, again Same;
    change_password: "PUT /auth/me/password" by Student, again Refused(403, "wrong_password");
    withdraw: "DELETE /auth/me" by Student, again Refused(401, "token_invalid");
    list_boards: "GET /boards" by Student, again Same;
    create_board: "POST /boards" by Student, again Same;
    list_pinned: "GET /boards/pinned" by Student, again Same;
    show_board: "GET /boards/{id}" by Student, again Same;
    edit_board: "PATCH /boards/{id}" by Manager, again Same;
    delete_board: "DELETE /boards/{id}" by Manager, again Refused(404, "not_found");
    pin_board: "PUT /boards/{id}/pin" by Student, again Same;
    unpin_board: "DELETE /boards/{id}/pin" by Student, again Same;
    list_posts: "GET /boards/{id}/posts" by Student, again Same;
    create_post: "POST /boards/{id}/posts" by Student, again Same;
    show_post: "GET /posts/{id}" by Student, again Same;
    edit_post: "PATCH /posts/{id}" by Author, again Same;
    delete_post: "DELETE /posts/{id}" by Author, again Refused(404, "not_found");
    like_post: "POST /posts/{id}/like" by Student, again Refused(409, "already_liked");
    scrap_post: "PUT /posts/{id}/scrap" by Student, again Same;
    unscrap_post: "DELETE /posts/{id}/scrap" by Student, again Same;
    list_my_posts: "GET /posts/mine" by Author, again Same;
    list_commented_posts: "GET /posts/commented" by Student, again Same;
    list_scraps: "GET /posts/scraps" by Student, again Same;
    list_hot_posts: "GET /posts/hot" by Student, again Same;
    list_best_posts: "GET /posts/best" by Student, again Same;
    list_comments: "GET /posts/{id}/comments" by Student, again Same;
    create_comment: "POST /posts/{id}/comments" by Manager, again Same;
    delete_comment: "DELETE /comments/{id}" by Author, again Refused(404, "not_found");
    start_thread: "POST /messages" by Student, again Same;
    list_threads: "GET /messages" by Student, again Same;
    read_thread: "GET /messages/{thread_id}" by Author, again Same;
    send_message: "POST /messages/{thread_id}" by Author, again Same;
    delete_thread: "DELETE /messages/{thread_id}" by Author, again Refused(404, "not_found");
    block_thread: "POST /messages/{thread_id}/block" by Author, again Same;
    unblock_thread: "DELETE /messages/{thread_id}/block" by Author, again Same;
    create_media: "POST /media" by Student, again Same;
    like_comment: "POST /comments/{id}/like" by Student, again Refused(409, "already_liked");
    search_lectures: "GET /lectures" by Student, again Same;
    show_lecture: "GET /lectures/{id}" by Student, again Same;
    list_timetables: "GET /timetables" by Author, again Same;
    create_timetable: "POST /timetables" by Author, again Same;
    show_timetable: "GET /timetables/{id}" by Student, again Same;
    edit_timetable: "PATCH /timetables/{id}" by Author, again Same;
    delete_timetable: "DELETE /timetables/{id}" by Author, again Refused(404, "not_found");
    copy_timetable: "POST /timetables/{id}/copy" by Student, again Same;
    add_entry: "POST /timetables/{id}/entries" by Author, again Same;
    edit_entry: "PATCH /timetables/{id}/entries/{entry_id}" by Author, again Same;
    remove_entry: "DELETE /timetables/{id}/entries/{entry_id}" by Author, again Refused(404, "not_found");
    show_calendar: "GET /timetables/{id}/calendar.ics" by Author, again Same;
    show_picture: "GET /timetables/{id}/picture.svg" by Author, again Same;
    create_review: "POST /lectures/{id}/reviews" by Author, again Same;
    list_reviews: "GET /lectures/{id}/reviews" by Student, again Same;
    delete_review: "DELETE /reviews/{id}" by Author, again Refused(404, "not_found");
    like_review: "POST /reviews/{id}/like" by Student, again Refused(409, "already_liked");
    share_timetable: "POST /timetables/{id}/share" by Author, again Same;
    unshare_timetable: "DELETE /timetables/{id}/share" by Author, again Same;
    show_shared_timetable: "GET /shared-timetables/{token}" by Nobody, again Same;
    show_shared_calendar: "GET /shared-timetables/{token}/calendar.ics" by Nobody, again Same;
    show_shared_picture: "GET /shared-timetables/{token}/picture.svg" by Nobody, again Same;
    list_friends: "GET /friends" by Student, again Same;
    unfriend: "DELETE /friends/{id}" by Student, again Refused(404, "not_found");
    show_friends_timetable: "GET /friends/{id}/timetable" by Student, again Same;
    list_friend_requests: "GET /friends/requests" by Student, again Same;
    request_friend: "POST /friends/requests" by Student, again Same;
    delete_friend_request: "DELETE /friends/requests/{id}" by Admin, again Refused(404, "not_found");
    accept_friend_request: "POST /friends/requests/{id}/accept" by Student, again Same;
}

#[tokio::test]
async fn every_operation_has_a_scenario() {
    openapi::assert_covered("a scenario in faults.rs", SCENARIOS.iter().map(|(operation, _)| *operation)).await;
}

/// The longest that any answer takes.
const LIMIT: Duration = Duration::from_secs(10);

/// What comes of an operation while nothing fails.
struct Clean {
    /// The operations of DynamoDB that it calls, in order.
    calls: Vec<String>,
    before: Vec<String>,
    first: Outcome,
    second: Outcome,
}

/// What a request came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    status: StatusCode,
    body: String,
    table: Vec<String>,
}

/// One service within limits, over a wire that can break.
struct Trial {
    world: World,
    wire: Wire,
    shapes: Shapes,
    operation: &'static str,
    who: Who,
    has_key: bool,
}

impl Trial {
    async fn start(operation: &'static str, who: Who) -> Self {
        let document = openapi::document();
        let described = openapi::operations(&document).into_iter().find(|(name, _)| name == operation).unwrap().1;
        let has_key = described["parameters"].to_string().contains("Idempotency-Key");
        let wire = Wire::new();
        let world = World::start_within(Some(Limits::default()), |engine| wire.connection(engine)).await;
        let shapes = Shapes::of(&world).await;
        Self { world, wire, shapes, operation, who, has_key }
    }

    fn request(&self) -> Call<'_> {
        let request = self.world.request(self.operation, self.who);
        if self.has_key { request.header("idempotency-key", "key") } else { request }
    }

    async fn outcome(&self, answer: &Answer) -> Outcome {
        let request_id = answer.header("x-request-id");
        let body = self.shapes.text(&answer.text.replace(request_id, "<id>"));
        Outcome { status: answer.status, body, table: self.shapes.table(&self.world).await }
    }

    async fn send(&self) -> Outcome {
        self.outcome(&self.request().send().await).await
    }

    /// Sends the request twice while all is well.
    async fn clean(&self) -> Clean {
        let before = self.shapes.table(&self.world).await;
        self.wire.listen();
        let first = self.send().await;
        let calls = self.wire.calls();
        let second = self.send().await;
        Clean { calls, before, first, second }
    }

    /// Sends the request while a call fails, and then again while all is well.
    async fn fail(&self, clean: &Clean, case: &Case<'_>) -> Result<(), String> {
        let request = self.request();
        let Case { call, nth, fault, lasts } = *case;
        self.wire.plan(call, nth, fault, if lasts { usize::MAX } else { 1 });
        let started = Instant::now();
        let answer = request.send().await;
        let took = started.elapsed();
        if self.wire.mend() == 0 {
            return Err("there was no such call".to_owned());
        }
        if took > LIMIT {
            return Err(format!("it took {took:?}"));
        }
        let outcome = self.outcome(&answer).await;
        clean.judge(&answer, &outcome, fault, lasts)?;
        clean.judge_repeat(&outcome, &self.send().await)
    }
}

impl Clean {
    fn check(&self, again: Again) {
        let Self { first, second, .. } = self;
        assert!(first.status.is_success(), "{first:?}");
        match again {
            Again::Same => assert_eq!(first, second),
            Again::Refused(status, code) => {
                assert_eq!((second.status.as_u16(), &second.table), (status, &first.table));
                assert!(second.body.contains(&format!("\"code\":\"{code}\"")), "{second:?}");
            }
            Again::Ends(status, code) => {
                assert_eq!(second.status.as_u16(), status);
                assert!(second.body.contains(&format!("\"code\":\"{code}\"")), "{second:?}");
                assert_ne!(second.table, first.table);
            }
            Again::Another => {
                assert_eq!((second.status, &second.body), (first.status, &first.body));
                assert_ne!(second.table, first.table);
            }
        }
    }

    /// Whether an outcome is one that the fault may have, and leaves the table as it says.
    fn judge(&self, answer: &Answer, outcome: &Outcome, fault: Fault, lasts: bool) -> Result<(), String> {
        // Some calls may fail for good without anybody missing anything.
        if *outcome == self.first {
            return Ok(());
        }
        let expected = match (lasts, fault) {
            (false, _) => self.first.status.as_u16(),
            (true, Fault::Conflict) => 409,
            (true, _) => 503,
        };
        let status = outcome.status.as_u16();
        if status != expected {
            return Err(format!("{status} instead of {expected}: {}", outcome.body));
        }
        let is_undone = outcome.table == self.before;
        let is_done = outcome.table == self.first.table;
        match expected {
            503 if answer.header("retry-after").is_empty() => Err("no Retry-After".to_owned()),
            503 if is_undone || is_done => Ok(()),
            409 if !outcome.body.contains("\"code\":\"conflict\"") => Err(format!("not a conflict: {}", outcome.body)),
            409 if is_undone => Ok(()),
            503 | 409 => Err(format!("half a write: {}", difference(&self.before, &outcome.table))),
            _ if is_done => Err(format!("another answer: {} instead of {}", outcome.body, self.first.body)),
            _ => Err(format!("another table: {}", difference(&self.first.table, &outcome.table))),
        }
    }

    /// Whether sending the request again made good.
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

/// A call that fails: which it is among those of its operation of DynamoDB, how it fails, and whether for good.
struct Case<'a> {
    call: &'a str,
    nth: usize,
    fault: Fault,
    lasts: bool,
}

/// Everything that can go wrong with the calls.
fn cases(calls: &[String]) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let nth = calls[..at].iter().filter(|earlier| *earlier == call).count();
        for fault in Fault::ALL.into_iter().filter(|fault| fault.applies_to(call)) {
            // Of a batch of which one item is left, the others are done when it is asked again.
            let lasting = [false, true].into_iter().filter(|lasts| !lasts || fault != Fault::Partial);
            cases.extend(lasting.map(|lasts| Case { call, nth, fault, lasts }));
        }
    }
    cases
}

/// Runs the operation once while all is well, and then again and again, each time on the table as it was and with
/// another call that fails in another way, once or for good.
async fn withstands(operation: &'static str, who: Who, again: Again) {
    let trial = Trial::start(operation, who).await;
    let clean = trial.clean().await;
    clean.check(again);
    let mut failures = Vec::new();
    for case in cases(&clean.calls) {
        trial.world.reset().await;
        let result = trial.fail(&clean, &case).await;
        let Case { call, nth, fault, lasts } = case;
        let how = if lasts { "for good" } else { "once" };
        failures.extend(result.err().map(|why| format!("{call} {nth}, {fault:?} {how}: {why}")));
    }
    assert!(failures.is_empty(), "{operation}:\n{}", failures.join("\n"));
}

#[tokio::test]
async fn the_docs_say_how_many_faults_are_tried() {
    let mut count = 0;
    for (operation, who) in SCENARIOS {
        let trial = Trial::start(operation, *who).await;
        trial.wire.listen();
        assert!(trial.request().send().await.status.is_success(), "{operation}");
        count += cases(&trial.wire.calls()).len();
    }
    let line = format!("{} operations with {count} faults", SCENARIOS.len());
    assert!(DOCS.contains(&line), "the docs should say: {line}");
}
