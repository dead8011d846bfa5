//! Every operation as every kind of caller. [`operations`] says which callers each operation accepts.

use crate::support::fixture::{Fixture, Who};
use crate::support::operations;

/// Sends the valid request of each operation as the caller, each to the original fixture.
async fn check(who: Who) {
    let mut failures = Vec::new();
    let fixture = Fixture::start().await;
    let before = fixture.app.snapshot().await;
    for operation in operations::all() {
        let answer = fixture.send(operation, who).await;
        let expected = operation.access.refusal(who).unwrap_or((operation.access.success, ""));
        let (status, code) = (answer.status.as_u16(), answer.code());
        if (status, code.as_str()) != expected {
            failures.push(format!("{}: {:?} instead of {expected:?}", operation.name, (status, code)));
        }
        // Showing a thread marks its messages as read.
        let is_read = operation.method() == "GET" && operation.id != "show_thread";
        let may_change = answer.status.is_success() && !is_read;
        let changed = fixture.app.snapshot().await != before;
        if changed && !may_change {
            failures.push(format!("{}: the table changed", operation.name));
        }
        if changed {
            fixture.reset().await;
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
    a_student_whose_session_has_ended: Ended;
    a_withdrawn_student: Withdrawn;
    an_unverified_account: Unverified;
}
