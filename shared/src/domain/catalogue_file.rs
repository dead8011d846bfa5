//! Parses the rows of the CSV file with which a school delivers its catalogue. `docs/operations.md` describes the columns.

use super::{CreditText, Day, FieldError, LectureFacts, Parse, Room, Semester, SingleLine, Slot, TimeOfDay};

/// The positions of the columns in a file.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// In the order of [`NAMES`](Columns::NAMES).
    required: [usize; Self::NAMES.len()],
    state: Option<usize>,
}

/// A parsed row of a catalogue file.
#[derive(Debug)]
pub struct CatalogueRow {
    /// The semester of the lecture, if it is valid.
    pub semester: Option<Semester>,
    /// The data of the lecture, or the first error in the row.
    pub result: Result<LectureFacts, RowError>,
    /// The columns whose text was too long and is cut, with the maximum number of characters.
    pub cut: Vec<(&'static str, usize)>,
}

/// Why a row cannot be imported.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {value:?} {reason}")]
pub struct RowError {
    pub column: &'static str,
    /// The invalid value.
    pub value: String,
    /// A verb phrase, such as `has more than 30 characters`.
    pub reason: String,
}

impl Columns {
    /// The name of a column that a file may have: `cancelled` for a lecture that the school has cancelled.
    pub const STATE: &'static str = "state";

    /// The names of all other columns. A file has all of them, in any order.
    pub const NAMES: [&'static str; 13] = [
        "semester",
        "code",
        "section",
        "title",
        "credit",
        "professor",
        "department",
        "classification",
        "academic_year",
        "times",
        "places",
        "quota",
        "remark",
    ];

    /// Finds the columns in the header of a file.
    ///
    /// # Errors
    /// The name of the first missing column.
    pub fn find<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Self, &'static str> {
        let header: Vec<&str> = header.into_iter().collect();
        let mut positions = [0; Self::NAMES.len()];
        for (position, name) in positions.iter_mut().zip(Self::NAMES) {
            *position = header.iter().position(|column| *column == name).ok_or(name)?;
        }
        Ok(Self { required: positions, state: header.iter().position(|column| *column == Self::STATE) })
    }

    /// Parses a row. `field` returns the field at a position; a missing field counts as empty.
    ///
    /// A line break in a field becomes a space, in `professor` a comma, and in `times` and `places` a semicolon. A
    /// descriptive text that is too long is cut.
    pub fn parse<'a>(&self, field: impl Fn(usize) -> Option<&'a str>) -> CatalogueRow {
        let [semester, code, section, title, credit, professor, department, kind, year, times, places, quota, remark] =
            self.required.map(|position| field(position).unwrap_or_default().trim());
        let state = self.state.and_then(&field).unwrap_or_default().trim();
        let semester = match required("semester", &joined(semester, " ")) {
            Ok(semester) => semester,
            Err(error) => return CatalogueRow { semester: None, result: Err(error), cut: Vec::new() },
        };
        let mut texts = Texts::default();
        let mut facts = || {
            Ok(LectureFacts {
                code: required("code", &joined(code, " "))?,
                section: required("section", &joined(section, " "))?,
                title: texts.required("title", &joined(title, " "))?,
                credit: required::<CreditText>("credit", credit)?.0,
                state: required(Self::STATE, state)?,
                professor: texts.optional("professor", &joined(professor, ", "))?,
                department: texts.optional("department", &joined(department, " "))?,
                classification: texts.optional("classification", &joined(kind, " "))?,
                academic_year: texts.optional("academic_year", &joined(year, " "))?,
                slots: slots(times, places, &mut texts)?,
                quota: self::quota(quota)?,
                remark: texts.optional("remark", &joined(remark, " "))?,
            })
        };
        CatalogueRow { semester: Some(semester), result: facts(), cut: texts.cut }
    }
}

impl LectureFacts {
    /// Adds the meetings of another row of the same lecture. Returns false, and changes nothing, if the row has no other
    /// meetings.
    ///
    /// # Errors
    /// The name of the first column in which the rows differ, besides `times` and `places`.
    pub fn join(&mut self, other: &Self) -> Result<bool, &'static str> {
        if let Some(column) = self.differences(other).into_iter().find(|column| *column != "times") {
            return Err(column);
        }
        let new: Vec<Slot> = other.slots.iter().filter(|slot| !self.slots.contains(slot)).cloned().collect();
        let has_new = !new.is_empty();
        self.slots.extend(new);
        Ok(has_new)
    }

    /// The columns in which two rows of a lecture differ. `times` includes the places.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let same = [
            ("title", self.title == other.title),
            ("credit", self.credit == other.credit),
            (Columns::STATE, self.state == other.state),
            ("professor", self.professor == other.professor),
            ("department", self.department == other.department),
            ("classification", self.classification == other.classification),
            ("academic_year", self.academic_year == other.academic_year),
            ("times", self.slots == other.slots),
            ("quota", self.quota == other.quota),
            ("remark", self.remark == other.remark),
        ];
        same.into_iter().filter(|(_, is_same)| !is_same).map(|(column, _)| column).collect()
    }
}

/// Parses texts, and cuts those that are too long.
#[derive(Default)]
struct Texts {
    cut: Vec<(&'static str, usize)>,
}

impl Texts {
    fn required<const MIN: usize, const MAX: usize>(
        &mut self,
        column: &'static str,
        value: &str,
    ) -> Result<SingleLine<MIN, MAX>, RowError> {
        let (text, is_cut) =
            SingleLine::parse_or_cut(value).map_err(|error| row_error(column, value, reason(column, &error)))?;
        if is_cut {
            self.cut.push((column, MAX));
        }
        Ok(text)
    }

    fn optional<const MIN: usize, const MAX: usize>(
        &mut self,
        column: &'static str,
        value: &str,
    ) -> Result<Option<SingleLine<MIN, MAX>>, RowError> {
        if value.is_empty() { Ok(None) } else { self.required(column, value).map(Some) }
    }
}

/// The lines of a field with a separator instead of each line break. Every other white space character becomes a space:
/// CP949 lacks most of them, such as the no-break space, so that a file would differ between encodings.
fn joined(field: &str, separator: &str) -> String {
    let is_break = |c: char| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    // A line that ends with the separator needs no other one.
    let mark = separator.trim();
    let lines = field.split(is_break).map(|line| match mark {
        "" => line.trim(),
        mark => line.trim().trim_end_matches(mark).trim_end(),
    });
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    // Without line breaks, the field keeps its separators: an empty item at the end of a list is an error.
    let joined = if field.contains(is_break) { lines.join(separator) } else { field.to_owned() };
    joined.replace(char::is_whitespace, " ")
}

/// The number without decimal places that are zero, which spreadsheet programs add: `3` for `3.0`.
fn whole_number(value: &str) -> &str {
    match value.split_once('.') {
        Some((whole, "0" | "00")) if !whole.is_empty() => whole,
        _ => value,
    }
}

fn row_error(column: &'static str, value: &str, reason: impl Into<String>) -> RowError {
    RowError { column, value: value.to_owned(), reason: reason.into() }
}

fn required<T: Parse<Raw = String>>(column: &'static str, value: &str) -> Result<T, RowError> {
    T::parse(value.to_owned()).map_err(|error| row_error(column, value, reason(column, &error)))
}

fn reason(column: &str, error: &FieldError) -> String {
    match error {
        FieldError::TooShort { min } => format!("has fewer than {min} characters"),
        FieldError::TooLong { max } => format!("has more than {max} characters"),
        FieldError::OutOfRange { min, max } => format!("is not between {min} and {max}"),
        FieldError::NotHalfCredits => "is not a multiple of 0.5".to_owned(),
        FieldError::InvalidCharacters => "has characters that are not allowed".to_owned(),
        FieldError::UnknownChoice => "is not listed or cancelled".to_owned(),
        FieldError::InvalidFormat if column == "semester" => {
            "is not a semester such as 2026-1, 2026-summer, 2026-2 or 2026-winter".to_owned()
        }
        FieldError::InvalidFormat if column == "credit" => "is not a number such as 3 or 0.5".to_owned(),
        _ => "does not have the right form".to_owned(),
    }
}

fn quota(value: &str) -> Result<Option<u16>, RowError> {
    match whole_number(value) {
        "" => Ok(None),
        number => number.parse().map(Some).or(Err(row_error("quota", value, "is not between 0 and 65535"))),
    }
}

/// Parses the columns `times` and `places`. Both are lists separated by semicolons or line breaks; the first place belongs
/// to the first time, and so on. Missing places are empty.
fn slots(times: &str, places: &str, texts: &mut Texts) -> Result<Vec<Slot>, RowError> {
    let times = joined(times, "; ");
    let times: Vec<&str> = match times.as_str() {
        "" => Vec::new(),
        times => times.split(';').map(str::trim).collect(),
    };
    let has_too_many = |places: &str| places.split(';').skip(times.len()).any(|place| !place.trim().is_empty());
    let mut joined_places = joined(places, "; ");
    if has_too_many(&joined_places) {
        // A line break can also be part of a place.
        joined_places = joined(places, " ");
    }
    if has_too_many(&joined_places) {
        return Err(row_error("places", &joined_places, "has more places than there are times"));
    }
    let places: Vec<&str> = joined_places.split(';').map(str::trim).collect();
    let mut place = |index: usize| texts.optional("places", places.get(index).copied().unwrap_or_default());
    times.into_iter().enumerate().map(|(index, time)| slot(time, place(index)?)).collect()
}

/// Parses one time, such as `화 15:30-17:00` or `tue 15:30-17:00`.
fn slot(text: &str, place: Option<Room>) -> Result<Slot, RowError> {
    let invalid = || row_error("times", text, "is not a time such as 화 15:30-17:00 or tue 15:30-17:00");
    let (day, hours) = text.split_once(' ').ok_or_else(invalid)?;
    let has_name = |candidate: &Day| candidate.korean() == day || candidate.as_str().eq_ignore_ascii_case(day);
    let day = Day::ALL.into_iter().find(has_name).ok_or_else(invalid)?;
    let (start, end) = hours.trim().split_once('-').ok_or_else(invalid)?;
    let time = |text: &str| TimeOfDay::parse(text.trim().to_owned()).or(Err(invalid()));
    Slot::new(day, time(start)?, time(end)?, place).or(Err(row_error("times", text, "ends before it begins")))
}

#[cfg(test)]
mod tests;
