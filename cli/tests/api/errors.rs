//! The documented table of problem codes.

use campus_core::http::{Code, Language};

const DOCS: &str = include_str!("../../../docs/errors.md");

#[test]
fn the_docs_list_every_code_as_it_is() {
    let table: Vec<String> = Code::ALL
        .iter()
        .map(|code| {
            let (status, word) = (code.status().as_u16(), code.as_str());
            format!("| {status} | `{word}` | {} | {} |", code.detail(Language::English), code.detail(Language::Korean))
        })
        .collect();
    let documented: Vec<&str> =
        DOCS.lines().filter(|line| line.starts_with("| 4") || line.starts_with("| 5")).collect();
    assert!(documented == table, "the docs should say:\n{}\n", table.join("\n"));
}

#[test]
fn codes_are_distinct_words_in_snake_case() {
    let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Code::ALL.len());
    assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
}
