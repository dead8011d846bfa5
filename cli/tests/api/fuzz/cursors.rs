//! Cursors.

use axum::http::Uri;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Edit, ask, assert_fit, corpus, each, edited, edits, runtime};
use crate::faults::SCENARIOS;
use crate::harness::{Answer, Call};
use crate::world::{Who, World, specimen};

/// A list, and a cursor of it.
struct List {
    path: String,
    who: Who,
    cursor: String,
}

/// Something that claims to be a cursor.
#[derive(Clone, Debug)]
enum Claim {
    Text(String),
    Bytes(Vec<u8>),
    Edited(usize, Vec<Edit>),
}

fn claims() -> impl Strategy<Value = (usize, Claim)> {
    let claim = prop_oneof![
        any::<String>().prop_map(Claim::Text),
        vec(any::<u8>(), 0..120).prop_map(Claim::Bytes),
        (any::<usize>(), edits()).prop_map(|(of, edits)| Claim::Edited(of, edits)),
    ];
    (any::<usize>(), claim)
}

/// All lists of the world that go on after a page of one.
async fn lists(world: &World) -> Vec<List> {
    let mut lists = Vec::new();
    for (operation, who) in SCENARIOS.iter().filter(|(operation, _)| operation.starts_with("GET ")) {
        let answer = world.send(operation, *who).await;
        let body = serde_json::from_str::<serde_json::Value>(&answer.text).unwrap_or_default();
        if let Some(cursor) = body["next_cursor"].as_str() {
            let path = specimen(operation, world, *who).path;
            lists.push(List { path, who: *who, cursor: cursor.to_owned() });
        }
    }
    lists
}

async fn page(world: &World, list: &List, cursor: &str) -> Answer {
    let path = format!("{}&cursor={}", list.path, utf8_percent_encode(cursor, NON_ALPHANUMERIC));
    assert!(path.parse::<Uri>().is_ok(), "{path}");
    let call = world.app.get(path);
    let by = world.student(list.who).map(|student| world.app.renewed(student));
    by.iter().fold(call, Call::by).send().await
}

#[test]
fn no_cursor_but_a_lists_own_opens_it() {
    let runtime = runtime();
    let world = runtime.block_on(World::start());
    let lists = runtime.block_on(lists(&world));
    assert!(lists.len() >= 12, "{}", lists.len());
    let check = |list: &List, cursor: &str| {
        let answer = ask(&runtime, page(&world, list, cursor));
        assert_fit(&answer, || format!("{} {cursor:?}", list.path));
        match cursor == list.cursor {
            true => drop(answer.is(200)),
            false => drop(answer.is_problem(400, "invalid_cursor")),
        }
    };
    for cursor in corpus(include_str!("corpus/cursors.txt")) {
        lists.iter().for_each(|list| check(list, &cursor));
    }
    lists.iter().for_each(|list| check(list, &list.cursor));
    each(200, &claims(), |(list, claim)| {
        let cursor = match &claim {
            Claim::Text(text) => text.clone(),
            Claim::Bytes(bytes) => BASE64_URL_SAFE_NO_PAD.encode(bytes),
            Claim::Edited(of, edits) => edited(&lists[of % lists.len()].cursor, edits),
        };
        check(&lists[list % lists.len()], &cursor);
    });
}
