//! Files, and parts of files, that tests generate. A test fails if one of them differs from what is generated. With
//! `CAMPUS_BLESS=1` in the environment, which `cargo xtask bless` sets, the test writes it instead.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const HOW: &str = "run `cargo xtask bless`";

/// A path in the repository.
pub fn path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The text of a file in the repository; empty if there is none.
pub fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_default()
}

/// Holds a whole file. Returns what is wrong, if anything.
pub fn hold_file(file: &str, content: &str) -> Option<String> {
    let current = read(file);
    if current == content {
        return None;
    }
    if is_blessing() {
        fs::write(path(file), content).unwrap();
        return None;
    }
    if current.is_empty() {
        return Some(format!("{file} does not exist: {HOW}"));
    }
    let difference = difference(&current.lines().collect::<Vec<_>>(), &content.lines().collect::<Vec<_>>());
    Some(format!("{file}: {HOW}{difference}"))
}

/// Deletes a generated file that is no longer generated. Returns what is wrong, if anything.
pub fn hold_absence(file: &str) -> Option<String> {
    if is_blessing() {
        fs::remove_file(path(file)).unwrap();
        return None;
    }
    Some(format!("{file} is not generated any more: {HOW}"))
}

/// Holds the lines of a file from the first one that `begins` accepts, as long as `belongs` accepts them. Returns what is
/// wrong, if anything.
pub fn hold_lines(
    file: &str,
    begins: impl Fn(&str) -> bool,
    belongs: impl Fn(&str) -> bool,
    lines: &[String],
) -> Option<String> {
    let text = read(file);
    let all: Vec<&str> = text.lines().collect();
    let Some(start) = all.iter().position(|line| begins(line)) else {
        return Some(format!("{file}: the generated lines have no place"));
    };
    let end = start + all[start..].iter().take_while(|line| belongs(line)).count();
    if all[start..end] == *lines {
        return None;
    }
    if is_blessing() {
        let new =
            all[..start].iter().copied().chain(lines.iter().map(String::as_str)).chain(all[end..].iter().copied());
        fs::write(path(file), new.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        return None;
    }
    let expected: Vec<&str> = lines.iter().map(String::as_str).collect();
    Some(format!("{file}: {HOW}{}", difference(&all[start..end], &expected)))
}

/// Asserts that nothing is wrong.
#[track_caller]
pub fn assert_none(problems: impl IntoIterator<Item = String>) {
    let problems: Vec<_> = problems.into_iter().collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn is_blessing() -> bool {
    env::var_os("CAMPUS_BLESS").is_some_and(|value| value == "1")
}

/// The first lines that only one of the two has.
fn difference(current: &[&str], expected: &[&str]) -> String {
    let stale = current.iter().filter(|line| !expected.contains(line)).map(|line| format!("\n  - {line}"));
    let missing = expected.iter().filter(|line| !current.contains(line)).map(|line| format!("\n  + {line}"));
    stale.take(10).chain(missing.take(10)).collect()
}
