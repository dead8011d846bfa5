//! Recognizes common passwords, which attackers try first.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::hangul::keystrokes;

/// The words of `common_passwords.txt`, as keys and letters only, like the passwords that are compared with them.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(|line| without_padding(&typed(line))).collect()
});

/// Whether a password is common, as [`Password`](super::Password) defines it.
pub(super) fn is_common(password: &str) -> bool {
    let typed = typed(password);
    let core = typed.trim_matches(is_padding);
    is_guessable(&typed) || is_padded_word(core) || is_padded_word(&without_leet(core))
}

/// Whether the text is a guessable word with padding in it. A text with more padding than letters counts as random.
fn is_padded_word(core: &str) -> bool {
    let word = without_padding(core);
    core.chars().count() <= 2 * word.chars().count() && is_guessable(&word)
}

/// Whether the word is a single character, is in the list, consists of sequences, or repeats such a word or up to four
/// characters.
fn is_guessable(word: &str) -> bool {
    let unit = repeated_unit(word);
    let has_at_most = |count| unit.chars().nth(count).is_none();
    has_at_most(if unit == word { 1 } else { 4 }) || WORDS.contains(unit) || is_made_of_sequences(unit)
}

/// The keys that type the text, in lower case.
fn typed(text: &str) -> String {
    keystrokes(text).to_lowercase()
}

fn without_padding(text: &str) -> String {
    text.chars().filter(|c| !is_padding(*c)).collect()
}

/// Whether the character is one that users add to a word to satisfy password rules.
fn is_padding(c: char) -> bool {
    c.is_numeric() || c.is_ascii_punctuation() || c.is_whitespace()
}

/// Replaces digits and signs by the letters that they resemble, as in `p@ssw0rd`. Padding at both ends must be removed
/// before.
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

/// The part that the word repeats, such as `abc` for `abcabc`, or the whole word if it repeats nothing.
fn repeated_unit(word: &str) -> &str {
    let divisors = (1..word.len()).filter(|length| word.len().is_multiple_of(*length));
    let units = divisors.filter_map(|length| word.get(..length));
    let mut repeated = units.filter(|unit| unit.repeat(word.len() / unit.len()) == word);
    repeated.next().unwrap_or(word)
}

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz";

/// The sequences that count: the alphabet, and the rows and columns of a QWERTY keyboard.
const SEQUENCES: [&str; 11] =
    [ALPHABET, "qwertyuiop", "asdfghjkl", "zxcvbnm", "qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm"];

/// Whether the word is a part of one sequence, such as `qw` or `qwerty`, or consists of parts of at least three
/// characters, such as `asdfqwer` and `zaqwsx`.
fn is_made_of_sequences(word: &str) -> bool {
    let mut rest = word;
    let lengths = (3..=ALPHABET.len()).rev();
    while let Some((_, after)) =
        lengths.clone().filter_map(|n| rest.split_at_checked(n)).find(|(part, _)| is_sequence(part))
    {
        rest = after;
    }
    rest.is_empty() || is_sequence(word)
}

/// Whether the text is a part of a sequence, forwards or backwards.
fn is_sequence(text: &str) -> bool {
    let backwards: String = text.chars().rev().collect();
    SEQUENCES.iter().any(|sequence| sequence.contains(text) || sequence.contains(&backwards))
}
