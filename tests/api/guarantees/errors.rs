//! The table of problem codes in `docs/errors.md`.

use campus_core::domain::Language;
use campus_core::http::Code;

use crate::support::generated;

#[test]
fn the_docs_list_every_code_with_its_texts() {
    let row = |code: &Code| {
        let (status, word) = (code.status().as_u16(), code.as_str());
        format!("| {status} | `{word}` | {} | {} |", code.detail(Language::English), code.detail(Language::Korean))
    };
    let table: Vec<_> = Code::ALL.iter().map(row).collect();
    let is_row = |line: &str| line.starts_with("| 4") || line.starts_with("| 5");
    generated::assert_none(generated::hold_lines("docs/errors.md", is_row, is_row, &table));
}

#[test]
fn codes_are_distinct_words_in_snake_case() {
    let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Code::ALL.len());
    assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
}
