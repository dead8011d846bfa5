//! Parses the CSV file with which a school delivers its catalogue: one lecture per line. `docs/operations.md` describes
//! the columns.

use super::{CreditText, Day, FieldError, LectureCode, LectureFacts, Parse, Room, Section, Semester, Slot, TimeOfDay};

/// The positions of the columns in a file, in the order of [`NAMES`](Columns::NAMES).
#[derive(Clone, Copy, Debug)]
pub struct Columns([usize; Self::NAMES.len()]);

/// A parsed line of a catalogue file.
#[derive(Debug)]
pub struct CatalogueRow {
    /// The semester, code and section of the lecture, if they are valid.
    pub name: Option<(Semester, LectureCode, Section)>,
    /// The data of the lecture, or the first error in the line.
    pub result: Result<LectureFacts, RowError>,
}

/// Why a line cannot be imported.
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
    /// The names of all columns. A file has all of them, in any order.
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

    /// Finds the columns in the header line of a file.
    ///
    /// # Errors
    /// The name of the first missing column.
    pub fn find<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Self, &'static str> {
        // Spreadsheet programs write a byte order mark at the start of the file.
        let header: Vec<&str> = header.into_iter().map(|name| name.trim_start_matches('\u{FEFF}')).collect();
        let mut positions = [0; Self::NAMES.len()];
        for (position, name) in positions.iter_mut().zip(Self::NAMES) {
            *position = header.iter().position(|column| *column == name).ok_or(name)?;
        }
        Ok(Self(positions))
    }

    /// Parses a line. `field` returns the field at a position; a missing field counts as empty.
    pub fn parse<'a>(&self, field: impl Fn(usize) -> Option<&'a str>) -> CatalogueRow {
        let [semester, code, section, title, credit, professor, department, kind, year, times, places, quota, remark] =
            self.0.map(|position| field(position).unwrap_or_default());
        let name = required("semester", semester)
            .and_then(|semester| Ok((semester, required("code", code)?, required("section", section)?)));
        let (semester, code, section) = match name {
            Ok(name) => name,
            Err(error) => return CatalogueRow { name: None, result: Err(error) },
        };
        let name = Some((semester, LectureCode::clone(&code), Section::clone(&section)));
        let facts = || {
            Ok(LectureFacts {
                code,
                section,
                title: required("title", title)?,
                credit: required::<CreditText>("credit", credit)?.0,
                professor: optional("professor", professor)?,
                department: optional("department", department)?,
                classification: optional("classification", kind)?,
                academic_year: optional("academic_year", year)?,
                slots: slots(times, places)?,
                quota: self::quota(quota)?,
                remark: optional("remark", remark)?,
            })
        };
        CatalogueRow { name, result: facts() }
    }
}

fn row_error(column: &'static str, value: &str, reason: impl Into<String>) -> RowError {
    RowError { column, value: value.to_owned(), reason: reason.into() }
}

fn required<T: Parse<Raw = String>>(column: &'static str, value: &str) -> Result<T, RowError> {
    T::parse(value.to_owned()).map_err(|error| row_error(column, value, reason(&error)))
}

fn optional<T: Parse<Raw = String>>(column: &'static str, value: &str) -> Result<Option<T>, RowError> {
    if value.trim().is_empty() { Ok(None) } else { required(column, value).map(Some) }
}

fn reason(error: &FieldError) -> String {
    match error {
        FieldError::TooShort { min } => format!("has fewer than {min} characters"),
        FieldError::TooLong { max } => format!("has more than {max} characters"),
        FieldError::OutOfRange { min, max } => format!("is not between {min} and {max}"),
        FieldError::InvalidCharacters => "has characters that are not allowed".to_owned(),
        _ => "does not have the right form".to_owned(),
    }
}

fn quota(value: &str) -> Result<Option<u16>, RowError> {
    match value.trim() {
        "" => Ok(None),
        number => number.parse().map(Some).or(Err(row_error("quota", value, "is not between 0 and 65535"))),
    }
}

/// Parses the columns `times` and `places`. Both are lists separated by semicolons; the first place belongs to the
/// first time, and so on. Missing places are empty.
fn slots(times: &str, places: &str) -> Result<Vec<Slot>, RowError> {
    let times: Vec<&str> = match times.trim() {
        "" => Vec::new(),
        times => times.split(';').map(str::trim).collect(),
    };
    let all_places: Vec<&str> = places.split(';').map(str::trim).collect();
    if all_places.iter().skip(times.len()).any(|place| !place.is_empty()) {
        return Err(row_error("places", places, "has more places than there are times"));
    }
    let place = |index: usize| optional("places", all_places.get(index).copied().unwrap_or_default());
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
mod tests {
    use super::*;

    const LINE: [&str; 13] = [
        "2026-1",
        "M1",
        "001",
        "확률과정론",
        "3",
        "이상열",
        "통계학과",
        "전선",
        "4학년",
        "화 14:00-15:30; THU 14:00 - 15:30",
        "25-105; ",
        "40",
        "",
    ];

    fn parse(fields: [&str; 13]) -> CatalogueRow {
        Columns::find(Columns::NAMES).unwrap().parse(|index| fields.get(index).copied())
    }

    fn error(column: usize, value: &str) -> String {
        let mut fields = LINE;
        fields[column] = value;
        parse(fields).result.unwrap_err().to_string()
    }

    #[test]
    fn days_are_korean_or_english_and_places_belong_to_times_by_position() {
        let facts = parse(LINE).result.unwrap();
        let slots: Vec<_> = facts
            .slots
            .iter()
            .map(|slot| {
                format!(
                    "{} {}-{} {:?}",
                    slot.day.as_str(),
                    slot.start,
                    slot.end,
                    slot.place.as_ref().map(|p| p.as_str())
                )
            })
            .collect();
        assert_eq!(slots, [r#"tue 14:00-15:30 Some("25-105")"#, "thu 14:00-15:30 None"]);
        assert_eq!((facts.quota, facts.remark), (Some(40), None));
    }

    #[test]
    fn a_time_can_occur_twice_with_two_places_and_an_empty_list_has_no_slots() {
        let mut fields = LINE;
        (fields[9], fields[10]) = ("월 09:00-10:00; 월 09:00-10:00", "1; 2");
        assert_eq!(parse(fields).result.unwrap().slots.len(), 2);
        (fields[9], fields[10]) = ("", "; ");
        assert!(parse(fields).result.unwrap().slots.is_empty());
    }

    #[test]
    fn an_error_names_the_column_and_the_value() {
        assert_eq!(error(0, "2026-3"), r#"column semester: "2026-3" does not have the right form"#);
        assert_eq!(error(3, " "), r#"column title: " " has fewer than 1 characters"#);
        assert_eq!(error(4, "31"), r#"column credit: "31" is not between 0 and 30"#);
        assert_eq!(error(5, "이\u{202E}"), r#"column professor: "이\u{202e}" has characters that are not allowed"#);
        assert_eq!(error(10, "1; 2; 3"), r#"column places: "1; 2; 3" has more places than there are times"#);
        assert_eq!(error(11, "many"), r#"column quota: "many" is not between 0 and 65535"#);
        for time in ["화", "화15:30-17:00", "x 15:30-17:00", "화 15:30", "화 15:30-17:60", "화 15:30-25:00", ";"] {
            assert!(error(9, time).contains("is not a time such as"), "{time}");
        }
        assert_eq!(error(9, "화 15:30-15:30"), r#"column times: "화 15:30-15:30" ends before it begins"#);
    }

    #[test]
    fn a_line_with_an_error_still_names_its_lecture_if_possible() {
        let mut fields = LINE;
        fields[4] = "three";
        assert!(parse(fields).name.is_some());
        fields[1] = "";
        assert!(parse(fields).name.is_none());
    }

    #[test]
    fn columns_have_any_order_and_all_are_required() {
        let mut names = Columns::NAMES;
        names.reverse();
        let columns = Columns::find(names).unwrap();
        let mut line = LINE;
        line.reverse();
        let row = columns.parse(|index| line.get(index).copied());
        assert_eq!(row.result, parse(LINE).result);
        assert_eq!(Columns::find(["\u{FEFF}semester", "code"]).unwrap_err(), "section");
    }
}
