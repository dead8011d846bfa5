//! Text that people type: what is allowed in it, and when two pieces of it are the same.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{FieldError, Parse};

/// The form in which names are compared: compatibility-composed (NFKC), without case and without characters that have
/// no ink, so that none of these makes another name. Upper case comes before lower case since only both together make
/// `ß` and `SS`, and all forms of sigma, one.
pub fn fold(text: &str) -> String {
    let visible: String = text.nfkc().filter(|c| !is_ignorable(*c)).collect();
    visible.to_uppercase().to_lowercase().nfkc().collect()
}

/// One line of text such as a name or a title: NFC, trimmed, of `MIN` to `MAX` characters (Unicode scalar values), also
/// in its folded form, which bounds the keys that are made of it. It has no control or direction-changing characters,
/// and of those without ink only what joins and varies emoji; something in it is visible, unless it may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Line<MIN, MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> Parse for Line<MIN, MAX> {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text: String = raw.trim().nfc().collect();
        check_length::<MIN, MAX>(&text)?;
        if text.chars().any(deceives) || !(text.is_empty() || text.chars().any(is_visible)) {
            return Err(FieldError::InvalidCharacters);
        }
        check_length::<0, MAX>(&fold(&text))?;
        Ok(Self(text))
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Line<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text of several lines, kept as it was typed: `MIN` to `MAX` characters (Unicode scalar values), of which one is
/// visible where `MIN` asks for any, and without control characters other than tabs and line ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Prose<MIN, MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first `characters` characters.
    pub fn cut_to(&self, characters: usize) -> String {
        self.0.chars().take(characters).collect()
    }
}

impl<const MIN: usize, const MAX: usize> Parse for Prose<MIN, MAX> {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        check_length::<MIN, MAX>(&raw)?;
        if MIN > 0 && raw.trim().is_empty() {
            return Err(FieldError::TooShort { min: MIN });
        }
        if raw.chars().any(controls) { Err(FieldError::InvalidCharacters) } else { Ok(Self(raw)) }
    }
}

pub(super) fn check_length<const MIN: usize, const MAX: usize>(text: &str) -> Result<(), FieldError> {
    match text.chars().take(MAX.saturating_add(1)).count() {
        length if length < MIN => Err(FieldError::TooShort { min: MIN }),
        length if length > MAX => Err(FieldError::TooLong { max: MAX }),
        _ => Ok(()),
    }
}

/// Characters that no prose may have.
fn controls(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// Characters that no line may have: control characters, line separators, the direction controls of UAX #9, private
/// ones and those that are none, and such as have no ink, but for what joins and varies emoji.
fn deceives(c: char) -> bool {
    let in_emoji = matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}');
    c.is_control()
        || (is_ignorable(c) && !in_emoji)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFF}' | '\u{F0000}'..)
}

/// What [`Line`]s refuse, as ranges of a class of a regular expression (ECMA-262).
pub const REFUSED_IN_LINES: &str = "\
    \\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F-\\u1160\\u17B4-\\u17B5\\u180B-\\u180F\
    \\u200B-\\u200C\\u200E-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uE000-\\uF8FF\
    \\uFDD0-\\uFDEF\\uFEFF\\uFFA0\\uFFF0-\\uFFFF\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\
    \u{E0000}-\u{E0FFF}\u{F0000}-\u{10FFFF}";

/// What [`Prose`] refuses, as ranges of a class of a regular expression.
pub const REFUSED_IN_PROSE: &str = r"\u0000-\u0008\u000B-\u000C\u000E-\u001F\u007F-\u009F";

/// White space, as ranges of a class of a regular expression.
pub const SPACES: &str = r"\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028-\u2029\u202F\u205F\u3000";

/// What a [`Line`] may have without ink but spaces and combining marks, as ranges of a class of a regular expression.
pub const IN_EMOJI: &str = r"\u200D\uFE00-\uFE0F";

/// Whether a character has ink of its own.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_ignorable(c) && !is_combining_mark(c)
}

/// `Default_Ignorable_Code_Point` of Unicode's `DerivedCoreProperties.txt`: what a renderer shows nothing for, the Hangul
/// fillers among it, with which a blank nickname is made.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    type Short = Line<2, 4>;
    type Text = Prose<1, 4>;

    /// The characters of which something holds, as ranges of a class of a regular expression.
    fn class(holds: impl Fn(char) -> bool) -> String {
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut before = None;
        for c in '\0'..=char::MAX {
            if holds(c) {
                match ranges.last_mut() {
                    Some((_, last)) if before == Some(*last) => *last = c,
                    _ => ranges.push((c, c)),
                }
            }
            before = Some(c);
        }
        let written = |c: char| match u16::try_from(c) {
            Ok(unit) => format!("\\u{unit:04X}"),
            Err(_) => c.to_string(),
        };
        let range = |(first, last)| match first == last {
            true => written(first),
            false => format!("{}-{}", written(first), written(last)),
        };
        ranges.into_iter().map(range).collect()
    }

    #[test]
    fn what_is_refused_is_published_as_it_is() {
        assert_eq!(REFUSED_IN_LINES, class(deceives));
        assert_eq!(REFUSED_IN_PROSE, class(controls));
        assert_eq!(SPACES, class(char::is_whitespace));
        assert_eq!(IN_EMOJI, class(|c| is_ignorable(c) && !deceives(c)));
    }

    fn line(raw: &str) -> Result<String, FieldError> {
        Short::parse(raw.to_owned()).map(|line| line.to_string())
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert_eq!(line("가"), Err(FieldError::TooShort { min: 2 }));
        assert_eq!(line("가나다라"), Ok("가나다라".to_owned()));
        assert_eq!(line("가나다라마"), Err(FieldError::TooLong { max: 4 }));
        assert!(Text::parse("🎓🎓🎓🎓".to_owned()).is_ok());
        assert_eq!(Text::parse("🎓🎓🎓🎓🎓".to_owned()), Err(FieldError::TooLong { max: 4 }));
    }

    #[test]
    fn a_line_is_composed_and_trimmed() {
        assert_eq!(line("  \u{1112}\u{1161}\u{11AB}글 "), Ok("한글".to_owned()));
        assert_eq!(line("    "), Err(FieldError::TooShort { min: 2 }));
    }

    #[test]
    fn control_direction_and_invisible_characters_are_refused_in_lines() {
        for c in ['\0', '\n', '\u{7f}', '\u{202E}', '\u{2066}', '\u{200B}', '\u{3164}', '\u{FEFF}'] {
            assert_eq!(line(&format!("a{c}b")), Err(FieldError::InvalidCharacters), "{:?}", c);
        }
    }

    #[test]
    fn joined_and_varied_emoji_are_allowed_in_lines() {
        assert!(Line::<1, 9>::parse("👩\u{200D}🎓 ❤\u{FE0F}".to_owned()).is_ok());
    }

    #[test]
    fn a_line_has_something_to_see() {
        for blank in ["\u{200D}\u{200D}", "\u{FE0F}\u{FE0F}", "\u{0301}\u{0301}"] {
            assert_eq!(line(blank), Err(FieldError::InvalidCharacters), "{blank:?}");
        }
        assert_eq!(line("\u{E000}\u{E001}"), Err(FieldError::InvalidCharacters), "private characters");
        assert!(Line::<0, 4>::parse(String::new()).is_ok());
    }

    #[test]
    fn a_line_is_bounded_in_its_folded_form_as_well() {
        // One character, of eighteen when it is folded.
        assert_eq!(line("\u{FDFA}\u{FDFA}"), Err(FieldError::TooLong { max: 4 }));
    }

    #[test]
    fn what_is_invisible_makes_no_other_name() {
        for other in ["마루\u{200D}", "마\u{FE0F}루", "마루\u{E0100}", "\u{3164}마루"] {
            assert_eq!(fold(other), "마루", "{other:?}");
        }
    }

    #[test]
    fn all_spellings_of_case_are_one() {
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("ΛΣ"), fold("λσ"));
        assert_eq!(fold("λς"), fold("λσ"));
    }

    #[test]
    fn prose_keeps_its_lines_and_spaces() {
        assert_eq!(Text::parse(" a\n\t".to_owned()).map(|text| text.as_str().to_owned()), Ok(" a\n\t".to_owned()));
    }

    #[test]
    fn prose_with_nothing_to_see_counts_as_empty() {
        assert_eq!(Text::parse(" \n ".to_owned()), Err(FieldError::TooShort { min: 1 }));
        assert!(Prose::<0, 4>::parse(String::new()).is_ok());
    }

    #[test]
    fn prose_has_no_control_characters() {
        assert_eq!(Text::parse("a\0".to_owned()), Err(FieldError::InvalidCharacters));
    }

    #[test]
    fn folding_makes_case_width_and_composition_one() {
        for other in ["ｈＯｎｇ", "HONG", "hong"] {
            assert_eq!(fold(other), "hong");
        }
        assert_eq!(fold("\u{1112}\u{1161}\u{11AB}"), fold("한"));
    }
}
