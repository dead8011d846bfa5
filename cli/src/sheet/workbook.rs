//! `.xlsx` workbooks.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{Cell, Layout, MAX_CELLS, MergedCells, Rows, Unit};

/// The maximum size of all parts of a workbook, unpacked. A workbook of 8,000 lectures has 8 MiB.
const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
/// The maximum size of a part that is read as a whole, such as the table of texts. Sheets are read cell by cell.
const MAX_PART: u64 = 16 * 1024 * 1024;
/// The maximum number of columns.
const MAX_COLUMNS: usize = 256;
const BROKEN: &str =
    "the file is not a workbook that can be read: open it in a spreadsheet program, and save it as .xlsx";
const MINUTES_OF_DAY: f64 = 24.0 * 60.0;

/// What the number formats of cells that are not general do to the zeros of a number.
#[derive(Clone)]
enum NumberFormat {
    /// Adds leading zeros up to this number of digits, such as `000`.
    Digits(usize),
    /// Adds zeros and other characters, such as `0000-00`: the code of the format.
    Other(Rc<str>),
}

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads the rows of a sheet. Formulas have the value that the spreadsheet program has stored.
pub(super) fn read(bytes: &[u8], layout: &Layout) -> Result<Rows> {
    check_size(bytes)?;
    let mut workbook = Workbook::new(Cursor::new(bytes)).context(BROKEN)?;
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (names, is_visible): (Vec<String>, Vec<bool>) =
        sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).unzip();
    if let Some(wanted) = &layout.sheet {
        ensure!(names.contains(wanted), "there is no sheet {wanted}, only {}", names.join(", "));
        return read_sheet(&mut workbook, wanted);
    }
    let mut found: Option<(String, Rows)> = None;
    for (name, _) in names.into_iter().zip(is_visible).filter(|(_, is_visible)| *is_visible) {
        let rows = read_sheet(&mut workbook, &name)?;
        if rows.rows.is_empty() {
            continue;
        }
        if let Some((first, _)) = &found {
            bail!(
                "the sheets {first} and {name} both have text: keep only one of them, or name it in the mapping, if there \
                 is one (`sheet = \"{first}\"`)"
            );
        }
        found = Some((name, rows));
    }
    Ok(found.map_or_else(|| Rows::new(Unit::Row), |(_, rows)| rows))
}

/// Unpacks all parts without keeping them, because the sizes that a file declares can be wrong.
fn check_size(bytes: &[u8]) -> Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).context(BROKEN)?;
    let mut total = 0_u64;
    for number in 0..archive.len() {
        let part = archive.by_index(number).context(BROKEN)?;
        let name = part.name().context(BROKEN)?.into_owned();
        let is_sheet = name.to_ascii_lowercase().starts_with("xl/worksheets/");
        let size = io::copy(&mut part.take(MAX_UNPACKED.saturating_add(1)), &mut io::sink()).context(BROKEN)?;
        total = total.saturating_add(size);
        ensure!(
            total <= MAX_UNPACKED && (is_sheet || size <= MAX_PART),
            "it is too large when it is unpacked: copy the cells with text into a new workbook"
        );
    }
    Ok(())
}

fn read_sheet(workbook: &mut Workbook<'_>, name: &str) -> Result<Rows> {
    let formats = formatted_cells(workbook, name)?;
    let mut rows = BTreeMap::<u32, Vec<Cell>>::new();
    let mut count = 0_usize;
    let mut cells = workbook.worksheet_cells_reader(name).context(BROKEN)?;
    while let Some(record) = cells.next_cell_with_formula_metadata().context(BROKEN)? {
        let position = record.pos;
        let cell = cell(&record.value, record.formula.is_some(), formats.get(&position));
        if cell.is_empty() {
            continue;
        }
        let column = usize::try_from(position.1)?;
        ensure!(column < MAX_COLUMNS, "row {}: there is text after column {MAX_COLUMNS}", row_number(position.0));
        let row = rows.entry(position.0).or_default();
        let added = column.saturating_add(1).saturating_sub(row.len());
        count = count.saturating_add(added);
        ensure!(count <= MAX_CELLS, "the file has more than {MAX_CELLS} cells: split it");
        row.resize(row.len().saturating_add(added), Cell::Text(String::new()));
        if let Some(place) = row.get_mut(column) {
            *place = cell;
        }
    }
    drop(cells);
    let mut all = Rows::new(Unit::Row);
    for (index, cells) in rows {
        all.push(row_number(index), cells)?;
    }
    for range in workbook.merge_cells_by_sheet_name(name).context(BROKEN)? {
        let (first, last) = (row_number(range.start.0), row_number(range.end.0));
        let name = format!("{}{first}:{}{last}", column_name(range.start.1), column_name(range.end.1));
        let columns = usize::try_from(range.start.1)?..=usize::try_from(range.end.1)?;
        all.merged.push(MergedCells { name, rows: first..=last, columns });
    }
    Ok(all)
}

/// The cells whose number format adds zeros.
fn formatted_cells(workbook: &mut Workbook<'_>, name: &str) -> Result<HashMap<(u32, u32), NumberFormat>> {
    let mut formatted = HashMap::new();
    let mut cells = workbook.worksheet_cells_reader(name).context(BROKEN)?;
    let formats = cells.styles().iter().map(|style| NumberFormat::parse(&style.number_format.as_ref()?.format_code));
    let formats: Vec<Option<NumberFormat>> = formats.collect();
    if formats.iter().all(Option::is_none) {
        return Ok(formatted);
    }
    while let Some((row, column, style)) = cells.next_style_id().context(BROKEN)? {
        if let Some(format) = formats.get(style).cloned().flatten() {
            formatted.insert((row, column), format);
            ensure!(formatted.len() <= MAX_CELLS, "the file has more than {MAX_CELLS} cells: split it");
        }
    }
    Ok(formatted)
}

impl NumberFormat {
    /// `None` for a format that adds no zeros, such as `#,##0.00`.
    fn parse(code: &str) -> Option<Self> {
        let positive = code.split(';').next().unwrap_or_default();
        let whole = positive.split(['.', 'E']).next().unwrap_or_default();
        match whole.bytes().filter(|byte| *byte == b'0').count() {
            0 | 1 => None,
            digits if digits == code.len() => Some(Self::Digits(digits)),
            _ => Some(Self::Other(code.replace('\\', "").into())),
        }
    }

    /// The number as text, with leading zeros.
    fn show(&self, number: &str) -> Cell {
        match self {
            Self::Digits(digits) => {
                let is_whole = number.bytes().all(|byte| byte.is_ascii_digit());
                let zeros = if is_whole { digits.saturating_sub(number.len()) } else { 0 };
                Cell::Text(format!("{}{number}", "0".repeat(zeros)))
            }
            Self::Other(code) => Cell::Unreadable(format!(
                "has the number format {code}: format the column as text, and enter the values as they are shown"
            )),
        }
    }
}

/// The cell as text, as a spreadsheet program shows it. `format` is the format of a number, if it adds zeros.
fn cell(value: &DataRef<'_>, is_formula: bool, format: Option<&NumberFormat>) -> Cell {
    let text = match value {
        DataRef::Empty if is_formula => {
            return Cell::Unreadable(
                "is a formula without a value: open the file in a spreadsheet program, and save it".to_owned(),
            );
        }
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => return show_number(number.to_string(), format),
        DataRef::Float(number) => return show_number(number.to_string(), format),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) => match time_of_day(time.as_f64()) {
            Some(time) => time,
            None => {
                let (year, month, day, ..) = time.to_ymd_hms_milli();
                return Cell::Date(format!("{year:04}-{month:02}-{day:02}"));
            }
        },
        DataRef::DateTimeIso(date) => return Cell::Date(date.get(..10).unwrap_or(date).to_owned()),
        DataRef::DurationIso(text) => return Cell::Unreadable(format!("is the duration {text}: enter a time")),
        DataRef::Error(error) => return Cell::Unreadable(format!("is the error {error}")),
    };
    Cell::Text(text)
}

fn show_number(number: String, format: Option<&NumberFormat>) -> Cell {
    match format {
        Some(format) => format.show(&number),
        None => Cell::Text(number),
    }
}

/// The time that a fraction of a day stands for, such as `09:00` for 0.375. `None` if it is not from 0 to 1.
pub(crate) fn time_of_day(fraction: f64) -> Option<String> {
    if !(0.0..=1.0).contains(&fraction) {
        return None;
    }
    // Text, because there is no checked conversion of a float to an integer.
    let minutes: u16 = format!("{:.0}", fraction * MINUTES_OF_DAY).parse().ok()?;
    Some(format!("{:02}:{:02}", minutes / 60, minutes % 60))
}

fn row_number(index: u32) -> u64 {
    u64::from(index).saturating_add(1)
}

/// The letters of a column.
fn column_name(index: u32) -> String {
    let letter = |index: u32| char::from_u32(index.saturating_add(u32::from('A'))).unwrap_or('?');
    match index.checked_sub(26) {
        None => letter(index).to_string(),
        Some(rest) => format!("{}{}", column_name(rest / 26), letter(rest % 26)),
    }
}
