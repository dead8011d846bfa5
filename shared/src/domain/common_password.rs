//! Which passwords are among the first that anyone would try.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::hangul::keystrokes;

/// The words of `common_passwords.txt`, reduced like a password.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(|line| letters(&typed(line))).collect()
});

/// Whether a password is common. What counts as common is in the documentation of [`Password`](super::Password).
pub(super) fn is_common(password: &str) -> bool {
    let typed = typed(password);
    let core = typed.trim_matches(is_padding);
    is_guessed(&typed) || is_padded(core) || is_padded(&without_leet(core))
}

/// A word with padding in it. Where that is more than the word, it is rather a random string with few letters.
fn is_padded(core: &str) -> bool {
    let word = letters(core);
    core.chars().count() <= 2 * word.chars().count() && is_guessed(&word)
}

fn is_guessed(word: &str) -> bool {
    let unit = repeated_unit(word);
    let has_at_most = |count| unit.chars().nth(count).is_none();
    has_at_most(if unit == word { 1 } else { 4 }) || WORDS.contains(unit) || is_made_of_runs(unit)
}

fn typed(text: &str) -> String {
    keystrokes(text).to_lowercase()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !is_padding(*c)).collect()
}

/// What people put around a word, or into it, to make it pass as a password.
fn is_padding(c: char) -> bool {
    c.is_numeric() || c.is_ascii_punctuation() || c.is_whitespace()
}

/// Undoes digits and signs that stand for letters, as in `p@ssw0rd`. Not for the ends, where they are rather padding.
fn without_leet(core: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '@' => 'a',
        '$' => 's',
        other => other,
    };
    core.chars().map(letter).collect()
}

/// `abc` for `abcabc`, and the word itself where nothing repeats.
fn repeated_unit(word: &str) -> &str {
    let divisors = (1..word.len()).filter(|length| word.len().is_multiple_of(*length));
    let units = divisors.filter_map(|length| word.get(..length));
    let mut repeated = units.filter(|unit| unit.repeat(word.len() / unit.len()) == word);
    repeated.next().unwrap_or(word)
}

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";

/// Characters that are neighbours in one direction: the alphabet, the rows of QWERTY, and its columns.
const LINES: [&str; 11] =
    [ALPHABET, "qwertyuiop", "asdfghjkl", "zxcvbnm", "qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm"];

/// One run as in `qw` or `qwerty`, or runs of three or more to the end as in `asdfqwer` and `zaqwsx`.
fn is_made_of_runs(word: &str) -> bool {
    let mut rest = word;
    let lengths = (3..=ALPHABET.len()).rev();
    while let Some((_, after)) = lengths.clone().filter_map(|n| rest.split_at_checked(n)).find(|(run, _)| is_run(run)) {
        rest = after;
    }
    rest.is_empty() || is_run(word)
}

fn is_run(text: &str) -> bool {
    let backwards: String = text.chars().rev().collect();
    LINES.iter().any(|line| line.contains(text) || line.contains(&backwards))
}
