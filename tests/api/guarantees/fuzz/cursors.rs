//! Pagination cursors.

use axum::http::Uri;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Edit, ask, assert_fit, corpus, each, edited, edits, runtime};
use crate::support::fixture::{Fixture, Who};
use crate::support::harness::{Answer, Call};
use crate::support::operations;

/// A list with a next page, and its cursor.
struct PagedList {
    path: String,
    who: Who,
    cursor: String,
}

/// An invalid cursor.
#[derive(Clone, Debug)]
enum BadCursor {
    Text(String),
    Bytes(Vec<u8>),
    Edited(usize, Vec<Edit>),
}

fn bad_cursors() -> impl Strategy<Value = (usize, BadCursor)> {
    let cursor = prop_oneof![
        any::<String>().prop_map(BadCursor::Text),
        vec(any::<u8>(), 0..120).prop_map(BadCursor::Bytes),
        (any::<usize>(), edits()).prop_map(|(of, edits)| BadCursor::Edited(of, edits)),
    ];
    (any::<usize>(), cursor)
}

/// All lists of the fixture that have more than one item.
async fn lists(fixture: &Fixture) -> Vec<PagedList> {
    let mut lists = Vec::new();
    for operation in operations::all().filter(|operation| operation.method() == "GET") {
        let who = operation.caller;
        let answer = fixture.send(operation, who).await;
        let body = serde_json::from_str::<serde_json::Value>(&answer.text).unwrap_or_default();
        if let Some(cursor) = body["next_cursor"].as_str() {
            let path = operation.usual_request(fixture).path;
            lists.push(PagedList { path, who, cursor: cursor.to_owned() });
        }
    }
    lists
}

async fn page(fixture: &Fixture, list: &PagedList, cursor: &str) -> Answer {
    let path = format!("{}&cursor={}", list.path, utf8_percent_encode(cursor, NON_ALPHANUMERIC));
    assert!(path.parse::<Uri>().is_ok(), "{path}");
    let call = fixture.app.get(path);
    let by = fixture.student(list.who).map(|student| fixture.app.renewed(student));
    by.iter().fold(call, Call::by).send().await
}

#[test]
fn a_list_accepts_only_its_own_cursors() {
    let runtime = runtime();
    let fixture = runtime.block_on(Fixture::start());
    let lists = runtime.block_on(lists(&fixture));
    assert!(lists.len() >= 12, "{}", lists.len());
    let check = |list: &PagedList, cursor: &str| {
        let answer = ask(&runtime, page(&fixture, list, cursor));
        assert_fit(&answer, || format!("{} {cursor:?}", list.path));
        // An empty cursor is the same as none.
        match cursor.is_empty() || cursor == list.cursor {
            true => drop(answer.is(200)),
            false => drop(answer.is_problem(400, "invalid_cursor")),
        }
    };
    for cursor in corpus(include_str!("corpus/cursors.txt")) {
        lists.iter().for_each(|list| check(list, &cursor));
    }
    lists.iter().for_each(|list| check(list, &list.cursor));
    each(200, &bad_cursors(), |(list, bad)| {
        let cursor = match &bad {
            BadCursor::Text(text) => text.clone(),
            BadCursor::Bytes(bytes) => BASE64_URL_SAFE_NO_PAD.encode(bytes),
            BadCursor::Edited(of, edits) => edited(&lists[of % lists.len()].cursor, edits),
        };
        check(&lists[list % lists.len()], &cursor);
    });
}
