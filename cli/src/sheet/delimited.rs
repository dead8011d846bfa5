//! Text files whose columns are separated by commas, semicolons or tabs.

use anyhow::{Context, Result, bail};

use super::{Cell, Layout, Rows, Unit, count_line_breaks};

/// The separators that files can have.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Reads the rows of a text.
///
/// The separator is the one that `sep=` in the first line names, or the most frequent one in the header.
pub(super) fn read(text: &str, layout: &Layout) -> Result<Rows> {
    let (separator, text, first_line) = match named_separator(text)? {
        Some((separator, rest)) => (separator, rest, 2),
        None => (most_frequent(text, layout.header_row.unwrap_or(1)), text, 1),
    };
    // The caller checks the number of fields, so that it can report all rows with an error.
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut lines = LineCounter { rest: text.as_bytes(), offset: 0, line: first_line };
    let mut rows = Rows::new(Unit::Line);
    let mut last = 0;
    for record in reader.records() {
        let record = record.context("cannot read the file")?;
        let start = record.position().map_or(0, csv::Position::byte);
        last = usize::try_from(start)?;
        let cells = record.iter().map(|field| Cell::Text(field.trim().to_owned())).collect();
        rows.push(lines.line_at(last), cells)?;
    }
    check_quotes(text, last, lines.line)?;
    Ok(rows)
}

/// The separator that the first line names for Excel, such as `sep=;`, and the text after this line.
fn named_separator(text: &str) -> Result<Option<(u8, &str)>> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (first, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let Some(name) = first.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| first.get(4..))
    else {
        return Ok(None);
    };
    let rest = rest.strip_prefix("\r\n").unwrap_or(rest.get(1..).unwrap_or_default());
    match SEPARATORS.into_iter().find(|separator| name.as_bytes() == [*separator]) {
        Some(separator) => Ok(Some((separator, rest))),
        None => bail!("line 1: the separator {name:?} is not a comma, a semicolon or a tab"),
    }
}

/// The most frequent separator in the header, outside quotation marks: the first record with text in or after this line.
fn most_frequent(text: &str, header_line: u64) -> u8 {
    let skipped = usize::try_from(header_line.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut counts = [0_usize; SEPARATORS.len()];
    let (mut is_quoted, mut has_text) = (false, false);
    for byte in text.split_inclusive('\n').skip(skipped).flat_map(str::bytes) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if has_text && !is_quoted => break,
            _ if is_quoted => {}
            byte => {
                for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
                    *count = count.saturating_add(usize::from(byte == separator));
                }
            }
        }
        has_text |= !byte.is_ascii_whitespace();
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let found = counts.iter().zip(SEPARATORS).find(|(count, _)| **count == most);
    found.map_or(b',', |(_, separator)| separator)
}

/// Refuses a quotation mark that is not closed: the rest of the file would be a single field.
fn check_quotes(text: &str, last: usize, line: u64) -> Result<()> {
    let record = text.get(last..).unwrap_or_default().trim();
    if record.matches('"').count() % 2 == 1 && record.contains(['\r', '\n']) {
        bail!("line {line}: a quotation mark is not closed before the end of the file");
    }
    Ok(())
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
