//! Text that users enter: which characters and lengths are allowed, and how names are compared.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{FieldError, Parse};

/// Returns the form in which names are compared. Two names are the same if they differ only in case, in Unicode
/// compatibility form (NFKC) or in invisible characters.
///
/// The text is converted to upper case and then to lower case, because only both conversions together make `ß` equal to
/// `SS`, and all forms of sigma equal.
pub fn fold(text: &str) -> String {
    let visible: String = text.nfkc().filter(|c| !is_ignorable(*c)).collect();
    visible.to_uppercase().to_lowercase().nfkc().collect()
}

/// One line of text, such as a name or a title: trimmed, in NFC, with `MIN` to `MAX` characters (Unicode scalar
/// values).
///
/// - The [folded](fold) form also has at most `MAX` characters, which limits the length of keys that contain it.
/// - Control characters, direction-changing characters and most invisible characters are not allowed. The invisible
///   characters of emoji sequences are allowed.
/// - At least one character is visible, unless the text is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SingleLine<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> SingleLine<MIN, MAX> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> Parse for SingleLine<MIN, MAX> {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text: String = raw.trim().nfc().collect();
        check_length::<MIN, MAX>(&text)?;
        if text.chars().any(is_refused_in_line) || !(text.is_empty() || text.chars().any(is_visible)) {
            return Err(FieldError::InvalidCharacters);
        }
        check_length::<0, MAX>(&fold(&text))?;
        Ok(Self(text))
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for SingleLine<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text of one or more lines, stored as it was entered: `MIN` to `MAX` characters (Unicode scalar values), without
/// control characters other than tabs and line breaks. If `MIN` is at least 1, the text must not be only white space.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Prose<MIN, MAX> {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first `characters` characters of the text.
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
        if raw.chars().any(is_refused_in_prose) { Err(FieldError::InvalidCharacters) } else { Ok(Self(raw)) }
    }
}

/// Checks that the text has `MIN` to `MAX` characters (Unicode scalar values).
pub(super) fn check_length<const MIN: usize, const MAX: usize>(text: &str) -> Result<(), FieldError> {
    match text.chars().take(MAX.saturating_add(1)).count() {
        length if length < MIN => Err(FieldError::TooShort { min: MIN }),
        length if length > MAX => Err(FieldError::TooLong { max: MAX }),
        _ => Ok(()),
    }
}

/// Whether [`Prose`] must not contain the character.
fn is_refused_in_prose(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// Whether a [`SingleLine`] must not contain the character: control characters, line separators, direction controls
/// (UAX #9), private-use characters, noncharacters and invisible characters, except the joiner and the variation
/// selectors of emoji sequences.
fn is_refused_in_line(c: char) -> bool {
    let in_emoji = matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}');
    c.is_control()
        || (is_ignorable(c) && !in_emoji)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFF}' | '\u{F0000}'..)
}

/// The characters that [`SingleLine`] refuses, as ranges for a character class of a regular expression (ECMA-262). The
/// OpenAPI document uses them.
pub const REFUSED_IN_LINES: &str = "\
    \\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F-\\u1160\\u17B4-\\u17B5\\u180B-\\u180F\
    \\u200B-\\u200C\\u200E-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u2800\\u3164\\uE000-\\uF8FF\
    \\uFDD0-\\uFDEF\\uFEFF\\uFFA0\\uFFF0-\\uFFFF\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\
    \u{E0000}-\u{E0FFF}\u{F0000}-\u{10FFFF}";

/// The characters that [`Prose`] refuses, as ranges for a character class.
pub const REFUSED_IN_PROSE: &str = r"\u0000-\u0008\u000B-\u000C\u000E-\u001F\u007F-\u009F";

/// White space, as ranges for a character class.
pub const SPACES: &str = r"\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028-\u2029\u202F\u205F\u3000";

/// The invisible characters that a [`SingleLine`] may contain besides spaces and combining marks, as ranges for a
/// character class.
pub const IN_EMOJI: &str = r"\u200D\uFE00-\uFE0F";

/// Whether the character is visible on its own.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_ignorable(c) && !is_combining_mark(c)
}

/// Whether the character is invisible: `Default_Ignorable_Code_Point` in Unicode's `DerivedCoreProperties.txt`. These
/// include the Hangul fillers, from which users could make blank nicknames.
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

    type Short = SingleLine<2, 4>;
    type Text = Prose<1, 4>;

    /// The characters that satisfy the predicate, as ranges for a character class of a regular expression.
    fn class(is_member: impl Fn(char) -> bool) -> String {
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut before = None;
        for c in '\0'..=char::MAX {
            if is_member(c) {
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
    fn the_published_character_classes_match_the_code() {
        assert_eq!(REFUSED_IN_LINES, class(is_refused_in_line));
        assert_eq!(REFUSED_IN_PROSE, class(is_refused_in_prose));
        assert_eq!(SPACES, class(char::is_whitespace));
        assert_eq!(IN_EMOJI, class(|c| is_ignorable(c) && !is_refused_in_line(c)));
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
    fn a_line_is_normalized_to_nfc_and_trimmed() {
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
    fn emoji_sequences_are_allowed_in_lines() {
        assert!(SingleLine::<1, 9>::parse("👩\u{200D}🎓 ❤\u{FE0F}".to_owned()).is_ok());
    }

    #[test]
    fn a_line_has_a_visible_character() {
        for blank in ["\u{200D}\u{200D}", "\u{FE0F}\u{FE0F}", "\u{0301}\u{0301}"] {
            assert_eq!(line(blank), Err(FieldError::InvalidCharacters), "{blank:?}");
        }
        assert_eq!(line("\u{E000}\u{E001}"), Err(FieldError::InvalidCharacters), "private-use characters");
        assert!(SingleLine::<0, 4>::parse(String::new()).is_ok());
    }

    #[test]
    fn the_folded_form_of_a_line_has_the_same_maximum_length() {
        // NFKC turns this character into 18.
        assert_eq!(line("\u{FDFA}\u{FDFA}"), Err(FieldError::TooLong { max: 4 }));
    }

    #[test]
    fn invisible_characters_do_not_make_names_different() {
        for other in ["마루\u{200D}", "마\u{FE0F}루", "마루\u{E0100}", "\u{3164}마루"] {
            assert_eq!(fold(other), "마루", "{other:?}");
        }
    }

    #[test]
    fn upper_and_lower_case_forms_fold_to_the_same_text() {
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("ΛΣ"), fold("λσ"));
        assert_eq!(fold("λς"), fold("λσ"));
    }

    #[test]
    fn prose_keeps_line_breaks_and_surrounding_spaces() {
        assert_eq!(Text::parse(" a\n\t".to_owned()).map(|text| text.as_str().to_owned()), Ok(" a\n\t".to_owned()));
    }

    #[test]
    fn prose_of_only_white_space_counts_as_empty() {
        assert_eq!(Text::parse(" \n ".to_owned()), Err(FieldError::TooShort { min: 1 }));
        assert!(Prose::<0, 4>::parse(String::new()).is_ok());
    }

    #[test]
    fn prose_has_no_control_characters() {
        assert_eq!(Text::parse("a\0".to_owned()), Err(FieldError::InvalidCharacters));
    }

    #[test]
    fn folding_ignores_case_width_and_composition() {
        for other in ["ｈＯｎｇ", "HONG", "hong"] {
            assert_eq!(fold(other), "hong");
        }
        assert_eq!(fold("\u{1112}\u{1161}\u{11AB}"), fold("한"));
    }
}
