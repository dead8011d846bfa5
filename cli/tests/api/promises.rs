//! The docs say which test holds what they promise: each of these tests is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const DOCS: &str = include_str!("../../../docs/security.md");

/// The tests that the docs name, as `cargo test` does: by module and name.
fn named() -> BTreeSet<&'static str> {
    let (_, section) = DOCS.split_once("\n## How each is tested\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let quoted = section.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted.filter(|name| name.contains("::") && !name.contains(' ')).collect()
}

/// The files in which a test may stand: that of its module, or that of the module around it.
fn files(modules: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = match modules {
        ["campus_core", rest @ ..] => (root.join("shared/src"), rest),
        ["campus_auth", rest @ ..] => (root.join("functions/auth/src"), rest),
        ["campus_timetable", rest @ ..] => (root.join("functions/timetable/src"), rest),
        ["campus", rest @ ..] => (root.join("cli/src"), rest),
        rest => (root.join("cli/tests/api"), rest),
    };
    let (folder, modules) = root;
    let path = |modules: &[&str]| folder.join(modules.join("/")).with_extension("rs");
    let around = modules.split_last().map(|(_, around)| path(around));
    [path(modules)].into_iter().chain(around).collect()
}

/// Whether the source has such a test, which a macro may make of a line that begins with its name.
fn has(source: &str, test: &str) -> bool {
    let is_it = |line: &str| {
        let line = line.trim_start().trim_start_matches("async ");
        [format!("fn {test}("), format!("{test}: "), format!("{test}, ")].iter().any(|begin| line.starts_with(begin))
    };
    source.lines().any(is_it)
}

#[test]
fn each_test_that_the_docs_name_is_there() {
    let named = named();
    assert!(named.len() > 100, "{}", named.len());
    let missing: Vec<_> = named
        .into_iter()
        .filter(|name| {
            let (modules, test) = name.rsplit_once("::").unwrap();
            let modules: Vec<_> = modules.split("::").collect();
            let sources = files(&modules).into_iter().filter_map(|file| fs::read_to_string(file).ok());
            !sources.into_iter().any(|source| has(&source, test))
        })
        .collect();
    assert!(missing.is_empty(), "tests that docs/security.md names and that are not there: {missing:#?}");
}
