//! Lists in the docs that other tests do not cover: the operations, and the names of tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::guarantees::openapi;
use crate::support::generated;
use crate::support::operations::GROUPS;

/// The lists of operations in the READMEs, a row for each function.
pub fn problems_of_readmes() -> Vec<String> {
    let rows: Vec<_> = GROUPS
        .iter()
        .map(|function| {
            let operations = function.operations.iter().map(|operation| format!("`{}`", operation.name));
            format!("| {} | {} |", function.name, operations.collect::<Vec<_>>().join(", "))
        })
        .collect();
    let begins = |line: &str| line.starts_with(&format!("| {} | `", GROUPS[0].name));
    let held = ["README.md", "README.ko.md"]
        .map(|file| generated::hold_lines(file, begins, |line| line.starts_with('|'), &rows));
    held.into_iter().flatten().collect()
}

#[test]
fn the_readmes_list_every_operation() {
    generated::assert_none(problems_of_readmes());
}

/// The operations that have no row among the access patterns of the data model.
pub fn problems_of_access_patterns() -> Vec<String> {
    let file = "docs/data-model.md";
    let docs = generated::read(file);
    let section = docs.split_once("\n## Access patterns\n").unwrap().1.split("\n## ").next().unwrap();
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let documented: BTreeSet<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let operations = openapi::operations(openapi::document()).into_iter();
    let missing = operations.filter(|(name, _)| !documented.contains(name.as_str()));
    missing.map(|(name, _)| format!("{name}: add its calls to {file}, under Access patterns")).collect()
}

#[test]
fn the_data_model_has_the_access_pattern_of_every_operation() {
    generated::assert_none(problems_of_access_patterns());
}

/// The tests that `docs/security.md` names, by their modules and names as `cargo test` prints them.
fn tests_in_docs() -> BTreeSet<String> {
    let docs = generated::read("docs/security.md");
    let section = docs.split_once("\n## How each is tested\n").unwrap().1.split("\n## ").next().unwrap();
    let quoted = section.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted.filter(|name| name.contains("::") && !name.contains(' ')).map(str::to_owned).collect()
}

/// The files that may contain a test: that of its module, and that of the parent module.
fn files(modules: &[&str]) -> Vec<PathBuf> {
    let (folder, modules) = match modules {
        ["campus_core", rest @ ..] => ("shared/src", rest),
        ["campus_auth", rest @ ..] => ("functions/auth/src", rest),
        ["campus_posts", rest @ ..] => ("functions/posts/src", rest),
        ["campus_timetable", rest @ ..] => ("functions/timetable/src", rest),
        ["campus", rest @ ..] => ("cli/src", rest),
        ["command", rest @ ..] => ("cli/tests/command", rest),
        rest => ("tests/api", rest),
    };
    let path = |modules: &[&str]| generated::path(folder).join(modules.join("/")).with_extension("rs");
    let parent = modules.split_last().map(|(_, parent)| path(parent));
    [path(modules)].into_iter().chain(parent).collect()
}

/// Whether the source has a function with this name, or a line of a macro that begins with it.
fn has_test(source: &str, test: &str) -> bool {
    let is_it = |line: &str| {
        let line = line.trim_start().trim_start_matches("async ");
        [format!("fn {test}("), format!("{test}: "), format!("{test},")].iter().any(|begin| line.starts_with(begin))
    };
    source.lines().any(is_it)
}

#[test]
fn each_test_that_the_docs_name_exists() {
    let named = tests_in_docs();
    assert!(named.len() > 100, "{}", named.len());
    let is_missing = |name: &String| {
        let (modules, test) = name.rsplit_once("::").unwrap();
        let modules: Vec<_> = modules.split("::").collect();
        let mut sources = files(&modules).into_iter().filter_map(|file| fs::read_to_string(file).ok());
        !sources.any(|source| has_test(&source, test))
    };
    let missing: Vec<_> = named.into_iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "docs/security.md names tests that do not exist: {missing:#?}");
}
