//! Reads the tables of spreadsheet programs: text files such as CSV, and `.xlsx` workbooks. What a file has is checked as a
//! whole, so that nothing is imported from a file with an error.

mod delimited;
mod encoding;
mod workbook;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use campus_core::domain::fold;
use chrono::NaiveDate;

pub(crate) use self::encoding::read_text;
pub(crate) use self::workbook::time_of_day;

/// The maximum size of a file.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
const MAX_ROWS: usize = 100_000;
const MAX_CELLS: usize = 2_000_000;
/// The maximum number of characters in a cell, which is also Excel's.
const MAX_CHARACTERS: usize = 32_767;
/// The number of errors that a message lists.
const MAX_LISTED: usize = 20;

/// Where the table is in a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// The sheet of a workbook. By default the only one with text.
    pub(crate) sheet: Option<String>,
    /// The line or row with the names of the columns. By default the first with text.
    pub(crate) header_row: Option<u64>,
}

/// A table with a header, without the rows that have no text.
pub(crate) struct Sheet {
    pub(crate) unit: Unit,
    header: SheetRow,
    pub(crate) rows: Vec<SheetRow>,
    merged: Vec<MergedCells>,
}

/// What the rows of a file are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A line of a text file, counted as text editors do: empty lines and lines inside quoted fields count.
    Line,
    /// A row of a workbook.
    Row,
}

pub(crate) struct SheetRow {
    /// The number of the row in the file. The first is 1.
    pub(crate) number: u64,
    cells: Vec<Cell>,
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    /// Trimmed text, as the spreadsheet program shows it.
    Text(String),
    /// A date of a workbook, such as `2026-03-02`.
    Date(String),
    /// What is wrong with the cell: a verb phrase, such as `is the error #REF!`.
    Unreadable(String),
}

/// An error in a row: the number of the row, and a message without it.
pub(crate) type RowProblem = (u64, String);

/// A range of merged cells. Only its first cell has a value.
struct MergedCells {
    /// Such as `A2:A4`.
    name: String,
    /// The numbers of the rows.
    rows: RangeInclusive<u64>,
    /// The positions of the columns.
    columns: RangeInclusive<usize>,
}

struct Rows {
    unit: Unit,
    rows: Vec<SheetRow>,
    merged: Vec<MergedCells>,
    cells: usize,
}

impl Sheet {
    /// Reads a file, and passes its table to `parse`.
    ///
    /// # Errors
    /// If the file cannot be read, and the errors of [`parse`](Self::parse) and of `parse`, with the name of the file.
    pub(crate) fn read<T>(file: &Path, layout: &Layout, parse: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let bytes = read_bytes(file)?;
        let parsed = Self::parse(&bytes, layout).and_then(|sheet| parse(&sheet));
        parsed.with_context(|| file.display().to_string())
    }

    /// Parses the content of a file: an `.xlsx` workbook, or text in UTF-8, UTF-16 or CP949 whose columns are separated by
    /// commas, semicolons or tabs.
    ///
    /// # Errors
    /// If the content has another form or is too large. The message says what to do.
    pub(crate) fn parse(bytes: &[u8], layout: &Layout) -> Result<Self> {
        const ZIP: &[u8] = b"PK\x03\x04";
        const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
        ensure!(
            !bytes.starts_with(OLE),
            "the file is an old .xls workbook, or has a password: save it as .xlsx without a password"
        );
        let rows = if bytes.starts_with(ZIP) {
            workbook::read(bytes, layout)?
        } else {
            let text = encoding::decode(bytes)?;
            ensure!(
                !text.trim_start().starts_with('<'),
                "the file is a web page or XML: open it in a spreadsheet program, and save it as .xlsx"
            );
            delimited::read(&text, layout)?
        };
        rows.into_sheet(layout)
    }

    /// The number of columns with a name.
    pub(crate) fn width(&self) -> usize {
        self.header.cells.len()
    }

    /// The header as a row, for a file without a header.
    pub(crate) fn header_row(&self) -> &SheetRow {
        &self.header
    }

    /// The position of a column. Names are compared without regard to case and spaces.
    ///
    /// # Errors
    /// If no column or several columns have this name, or if cells of the column are merged, which lack values.
    pub(crate) fn column(&self, name: &str) -> Result<usize> {
        self.optional_column(name)?.ok_or_else(|| self.missing_column(name))
    }

    /// Like [`column`](Self::column), but `None` if there is no such column.
    pub(crate) fn optional_column(&self, name: &str) -> Result<Option<usize>> {
        let name = name_key(name);
        let names = self.header.cells.iter().enumerate();
        let mut found = names.filter(|(_, cell)| cell.as_text().is_some_and(|text| name_key(text) == name));
        match (found.next(), found.next()) {
            (Some((first, cell)), Some((second, _))) => bail!(
                "{} {}: columns {} and {} have the same name {}",
                self.unit,
                self.header.number,
                first.saturating_add(1),
                second.saturating_add(1),
                cell.as_text().unwrap_or_default()
            ),
            (Some((position, cell)), None) => {
                self.check_merged(position, cell.as_text().unwrap_or_default())?;
                Ok(Some(position))
            }
            (None, _) => Ok(None),
        }
    }

    /// Checks that no text of the column is in merged cells.
    fn check_merged(&self, position: usize, name: &str) -> Result<()> {
        let has_text = |merged: &&MergedCells| {
            let first = self.rows.binary_search_by_key(merged.rows.start(), |row| row.number).ok();
            let cell = first.and_then(|index| self.rows.get(index)?.cells.get(*merged.columns.start()));
            cell.is_some_and(|cell| !cell.is_empty())
        };
        match self.merged.iter().filter(|merged| merged.columns.contains(&position)).find(has_text) {
            None => Ok(()),
            Some(MergedCells { name: range, .. }) => bail!(
                "column {name} has merged cells, such as {range}. Only the first cell of them has a value: unmerge them, \
                 and fill the others"
            ),
        }
    }

    fn missing_column(&self, name: &str) -> anyhow::Error {
        let (unit, number) = (self.unit, self.header.number);
        if self.merged.iter().any(|merged| merged.rows.contains(&number)) {
            return anyhow::anyhow!(
                "{unit} {number}: there is no column {name}. The {unit} has merged cells: keep one row with the names of \
                 the columns"
            );
        }
        let names: Vec<&str> = self.header.cells.iter().filter_map(Cell::as_text).collect();
        match names.join(", ") {
            names if names.is_empty() => anyhow::anyhow!("{unit} {number}: there is no column {name}"),
            names => anyhow::anyhow!("{unit} {number}: there is no column {name}, only {names}"),
        }
    }

    /// Parses rows, such as all [`rows`](Self::rows).
    ///
    /// # Errors
    /// The errors of all rows, in a message that begins with `outcome`, such as "nothing is imported".
    pub(crate) fn parse_rows<'a, T>(
        &self,
        outcome: &str,
        rows: impl IntoIterator<Item = &'a SheetRow>,
        mut parse: impl FnMut(&SheetRow) -> Result<T, String>,
    ) -> Result<Vec<T>> {
        let (mut parsed, mut problems) = (Vec::new(), Vec::new());
        for row in rows {
            match self.check_width(row).and_then(|()| parse(row)) {
                Ok(value) => parsed.push(value),
                Err(problem) => problems.push((row.number, format!("refused: {problem}"))),
            }
        }
        self.refuse(outcome, &problems)?;
        Ok(parsed)
    }

    /// Parses all rows. `name_of` returns the name of a row that no other row may have, in the column `name`.
    ///
    /// # Errors
    /// Those of [`parse_rows`](Self::parse_rows).
    pub(crate) fn parse_named_rows<T>(
        &self,
        outcome: &str,
        parse: impl Fn(&SheetRow) -> Result<T, String>,
        name_of: impl Fn(&T) -> &str,
    ) -> Result<Vec<T>> {
        let mut numbers: HashMap<String, u64> = HashMap::new();
        self.parse_rows(outcome, &self.rows, |row| {
            let value = parse(row)?;
            match numbers.entry(fold(name_of(&value))) {
                Entry::Vacant(vacant) => {
                    vacant.insert(row.number);
                    Ok(value)
                }
                Entry::Occupied(first) => {
                    Err(format!("column name: {} is in {} {} already", name_of(&value), self.unit, first.get()))
                }
            }
        })
    }

    /// Checks that the row has as many cells as the header. More are allowed if they are empty.
    ///
    /// # Errors
    /// A message without the row.
    fn check_width(&self, row: &SheetRow) -> Result<(), String> {
        let (found, expected) = (row.cells.len(), self.width());
        let has_more = row.cells.iter().skip(expected).any(|cell| !cell.is_empty());
        // A workbook does not store the empty cells at the end of a row.
        if has_more || (found < expected && self.unit == Unit::Line) {
            return Err(format!("it has {found} fields, and the header has {expected}"));
        }
        Ok(())
    }

    /// Returns an error that begins with `outcome`, and lists the first problems and their number, if there are any.
    fn refuse(&self, outcome: &str, problems: &[RowProblem]) -> Result<()> {
        if problems.is_empty() {
            return Ok(());
        }
        let (unit, count) = (self.unit, problems.len());
        let listed = problems.iter().take(MAX_LISTED).map(|(number, problem)| format!("\n{unit} {number}: {problem}"));
        let mut message = format!("{outcome}:{}", listed.collect::<String>());
        if count > MAX_LISTED {
            message.push_str(&format!("\nThese are the first {MAX_LISTED} of {count} errors."));
        }
        bail!(message)
    }
}

impl SheetRow {
    /// The trimmed text of a cell, empty if the row has no such cell. `column` is the name of the column in messages.
    ///
    /// # Errors
    /// What is wrong with the cell, without the row.
    pub(crate) fn field(&self, column: &str, position: usize) -> Result<&str, String> {
        match self.cells.get(position) {
            None => Ok(""),
            Some(Cell::Text(text)) => Ok(text),
            // Spreadsheet programs make a date of a section such as 1-2.
            Some(Cell::Date(date)) => Err(format!(
                "column {column}: the cell is the date {date}: format the column as text, and enter the value again"
            )),
            Some(Cell::Unreadable(reason)) => Err(format!("column {column}: the cell {reason}")),
        }
    }

    /// A date such as `2026-03-02`.
    ///
    /// # Errors
    /// If the cell has another content: a message without the row.
    pub(crate) fn date(&self, column: &str, position: usize) -> Result<NaiveDate, String> {
        let text = match self.cells.get(position) {
            Some(Cell::Date(date)) => date,
            _ => self.field(column, position)?,
        };
        text.parse().or(Err(format!("column {column}: {text:?} is not a date such as 2026-10-09")))
    }
}

impl Cell {
    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Date(_) | Self::Unreadable(_) => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.as_text() == Some("")
    }
}

impl Rows {
    fn new(unit: Unit) -> Self {
        Self { unit, rows: Vec::new(), merged: Vec::new(), cells: 0 }
    }

    /// Adds a row, unless it has no text.
    ///
    /// # Errors
    /// If the file has too many rows or cells, or a cell is too long.
    fn push(&mut self, number: u64, mut cells: Vec<Cell>) -> Result<()> {
        let unit = self.unit;
        if cells.iter().any(|cell| cell.as_text().is_some_and(|text| text.chars().nth(MAX_CHARACTERS).is_some())) {
            bail!("{unit} {number}: a field has more than {MAX_CHARACTERS} characters. Is a quotation mark missing?");
        }
        if cells.iter().all(Cell::is_empty) {
            return Ok(());
        }
        cells.shrink_to_fit();
        self.cells = self.cells.saturating_add(cells.len());
        self.rows.push(SheetRow { number, cells });
        ensure!(self.rows.len() <= MAX_ROWS, "the file has more than {MAX_ROWS} rows: split it");
        ensure!(self.cells <= MAX_CELLS, "the file has more than {MAX_CELLS} cells: split it");
        Ok(())
    }

    fn into_sheet(self, layout: &Layout) -> Result<Sheet> {
        let Self { unit, rows, merged, .. } = self;
        let mut rows = rows.into_iter();
        let mut header = match layout.header_row {
            Some(number) => {
                let header = rows.find(|row| row.number >= number).filter(|row| row.number == number);
                header.with_context(|| format!("{unit} {number}, the header_row of the mapping, has no text"))?
            }
            None => rows.next().unwrap_or(SheetRow { number: 1, cells: Vec::new() }),
        };
        while header.cells.pop_if(|cell| cell.is_empty()).is_some() {}
        Ok(Sheet { unit, rows: rows.collect(), merged, header })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "line",
            Self::Row => "row",
        })
    }
}

/// The form in which names of columns are compared. Spreadsheets have spaces and line breaks in them.
fn name_key(name: &str) -> String {
    fold(&name.split_whitespace().collect::<String>())
}

/// Reads a file.
///
/// # Errors
/// If the file cannot be read or is too large.
fn read_bytes(file: &Path) -> Result<Vec<u8>> {
    let name = file.display();
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MAX_BYTES.saturating_add(1)).read_to_end(&mut bytes));
    let length = u64::try_from(read.with_context(|| format!("cannot read {name}"))?)?;
    ensure!(length <= MAX_BYTES, "{name} has more than {} MiB: split it", MAX_BYTES / 1024 / 1024);
    Ok(bytes)
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
mod tests;
