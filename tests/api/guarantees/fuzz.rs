//! Random input from clients: it never causes a panic or a 5xx response, and a refusal is always a problem.
//!
//! Each kind of input starts with the inputs in `fuzz/corpus`, one per line, which have caused errors here or in other
//! services. For a longer run:
//!
//! ```sh
//! PROPTEST_CASES=100000 cargo test -p campus-tests fuzz::
//! ```

mod bodies;
mod cursors;
mod events;
mod tokens;

use std::env;
use std::future::Future;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::harness::Answer;

/// Checks `cases` random inputs, or the number in the environment variable `PROPTEST_CASES`.
fn each<T: std::fmt::Debug>(cases: u32, inputs: &impl Strategy<Value = T>, check: impl Fn(T)) {
    let default = Config { failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let cases = if env::var_os("PROPTEST_CASES").is_some() { default.cases } else { cases };
    let check = |input| {
        check(input);
        Ok::<_, TestCaseError>(())
    };
    TestRunner::new(Config { cases, ..default }).run(inputs, check).unwrap();
}

/// A runtime for a test that generates its inputs outside of any runtime.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Asserts that the response is not a 5xx, and a complete problem if it is a refusal.
#[track_caller]
fn assert_fit(answer: &Answer, why: impl Fn() -> String) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{}: {answer:?}", why());
    if status >= 400 {
        assert!(serde_json::from_str::<Value>(&answer.text).is_ok(), "{}: {answer:?}", why());
        answer.is_problem(status, &answer.text_at("/code"));
    }
}

/// A change of a valid text.
#[derive(Clone, Debug)]
enum Edit {
    Remove(usize),
    Insert(usize, char),
    Replace(usize, char),
    Cut(usize),
    Repeat(usize, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let character = || prop_oneof![any::<char>(), proptest::char::range('!', '~'), proptest::char::range('A', 'Z')];
    let edit = prop_oneof![
        any::<usize>().prop_map(Edit::Remove),
        (any::<usize>(), character()).prop_map(|(at, c)| Edit::Insert(at, c)),
        (any::<usize>(), character()).prop_map(|(at, c)| Edit::Replace(at, c)),
        any::<usize>().prop_map(Edit::Cut),
        (any::<usize>(), 1..100_usize).prop_map(|(at, times)| Edit::Repeat(at, times)),
    ];
    vec(edit, 1..4)
}

/// The text after the edits. Positions are modulo its length.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for edit in edits {
        let length = text.len();
        let place = |at: usize| if length == 0 { 0 } else { at % length };
        match *edit {
            Edit::Insert(at, c) => text.insert(place(at), c),
            _ if length == 0 => {}
            Edit::Remove(at) => drop(text.remove(place(at))),
            Edit::Replace(at, c) => text[place(at)] = c,
            Edit::Cut(at) => text.truncate(place(at)),
            Edit::Repeat(at, times) => {
                let c = text[place(at)];
                text.splice(place(at)..place(at), vec![c; times]);
            }
        }
    }
    text.into_iter().collect()
}

/// Any JSON. Most values are small, and some are unusual.
fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        proptest::sample::select(ODD).prop_map(Value::from),
        (1..40_000_usize, any::<char>()).prop_map(|(times, c)| c.to_string().repeat(times.min(5000)).into()),
        any::<[u8; 16]>().prop_map(|bytes| uuid::Uuid::from_bytes(bytes).to_string().into()),
        "([0-9a-f]{32}){2,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((any::<String>(), inner), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Texts that are known to cause errors in programs.
const ODD: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "\u{FEFF}",
    "\u{202E}evil",
    "\u{200B}",
    "\u{FDFA}",
    "ﬀ",
    "İ",
    "e\u{301}\u{301}\u{301}",
    "👨‍👩‍👧‍👦",
    "\u{D7FF}\u{E000}",
    "\u{10FFFF}",
    "../../../etc/passwd",
    "${jndi:ldap://x}",
    "'; DROP TABLE posts; --",
    "SCHOOL#x#USER#y",
    "PROFILE",
    "<script>alert(1)</script>",
    "%00%0d%0aSet-Cookie: a=b",
    "\r\nX-Injected: 1",
    "2026-13",
    "2026-1",
    "24:00",
    "99:99",
    "#zzzzzz",
    "1e400",
    "NaN",
    "-0",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
];

/// The lines of a corpus, which may contain JSON escapes.
fn corpus(lines: &str) -> Vec<String> {
    let unescaped = |line: &str| serde_json::from_str::<String>(&format!("\"{line}\"")).unwrap();
    lines.lines().map(unescaped).collect()
}

fn ask(runtime: &Runtime, call: impl Future<Output = Answer>) -> Answer {
    runtime.block_on(call)
}

#[test]
fn edits_apply_at_their_positions() {
    let edits = [Edit::Insert(1, 'x'), Edit::Remove(0), Edit::Replace(5, 'z'), Edit::Cut(2)];
    assert_eq!(edited("abc", &edits), "xb");
    assert_eq!(edited("", &[Edit::Remove(3), Edit::Insert(3, 'a'), Edit::Repeat(0, 2)]), "aaa");
    assert_eq!(json!("a\u{0}"), json!(corpus(r"a\u0000")[0]));
}
