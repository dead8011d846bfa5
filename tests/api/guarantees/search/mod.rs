//! The search index: it follows the posts exactly, whatever happens to the consumer, and searches find everything.

mod audit;
mod consumer;
mod failures;
mod hidden;
mod rebuild;
mod recall;

use std::collections::BTreeSet;

use campus_core::domain::IndexText;
use dynoxide::types::AttributeValue as Stored;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::support::community::text;
use crate::support::harness::{Student, TestApp};
use crate::support::table;

/// The path of a search, to which further parameters can be added.
pub fn search_path(query: &str) -> String {
    format!("/posts/search?query={}", utf8_percent_encode(query, NON_ALPHANUMERIC))
}

/// All posts that a search finds, read in pages of `limit`.
pub async fn search_all(app: &TestApp, by: &Student, query: &str, limit: usize) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(format!("{}&limit={limit}{cursor}", search_path(query))).by(by).send().await;
        let items = page.is(200).at("/items");
        let items = items.as_array().unwrap();
        assert!(items.len() <= limit, "{page:?}");
        found.extend(items.iter().cloned());
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// The titles of all posts that a search finds.
pub async fn titles(app: &TestApp, by: &Student, query: &str) -> Vec<String> {
    search_all(app, by, query, 50).await.iter().map(|post| text(&post["title"]).to_owned()).collect()
}

/// The rows of the index: keys of grams and of indexed texts.
pub fn index_rows(app: &TestApp) -> BTreeSet<(String, String)> {
    let key = |row: &table::StoredRow| (table::text(row, "pk").to_owned(), table::text(row, "sk").to_owned());
    let rows = table::scan(&app.engine);
    let is_of_index = |(pk, _): &(String, String)| pk.contains("#GRAM#") || pk.contains("#INDEXED#");
    rows.iter().map(key).filter(is_of_index).collect()
}

/// The rows that the index has if it has exactly the live posts that are not hidden.
fn expected_rows(app: &TestApp) -> BTreeSet<(String, String)> {
    let rows = table::scan(&app.engine);
    let of = |sk: &str, pk: &str| {
        rows.iter().find(|row| table::text(row, "sk") == sk && table::text(row, "pk").ends_with(pk))
    };
    let heads = rows.iter().filter(|row| table::text(row, "pk").contains("#BOARD#") && row.contains_key("title"));
    let mut expected = BTreeSet::new();
    for head in heads {
        let (id, (school, board)) = (table::text(head, "id"), table::text(head, "pk").split_once("#BOARD#").unwrap());
        if of(&format!("BOARD#{board}"), "#BOARDS").is_none() || is_hidden(head) {
            continue;
        }
        let body = of("BODY", &format!("#POST#{id}")).unwrap();
        let text = IndexText::of_post(table::text(head, "title"), table::text(body, "content"));
        expected.insert((format!("{school}#INDEXED#{id}"), "INDEXED".to_owned()));
        expected.extend(text.grams().iter().map(|gram| (format!("{school}#GRAM#{gram}"), id.to_owned())));
    }
    expected
}

fn is_hidden(head: &table::StoredRow) -> bool {
    let Some(Stored::M(moderation)) = head.get("moderation") else { return false };
    moderation["state"] != Stored::S("restored".to_owned())
}

/// Asserts that the index has exactly the live posts that are not hidden, and that no change of it is in progress.
#[track_caller]
pub fn is_exact(app: &TestApp, case: &str) {
    let (expected, actual) = (expected_rows(app), index_rows(app));
    let missing: Vec<_> = expected.difference(&actual).collect();
    let left: Vec<_> = actual.difference(&expected).collect();
    assert!(missing.is_empty() && left.is_empty(), "{case}: missing {missing:?}, left {left:?}");
    let changing = table::scan(&app.engine)
        .into_iter()
        .filter(|row| table::text(row, "sk") == "INDEXED" && matches!(row.get("former"), Some(Stored::B(_))));
    assert_eq!(changing.count(), 0, "{case}");
}

/// Delivers records to the posts-stream function. Returns the number of those that failed.
pub async fn deliver(app: &TestApp, records: &[Value]) -> usize {
    let answer = app.posts_stream.handle(serde_json::json!({ "Records": records })).await.unwrap();
    answer["batchItemFailures"].as_array().unwrap().len()
}
