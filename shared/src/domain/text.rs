//! Text that users enter: which characters and lengths are allowed, and how names are compared.

mod invisible;

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_script::{Script, ScriptExtension, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

pub(super) use self::invisible::is_ignorable;
use self::invisible::without_invisible;
use super::{FieldError, Parse};

/// How many combining marks without a width of their own may stand on a character, as vowels and tones of Thai do.
const MAX_MARKS: usize = 4;

/// The scripts that have letters of the same look.
const LOOK_ALIKE: [Script; 7] =
    [Script::Latin, Script::Greek, Script::Cyrillic, Script::Armenian, Script::Cherokee, Script::Coptic, Script::Lisu];

/// Returns the form in which names are compared. Two names are the same if they differ only in case, in Unicode
/// compatibility form (NFKC) or in invisible characters.
///
/// The text is converted to upper case and then to lower case, because only both conversions together make `ß` equal to
/// `SS`, and all forms of sigma equal.
pub fn fold(text: &str) -> String {
    let visible: String = text.nfkc().filter(|c| !is_ignorable(*c)).collect();
    visible.to_uppercase().to_lowercase().nfkc().collect()
}

/// The [folded](fold) text without white space, for searches: Korean is written with and without spaces.
pub fn fold_without_spaces(text: &str) -> String {
    fold(text).split_whitespace().collect()
}

/// One line of text, such as a name or a title: in NFC, trimmed, without invisible characters except in emoji, with
/// `MIN` to `MAX` characters (Unicode scalar values).
///
/// - The [folded](fold) form also has at most `MAX` characters, which limits the length of keys that contain it.
/// - Control characters and characters that change the text direction are not allowed.
/// - At least one character is visible, unless the text is empty.
/// - Combining marks follow the character that they mark, which has at most 4 without a width of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SingleLine<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> SingleLine<MIN, MAX> {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Like [`parse`](Parse::parse), but if the text is too long, cuts it to at most `MAX` characters with an ellipsis at
    /// the end. Returns the text, and whether it was cut.
    ///
    /// # Errors
    /// Those of [`parse`](Parse::parse), except [`FieldError::TooLong`].
    pub fn parse_or_cut(raw: &str) -> Result<(Self, bool), FieldError> {
        let mut characters = MAX;
        let mut parsed = Self::parse(raw.to_owned());
        let is_cut = matches!(parsed, Err(FieldError::TooLong { .. }));
        let text = normalized_line(raw);
        // Each step leaves out another character, because the folded text can be longer.
        while matches!(parsed, Err(FieldError::TooLong { .. })) && characters > 0 {
            characters = characters.saturating_sub(1);
            parsed = Self::parse(format!("{}…", cut(&text, characters).trim_end()));
        }
        parsed.map(|line| (line, is_cut))
    }
}

impl<const MIN: usize, const MAX: usize> Parse for SingleLine<MIN, MAX> {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text = normalized_line(&raw);
        if MIN > 0 && text.is_empty() && !raw.trim().is_empty() {
            return Err(FieldError::InvalidCharacters);
        }
        check_length::<MIN, MAX>(&text)?;
        let begins_with_mark = text.chars().next().is_some_and(is_combining_mark);
        let is_blank = !text.is_empty() && !text.chars().any(is_visible);
        if begins_with_mark || is_blank || has_many_marks(&text) || text.chars().any(is_refused_in_line) {
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

/// A [`SingleLine`] by which users recognize something: it does not mix scripts that have letters of the same look, such as
/// Latin and Cyrillic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name<const MIN: usize, const MAX: usize>(SingleLine<MIN, MAX>);

impl<const MIN: usize, const MAX: usize> Name<MIN, MAX> {
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<const MIN: usize, const MAX: usize> Parse for Name<MIN, MAX> {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let line = SingleLine::parse(raw)?;
        if mixes_scripts(line.as_str()) { Err(FieldError::MixedScripts) } else { Ok(Self(line)) }
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Name<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Text of one or more lines, in NFC: `MIN` to `MAX` characters (Unicode scalar values), without control characters other
/// than tabs and line breaks, without characters that change the text direction, and with at most 4 combining marks without
/// a width of their own on a character. Vertical tabs and form feeds, which presentation programs and word processors
/// use as line breaks, become line breaks. If `MIN` is at least 1, at least one character is visible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Prose<MIN, MAX> {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The beginning of the text: at most this many characters, without half of an emoji or of another
    /// [grapheme cluster](https://unicode.org/reports/tr29/).
    pub fn cut_to(&self, characters: usize) -> String {
        cut(&self.0, characters)
    }
}

impl<const MIN: usize, const MAX: usize> Parse for Prose<MIN, MAX> {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let text: String = raw.chars().map(|c| if matches!(c, '\u{B}' | '\u{C}') { '\n' } else { c }).nfc().collect();
        check_length::<MIN, MAX>(&text)?;
        if has_many_marks(&text) || text.chars().any(is_refused_in_prose) {
            return Err(FieldError::InvalidCharacters);
        }
        if MIN > 0 && !text.chars().any(is_visible) {
            return Err(FieldError::TooShort { min: MIN });
        }
        Ok(Self(text))
    }
}

/// The text of a [`SingleLine`], before its length and its characters are checked.
fn normalized_line(raw: &str) -> String {
    without_invisible(raw).trim().nfc().collect()
}

/// The beginning of the text, at most this many characters, that ends between grapheme clusters. If the first cluster is
/// longer than that, it is cut.
fn cut(text: &str, characters: usize) -> String {
    let mut left = characters;
    let fits = |cluster: &&str| {
        let rest = left.checked_sub(cluster.chars().count());
        left = rest.unwrap_or_default();
        rest.is_some()
    };
    let whole: String = text.graphemes(true).take_while(fits).collect();
    if whole.is_empty() { text.chars().take(characters).collect() } else { whole }
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
    is_direction_control(c) || c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// Whether more than [`MAX_MARKS`] marks without a width of their own are on a character, so that they cover other lines.
/// Invisible characters and marks with a width between them make no difference.
fn has_many_marks(text: &str) -> bool {
    let mut marks = 0_usize;
    text.chars().any(|c| {
        marks = match c.general_category() {
            _ if is_ignorable(c) => marks,
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => marks.saturating_add(1),
            GeneralCategory::SpacingMark => marks,
            _ => 0,
        };
        marks > MAX_MARKS
    })
}

/// Whether the text has letters of more than one of the scripts that look alike.
fn mixes_scripts(text: &str) -> bool {
    let has = |letter: &ScriptExtension, script: &Script| letter.contains_script(*script);
    let scripts = text.chars().map(|c| c.script_extension());
    let letters: Vec<_> = scripts.filter(|letter| LOOK_ALIKE.iter().any(|script| has(letter, script))).collect();
    !LOOK_ALIKE.iter().any(|script| letters.iter().all(|letter| has(letter, script)))
}

/// Whether a [`SingleLine`] must not contain the character: control characters, line separators, direction controls
/// (UAX #9) that embed, override or isolate, blank Braille patterns, private-use characters and noncharacters.
fn is_refused_in_line(c: char) -> bool {
    c.is_control()
        || is_direction_control(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}')
        || matches!(c, '\u{FFF9}'..='\u{FFFF}' | '\u{F0000}'..)
}

/// Whether the character embeds, overrides or isolates a text direction.
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether the character is visible on its own.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_ignorable(c) && !is_combining_mark(c) && c != '\u{2800}'
}

#[cfg(test)]
mod tests;
