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
        write(file, content);
        return None;
    }
    if current.is_empty() {
        return Some(format!("{file} does not exist: {HOW}"));
    }
    let difference = difference(&current.lines().collect::<Vec<_>>(), &content.lines().collect::<Vec<_>>());
    Some(format!("{file}: {HOW}{difference}"))
}

/// Holds the text between two other texts, in one line of the file. Returns what is wrong, if anything.
pub fn hold_between(file: &str, before: &str, text: &str, after: &str) -> Option<String> {
    let current = read(file);
    let found = current.lines().find_map(|line| line.split_once(before)?.1.split_once(after));
    let Some((found, _)) = found else { return Some(format!("{file}: {before:?} … {after:?} is missing")) };
    if found == text {
        return None;
    }
    if is_blessing() {
        let new = current.replace(&format!("{before}{found}{after}"), &format!("{before}{text}{after}"));
        write(file, &new);
        return None;
    }
    Some(format!("{file} says {found:?} instead of {text:?}: {HOW}"))
}

/// Deletes a file of a generated folder that is not generated. Returns what is wrong, if anything.
pub fn hold_absence(file: &str) -> Option<String> {
    if is_blessing() {
        fs::remove_file(path(file)).unwrap();
        return None;
    }
    Some(format!("{file} belongs to no operation: {HOW}"))
}

/// Holds the lines of a file from the first one that `begins` accepts, as long as `belongs` accepts them. Returns what
/// is wrong, if anything.
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
        write(file, &new.map(|line| format!("{line}\n")).collect::<String>());
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

/// Replaces a file at once, because other tests may be reading it.
fn write(file: &str, text: &str) {
    let temporary = path(&format!("{file}.new"));
    fs::write(&temporary, text).unwrap();
    fs::rename(temporary, path(file)).unwrap();
}

/// Whether generated files are to be written.
pub fn is_blessing() -> bool {
    env::var_os("CAMPUS_BLESS").is_some_and(|value| value == "1")
}

/// The first lines that only one of the two has.
fn difference(current: &[&str], expected: &[&str]) -> String {
    let stale = current.iter().filter(|line| !expected.contains(line)).map(|line| format!("\n  - {line}"));
    let missing = expected.iter().filter(|line| !current.contains(line)).map(|line| format!("\n  + {line}"));
    stale.take(10).chain(missing.take(10)).collect()
}
