//! Who may do what: each operation as each kind of caller.
//!
//! A new operation is a row of the [`MATRIX`].

use crate::openapi;
use crate::world::{Who, World};

/// The status, and for a problem its code.
type Cell = (u16, &'static str);

const OK: Cell = (200, "");
const MADE: Cell = (201, "");
const DONE: Cell = (204, "");
/// No token.
const TOKEN: Cell = (401, "token_missing");
/// The session has ended; reading goes on until the token expires.
const ENDED: Cell = (401, "token_invalid");
const WRONG: Cell = (401, "invalid_credentials");
const NO_REFR: Cell = (401, "refresh_token_invalid");
const AUTHOR: Cell = (403, "not_author");
/// Nobody writes a message to oneself.
const SELF: Cell = (422, "validation_failed");
const OWN: Cell = (403, "own_content");
const NOT_MGR: Cell = (403, "not_board_manager");
const NOT_OWN: Cell = (403, "not_timetable_owner");
const NOT_TKN: Cell = (403, "not_taken");
/// It is another school's.
const UNKNOWN: Cell = (404, "not_found");
const ASKED: Cell = (403, "own_request");

#[rustfmt::skip]
const MATRIX: &[(&str, [Cell; Who::ALL.len()])] = &[
    // operation                   nobody author   student  foreigner manager admin foreign admin ended withdrawn
    ("GET /.well-known/jwks.json", [OK,    OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /schools",               [OK,    OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("POST /auth/signup",          [MADE,  MADE,    MADE,    MADE,    MADE, MADE, MADE,    MADE, MADE]),
    ("POST /auth/login",           [OK,    OK,      OK,      OK,      OK,   OK,   OK,      OK, WRONG]),
    ("POST /auth/refresh",         [OK,    OK,      OK,      OK,      OK,   OK,   OK,      NO_REFR, NO_REFR]),
    ("POST /auth/logout",          [DONE,  DONE,    DONE,    DONE,    DONE, DONE, DONE,    DONE, DONE]),
    ("PATCH /auth/me",             [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      ENDED, ENDED]),
    ("DELETE /auth/me",            [TOKEN, DONE,    DONE,    DONE,    DONE, DONE, DONE,    ENDED, ENDED]),
    ("PUT /auth/me/password",      [TOKEN, DONE,    DONE,    DONE,    DONE, DONE, DONE,    ENDED, ENDED]),
    ("GET /auth/me",               [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, ENDED]),
    ("GET /boards",                [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("POST /boards",               [TOKEN, MADE,    MADE,    MADE,    MADE, MADE, MADE,    ENDED, ENDED]),
    ("GET /boards/pinned",         [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /boards/{id}",           [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("PATCH /boards/{id}",         [TOKEN, NOT_MGR, NOT_MGR, UNKNOWN, OK,   OK,   UNKNOWN, ENDED, ENDED]),
    ("DELETE /boards/{id}",        [TOKEN, NOT_MGR, NOT_MGR, UNKNOWN, DONE, DONE, UNKNOWN, ENDED, ENDED]),
    ("PUT /boards/{id}/pin",       [TOKEN, DONE,    DONE,    UNKNOWN, DONE, DONE, UNKNOWN, ENDED, ENDED]),
    ("DELETE /boards/{id}/pin",    [TOKEN, DONE,    DONE,    UNKNOWN, DONE, DONE, UNKNOWN, ENDED, ENDED]),
    ("GET /boards/{id}/posts",     [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("POST /boards/{id}/posts",    [TOKEN, MADE,    MADE,    UNKNOWN, MADE, MADE, UNKNOWN, ENDED, ENDED]),
    ("GET /posts/{id}",            [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("PATCH /posts/{id}",          [TOKEN, OK,      AUTHOR,  UNKNOWN, AUTHOR, OK, UNKNOWN, ENDED, ENDED]),
    ("DELETE /posts/{id}",         [TOKEN, DONE,    AUTHOR,  UNKNOWN, AUTHOR, DONE, UNKNOWN, ENDED, ENDED]),
    ("POST /posts/{id}/like",      [TOKEN, OWN,     OK,      UNKNOWN, OK,   OK,   UNKNOWN, ENDED, ENDED]),
    ("PUT /posts/{id}/scrap",      [TOKEN, OWN,     DONE,    UNKNOWN, DONE, DONE, UNKNOWN, ENDED, ENDED]),
    ("DELETE /posts/{id}/scrap",   [TOKEN, DONE,    DONE,    UNKNOWN, DONE, DONE, UNKNOWN, ENDED, ENDED]),
    ("GET /posts/mine",            [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /posts/commented",       [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /posts/scraps",          [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /posts/hot",             [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /posts/best",            [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /posts/{id}/comments",   [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("POST /posts/{id}/comments",  [TOKEN, MADE,    MADE,    UNKNOWN, MADE, MADE, UNKNOWN, ENDED, ENDED]),
    ("DELETE /comments/{id}",      [TOKEN, DONE,    AUTHOR,  UNKNOWN, AUTHOR, DONE, UNKNOWN, ENDED, ENDED]),
    ("POST /messages",             [TOKEN, SELF,    MADE,    UNKNOWN, MADE, MADE, UNKNOWN, ENDED, ENDED]),
    ("GET /messages",              [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /messages/{thread_id}",  [TOKEN, OK,      OK,      UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]),
    ("POST /messages/{thread_id}", [TOKEN, MADE,    MADE,    UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, ENDED, ENDED]),
    ("DELETE /messages/{thread_id}", [TOKEN, DONE,  DONE,    UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, ENDED, ENDED]),
    ("POST /messages/{thread_id}/block", [TOKEN, DONE, DONE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, ENDED, ENDED]),
    ("DELETE /messages/{thread_id}/block", [TOKEN, DONE, DONE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, ENDED, ENDED]),
    ("POST /media",                [TOKEN, MADE,    MADE,    MADE,    MADE, MADE, MADE,    ENDED, ENDED]),
    ("POST /comments/{id}/like",   [TOKEN, OWN,     OK,      UNKNOWN, OK,   OK,   UNKNOWN, ENDED, ENDED]),
    ("GET /lectures",              [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /lectures/{id}",         [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("GET /timetables",            [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("POST /timetables",           [TOKEN, MADE,    MADE,    MADE,    MADE, MADE, MADE,    ENDED, ENDED]),
    ("GET /timetables/{id}",       [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("PATCH /timetables/{id}",     [TOKEN, OK,      NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("DELETE /timetables/{id}",    [TOKEN, DONE,    NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("POST /timetables/{id}/copy", [TOKEN, MADE,    MADE,    UNKNOWN, MADE, MADE, UNKNOWN, ENDED, ENDED]),
    ("POST /timetables/{id}/entries",
                                   [TOKEN, MADE,    NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("PATCH /timetables/{id}/entries/{entry_id}",
                                   [TOKEN, OK,      NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("DELETE /timetables/{id}/entries/{entry_id}",
                                   [TOKEN, DONE,    NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("GET /timetables/{id}/calendar.ics",
                                   [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("GET /timetables/{id}/picture.svg",
                                   [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("POST /lectures/{id}/reviews",
                                   [TOKEN, MADE,    NOT_TKN, UNKNOWN, NOT_TKN, NOT_TKN, UNKNOWN, ENDED, ENDED]),
    ("GET /lectures/{id}/reviews", [TOKEN, OK,      OK,      UNKNOWN, OK,   OK,   UNKNOWN, OK, OK]),
    ("DELETE /reviews/{id}",       [TOKEN, DONE,    AUTHOR,  UNKNOWN, AUTHOR, AUTHOR, UNKNOWN, ENDED, ENDED]),
    ("POST /reviews/{id}/like",    [TOKEN, OWN,     OK,      UNKNOWN, OK,   OK,   UNKNOWN, ENDED, ENDED]),
    ("POST /timetables/{id}/share", [TOKEN, MADE,   NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("DELETE /timetables/{id}/share", [TOKEN, DONE, NOT_OWN, UNKNOWN, NOT_OWN, NOT_OWN, UNKNOWN, ENDED, ENDED]),
    ("GET /shared-timetables/{token}", [OK, OK,     OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /shared-timetables/{token}/calendar.ics",
                                   [OK,    OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /shared-timetables/{token}/picture.svg",
                                   [OK,    OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("GET /friends",               [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("DELETE /friends/{id}",       [TOKEN, UNKNOWN, DONE,    UNKNOWN, DONE, UNKNOWN, UNKNOWN, ENDED, ENDED]),
    // The student has no timetable.
    ("GET /friends/{id}/timetable",
                                   [TOKEN, UNKNOWN, OK,      UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]),
    ("GET /friends/requests",      [TOKEN, OK,      OK,      OK,      OK,   OK,   OK,      OK, OK]),
    ("POST /friends/requests",     [TOKEN, MADE,    MADE,    UNKNOWN, MADE, MADE, UNKNOWN, ENDED, ENDED]),
    ("DELETE /friends/requests/{id}",
                                   [TOKEN, UNKNOWN, DONE,    UNKNOWN, UNKNOWN, DONE, UNKNOWN, ENDED, ENDED]),
    ("POST /friends/requests/{id}/accept",
                                   [TOKEN, UNKNOWN, OK,      UNKNOWN, UNKNOWN, ASKED, UNKNOWN, ENDED, ENDED]),
];

#[tokio::test]
async fn every_operation_has_a_row() {
    openapi::assert_covered("a row in permissions.rs", MATRIX.iter().map(|(operation, _)| *operation)).await;
}

/// Sends each operation as the caller, each to the world as it was.
async fn check(who: Who) {
    let column = Who::ALL.iter().position(|one| *one == who).unwrap();
    let mut failures = Vec::new();
    let world = World::start().await;
    let before = world.app.snapshot().await;
    for (operation, row) in MATRIX {
        let answer = world.send(operation, who).await;
        let code = if answer.status.is_success() { String::new() } else { answer.text_at("/code") };
        let (actual, expected) = ((answer.status.as_u16(), code.as_str()), row[column]);
        if actual != expected {
            failures.push(format!("{operation}: {actual:?} instead of {expected:?}"));
        }
        // Whoever reads messages has read them from then on.
        let is_read = operation.starts_with("GET ") && *operation != "GET /messages/{thread_id}";
        let may_change = answer.status.is_success() && !is_read;
        let changed = world.app.snapshot().await != before;
        if changed && !may_change {
            failures.push(format!("{operation}: the table changed"));
        }
        if changed {
            world.reset().await;
        }
    }
    assert!(failures.is_empty(), "as {who:?}:\n{}", failures.join("\n"));
}

macro_rules! callers {
    ($($test:ident: $who:ident;)*) => {
        $(#[tokio::test]
        async fn $test() {
            check(Who::$who).await;
        })*
    };
}

callers! {
    nobody: Nobody;
    the_author: Author;
    another_student: Student;
    a_student_of_another_school: Foreigner;
    the_manager: Manager;
    an_admin: Admin;
    an_admin_of_another_school: ForeignAdmin;
    one_whose_session_has_ended: Ended;
    one_who_has_withdrawn: Withdrawn;
}
