//! Reads CSV files as spreadsheet programs write them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use csv::StringRecord;

/// How to save a file that is not CSV in UTF-8.
const SAVE_AS: &str = "save it in the spreadsheet program as \"CSV UTF-8 (Comma delimited)\"";

/// The rows of a CSV file in UTF-8, without those that have no text.
pub(crate) struct CsvFile {
    /// The names of the columns.
    pub(crate) header: StringRecord,
    header_line: u64,
    pub(crate) rows: Vec<CsvRow>,
}

pub(crate) struct CsvRow {
    /// The number of the line in which the row begins, as text editors show it: the first line is 1, and empty lines and
    /// lines inside quoted fields count.
    pub(crate) line: u64,
    fields: StringRecord,
}

impl CsvFile {
    /// Reads a whole file.
    ///
    /// # Errors
    /// If the file cannot be read, or is not CSV in UTF-8. The message says what to do.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&bytes).with_context(|| file.display().to_string())
    }

    /// Parses the content of a file.
    ///
    /// # Errors
    /// If the content is not CSV in UTF-8. The message says what to do.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let text = decode(bytes)?;
        if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep=")) {
            bail!(
                "line 1: only Excel understands a line such as `sep=,`. Delete the line, and separate the columns by commas"
            );
        }
        // The caller checks the number of fields, so that it can report all rows with an error.
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut lines = LineCounter { rest: text.as_bytes(), offset: 0, line: 1 };
        let mut rows = Vec::new();
        for record in reader.records() {
            let fields = record.context("cannot read the file")?;
            let start = fields.position().map_or(0, csv::Position::byte);
            let line = lines.line_at(usize::try_from(start)?);
            if fields.iter().any(|field| !field.trim().is_empty()) {
                rows.push(CsvRow { line, fields });
            }
        }
        let mut rows = rows.into_iter();
        let mut header = rows.next().unwrap_or(CsvRow { line: 1, fields: StringRecord::new() });
        header.fields.trim();
        Ok(Self { header: header.fields, header_line: header.line, rows: rows.collect() })
    }

    /// The header as a row, for a file without a header.
    pub(crate) fn header_row(&self) -> CsvRow {
        CsvRow { line: self.header_line, fields: self.header.clone() }
    }

    /// The error that a file without this column has.
    pub(crate) fn missing_column(&self, column: &str) -> anyhow::Error {
        let line = self.header_line;
        let has_column = |separator: char| {
            let mut names = self.header.iter().flat_map(|field| field.split(separator));
            names.any(|name| name.trim_matches(['"', ' ']) == column)
        };
        let separators = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];
        match separators.into_iter().find(|(separator, _)| has_column(*separator)) {
            Some((_, name)) => {
                anyhow::anyhow!("line {line}: the columns are separated by {name}, not by commas: {SAVE_AS}")
            }
            None => anyhow::anyhow!("line {line}: there is no column {column}"),
        }
    }

    /// Checks that the row has as many fields as the header. More fields are allowed if they are empty.
    ///
    /// # Errors
    /// A message without the line.
    pub(crate) fn check_fields(&self, row: &CsvRow) -> Result<(), String> {
        let (found, expected) = (row.fields.len(), self.header.len());
        let has_more = row.fields.iter().skip(expected).any(|field| !field.trim().is_empty());
        if found < expected || has_more {
            return Err(format!("it has {found} fields, and the header has {expected}"));
        }
        Ok(())
    }
}

impl CsvRow {
    /// The field at this position, if the row has so many fields.
    pub(crate) fn field(&self, position: usize) -> Option<&str> {
        self.fields.get(position)
    }
}

/// The text of a file, without the byte order mark that spreadsheet programs write.
fn decode(bytes: &[u8]) -> Result<&str> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
    if bytes.starts_with(ZIP) || bytes.starts_with(OLE) {
        bail!("the file is a spreadsheet, not CSV: {SAVE_AS}");
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.contains(&0) {
        bail!("the file is in UTF-16, not in UTF-8: {SAVE_AS}");
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let start = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = count_line_breaks(start).saturating_add(1);
        anyhow::anyhow!(
            "line {line} is not in UTF-8. The file is probably in CP949 (EUC-KR): {SAVE_AS}, or convert it with \
             `iconv -f CP949 -t UTF-8`"
        )
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Converts positions in a text to line numbers. The CSV reader does not count the lines between two records.
struct LineCounter<'a> {
    /// The text after the last position.
    rest: &'a [u8],
    offset: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// The line of the first character at or after the position that is not a line break. Positions increase.
    fn line_at(&mut self, position: usize) -> u64 {
        let skipped = position.saturating_sub(self.offset).min(self.rest.len());
        let breaks = self.rest.iter().skip(skipped).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (before, rest) = self.rest.split_at(skipped.saturating_add(breaks));
        self.line = self.line.saturating_add(count_line_breaks(before));
        self.offset = self.offset.saturating_add(before.len());
        self.rest = rest;
        self.line
    }
}

/// The number of line breaks: CRLF, LF or CR.
fn count_line_breaks(text: &[u8]) -> u64 {
    let next = text.iter().skip(1).map(Some).chain([None]);
    let breaks = text.iter().zip(next).filter(|(byte, next)| match byte {
        b'\n' => true,
        b'\r' => *next != Some(&b'\n'),
        _ => false,
    });
    u64::try_from(breaks.count()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u64, String)> {
        let file = CsvFile::parse(text.as_bytes()).unwrap();
        file.rows.iter().map(|row| (row.line, row.field(0).unwrap().to_owned())).collect()
    }

    fn error(bytes: &[u8]) -> String {
        match CsvFile::parse(bytes) {
            Ok(file) => file.missing_column("name").to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn rows_have_the_line_numbers_of_a_text_editor() {
        let text = "name,x\na,1\n\n\nb,\"2\n3\n\"\n   \nc,4\n,\nd,5";
        let expected: Vec<_> =
            [(2, "a"), (5, "b"), (9, "c"), (11, "d")].map(|(line, name)| (line, name.to_owned())).into();
        for end in ["\n", "\r\n", "\r"] {
            for start in ["", "\u{FEFF}"] {
                assert_eq!(lines(&format!("{start}{}", text.replace('\n', end))), expected, "{end:?}");
            }
        }
        let shifted: Vec<_> = expected.iter().map(|(line, name)| (line + 2, name.clone())).collect();
        assert_eq!(lines(&format!("\r\n\r\n{}", text.replace('\n', "\r\n"))), shifted);
    }

    #[test]
    fn rows_without_text_are_ignored() {
        assert_eq!(lines("name,x\na,\n,\n , \n\"\",\n,,,\n"), [(2, "a".to_owned())]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn a_row_has_the_fields_of_the_header_and_may_have_empty_ones_after_them() {
        let file = CsvFile::parse(b"name,x\na,1\na,1,, \na\na,1,2").unwrap();
        let checked: Vec<_> = file.rows.iter().map(|row| file.check_fields(row).is_ok()).collect();
        assert_eq!(checked, [true, true, false, false]);
    }

    #[test]
    fn a_file_of_another_form_has_an_error_that_says_what_to_do() {
        let utf16 =
            |order: fn(u16) -> [u8; 2]| "\u{FEFF}name,x\n가,\n".encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for (bytes, expected) in [
            (utf16(u16::to_le_bytes), "the file is in UTF-16"),
            (utf16(u16::to_be_bytes), "the file is in UTF-16"),
            (b"n\0a\0m\0e\0".to_vec(), "the file is in UTF-16"),
            (b"name,x\r\na,\r\n\xB0\xA1,\r\n".to_vec(), "line 3 is not in UTF-8. The file is probably in CP949"),
            (b"PK\x03\x04x".to_vec(), "the file is a spreadsheet"),
            (b"\xD0\xCF\x11\xE0x".to_vec(), "the file is a spreadsheet"),
            (b"name;x\na;b\n".to_vec(), "line 1: the columns are separated by semicolons"),
            (b"\"x\";\"name\"\na;b\n".to_vec(), "line 1: the columns are separated by semicolons"),
            (b"\nname\tx\na\tb\n".to_vec(), "line 2: the columns are separated by tabs"),
            (b"x,y\n".to_vec(), "line 1: there is no column name"),
            (b"".to_vec(), "line 1: there is no column name"),
        ] {
            assert!(error(&bytes).starts_with(expected), "{}", error(&bytes));
        }
        for bytes in ["sep=,\r\nname,x\r\n", "\u{FEFF}SEP=;\nname;x\n"] {
            assert!(error(bytes.as_bytes()).contains("`sep=,`. Delete the line"));
        }
    }
}
