//! Text that people type: what is allowed in it, and when two pieces of it are the same.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{FieldError, Parse};

/// The form in which names are compared: compatibility-composed (NFKC) and lower-case, so that neither case nor
/// full-width letters nor decomposed Hangul make another name.
pub fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

/// One line of text such as a name or a title: NFC, trimmed, of `MIN` to `MAX` characters (Unicode scalar values),
/// without control, direction-changing or invisible characters, which make one name look like another.
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
        if text.chars().any(deceives) { Err(FieldError::InvalidCharacters) } else { Ok(Self(text)) }
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
        let refused = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        if raw.chars().any(refused) { Err(FieldError::InvalidCharacters) } else { Ok(Self(raw)) }
    }
}

pub(super) fn check_length<const MIN: usize, const MAX: usize>(text: &str) -> Result<(), FieldError> {
    match text.chars().take(MAX.saturating_add(1)).count() {
        length if length < MIN => Err(FieldError::TooShort { min: MIN }),
        length if length > MAX => Err(FieldError::TooLong { max: MAX }),
        _ => Ok(()),
    }
}

/// Control characters, line separators, the direction controls of UAX #9, and characters that have no ink: zero-width
/// ones and the Hangul fillers, with which a blank nickname is made.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    type Short = Line<2, 4>;
    type Text = Prose<1, 4>;

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
    fn joined_emoji_are_allowed_in_lines() {
        assert!(Line::<1, 9>::parse("👩\u{200D}🎓".to_owned()).is_ok());
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
