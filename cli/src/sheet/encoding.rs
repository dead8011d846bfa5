//! The encoding of a text file.

use std::borrow::Cow;

use anyhow::{Result, bail, ensure};
use encoding_rs::{DecoderResult, EUC_KR, Encoding};

use super::count_line_breaks;

/// How to save a file whose encoding is unclear.
const SAVE_AS: &str = "save it in the spreadsheet program as \"CSV UTF-8 (Comma delimited)\" or as .xlsx";

/// The number of Hangul syllables that make a line certainly UTF-8. Text in CP949 is valid UTF-8 by chance only for a few
/// characters.
const CERTAIN: usize = 3;

/// Decodes the content of a text file: UTF-8 or UTF-16 with a byte order mark, else UTF-8, else CP949, which includes
/// EUC-KR. The result has no byte order mark.
///
/// # Errors
/// If the content is binary, or if a line has another encoding than the others.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let text = decode_as(encoding, bytes.get(mark..).unwrap_or_default());
        return text.map(Cow::Owned).map_err(|line| {
            anyhow::anyhow!("line {line} is not in {}, in which the file begins: {SAVE_AS}", encoding.name())
        });
    }
    ensure!(!bytes.contains(&0), "the file is binary, or in UTF-16 without a byte order mark: {SAVE_AS}");
    let error = match str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let start = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let other = count_line_breaks(start).saturating_add(1);
    if let Some(line) = line_in_utf8(bytes) {
        bail!("line {line} is in UTF-8, and line {other} is not: give all lines the same encoding, or {SAVE_AS}");
    }
    decode_as(EUC_KR, bytes)
        .map(Cow::Owned)
        .map_err(|line| anyhow::anyhow!("line {line} is neither in UTF-8 nor in CP949 (EUC-KR): {SAVE_AS}"))
}

/// Decodes bytes in this encoding.
///
/// # Errors
/// The number of the first line that is not in this encoding.
fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, u64> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let length = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(usize::MAX);
    let mut text = String::with_capacity(length);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        _ => Err(count_line_breaks(text.as_bytes()).saturating_add(1)),
    }
}

/// The number of the first line that is certainly in UTF-8.
fn line_in_utf8(bytes: &[u8]) -> Option<u64> {
    let is_syllable = |c: &char| ('가'..='힣').contains(c);
    let is_certain = |line: &[u8]| {
        let text = str::from_utf8(line).unwrap_or_default();
        text.chars().filter(is_syllable).count() >= CERTAIN
    };
    let line = bytes.split(|byte| *byte == b'\n').position(is_certain)?;
    u64::try_from(line).ok()?.checked_add(1)
}

/// Reads a text file in any of the encodings of [`decode`].
///
/// # Errors
/// If the file cannot be read, is too large, or those of [`decode`].
pub(crate) fn read_text(file: &std::path::Path) -> Result<String> {
    let bytes = super::read_bytes(file)?;
    match decode(&bytes) {
        Ok(text) => Ok(text.into_owned()),
        Err(error) => Err(error.context(file.display().to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "과목,학점\r\n확률과정론,3\r\n뷁똠방각하 韓國,1\r\n";

    fn utf16(order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        format!("\u{FEFF}{TEXT}").encode_utf16().flat_map(order).collect()
    }

    fn cp949(text: &str) -> Vec<u8> {
        let (bytes, _, has_unmappable) = EUC_KR.encode(text);
        assert!(!has_unmappable);
        bytes.into_owned()
    }

    #[test]
    fn every_encoding_in_which_spreadsheet_programs_save_is_decoded() {
        for bytes in [
            TEXT.as_bytes().to_vec(),
            format!("\u{FEFF}{TEXT}").into_bytes(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            cp949(TEXT),
        ] {
            assert_eq!(decode(&bytes).unwrap(), TEXT);
        }
        assert_eq!(decode(b"").unwrap(), "");
        assert_eq!(decode(b"\xC2\xB1\n").unwrap(), "±\n", "what is valid UTF-8 is UTF-8");
    }

    #[test]
    fn a_file_in_two_encodings_is_refused_with_both_lines() {
        for (bytes, message) in [
            (["확률과정론\n".as_bytes(), &cp949("선형대수\n")].concat(), "line 1 is in UTF-8, and line 2 is not"),
            ([&cp949("선형대수\r\n"), "확률과정론\r\n".as_bytes()].concat(), "line 2 is in UTF-8, and line 1 is not"),
            (["\u{FEFF}가\n".as_bytes(), &cp949("나\n")].concat(), "line 2 is not in UTF-8, in which the file begins"),
            ([utf16(u16::to_le_bytes), vec![0]].concat(), "line 4 is not in UTF-16LE"),
            (b"a\n\xB0\xA1\n\xFF\xFF\n".to_vec(), "line 3 is neither in UTF-8 nor in CP949"),
            (b"n\0a\0m\0e\0".to_vec(), "the file is binary, or in UTF-16 without a byte order mark"),
        ] {
            let error = decode(&bytes).unwrap_err().to_string();
            assert!(error.starts_with(message), "{message}: {error}");
        }
    }
}
