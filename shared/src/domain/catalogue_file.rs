//! The file in which a school hands over its catalogue: CSV, a lecture a line.

use super::{CreditText, Day, FieldError, LectureCode, LectureFacts, Parse, Section, Semester, Slot, TimeOfDay};

/// Where the columns of a file are.
#[derive(Clone, Copy, Debug)]
pub struct Columns([usize; Self::NAMES.len()]);

/// A line of a file.
#[derive(Debug)]
pub struct Row {
    /// The semester and what names the lecture in it, as far as they can be read.
    pub name: Option<(Semester, LectureCode, Section)>,
    /// What the line says, or why that cannot be understood.
    pub result: Result<LectureFacts, RowError>,
}

/// Why a line cannot be imported.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {value:?} {reason}")]
pub struct RowError {
    /// The column at fault.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Columns {
    /// The columns, all of which a file has, in any order.
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

    /// Finds the columns in a header.
    ///
    /// # Errors
    /// The first column that it lacks.
    pub fn find<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Self, &'static str> {
        // A file from a spreadsheet begins with a byte order mark.
        let header: Vec<&str> = header.into_iter().map(|name| name.trim_start_matches('\u{FEFF}')).collect();
        let mut places = [0; Self::NAMES.len()];
        for (place, name) in places.iter_mut().zip(Self::NAMES) {
            *place = header.iter().position(|column| *column == name).ok_or(name)?;
        }
        Ok(Self(places))
    }

    /// Reads a line, given its fields by their places; one that it lacks is empty.
    pub fn parse<'a>(&self, field: impl Fn(usize) -> Option<&'a str>) -> Row {
        let [semester, code, section, title, credit, professor, department, kind, year, times, places, quota, remark] =
            self.0.map(|place| field(place).unwrap_or_default());
        let named = required("semester", semester)
            .and_then(|semester| Ok((semester, required("code", code)?, required("section", section)?)));
        let (semester, code, section) = match named {
            Ok(named) => named,
            Err(error) => return Row { name: None, result: Err(error) },
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
        Row { name, result: facts() }
    }
}

fn wrong(column: &'static str, value: &str, reason: impl Into<String>) -> RowError {
    RowError { column, value: value.to_owned(), reason: reason.into() }
}

fn required<T: Parse<Raw = String>>(column: &'static str, value: &str) -> Result<T, RowError> {
    T::parse(value.to_owned()).map_err(|error| wrong(column, value, reason(&error)))
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
        number => number.parse().map(Some).or(Err(wrong("quota", value, "is not between 0 and 65535"))),
    }
}

/// The slots: times, and places that run in parallel to them, separated by semicolons.
fn slots(times: &str, places: &str) -> Result<Vec<Slot>, RowError> {
    let times: Vec<&str> = match times.trim() {
        "" => Vec::new(),
        times => times.split(';').map(str::trim).collect(),
    };
    let all_places: Vec<&str> = places.split(';').map(str::trim).collect();
    if all_places.iter().skip(times.len()).any(|place| !place.is_empty()) {
        return Err(wrong("places", places, "has more places than there are times"));
    }
    let place = |at: usize| optional("places", all_places.get(at).copied().unwrap_or_default());
    times.into_iter().enumerate().map(|(at, time)| slot(time, place(at)?)).collect()
}

/// One time, such as `화 15:30-17:00` or `tue 15:30-17:00`.
fn slot(text: &str, place: Option<super::Place>) -> Result<Slot, RowError> {
    let unclear = || wrong("times", text, "is not a time such as 화 15:30-17:00 or tue 15:30-17:00");
    let (day, hours) = text.split_once(' ').ok_or_else(unclear)?;
    let named = |one: &Day| one.korean() == day || one.as_str().eq_ignore_ascii_case(day);
    let day = Day::ALL.into_iter().find(named).ok_or_else(unclear)?;
    let (start, end) = hours.trim().split_once('-').ok_or_else(unclear)?;
    let time = |text: &str| TimeOfDay::parse(text.trim().to_owned()).or(Err(unclear()));
    Slot::new(day, time(start)?, time(end)?, place).or(Err(wrong("times", text, "ends before it begins")))
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

    fn parse(fields: [&str; 13]) -> Row {
        Columns::find(Columns::NAMES).unwrap().parse(|at| fields.get(at).copied())
    }

    fn refusal(column: usize, value: &str) -> String {
        let mut fields = LINE;
        fields[column] = value;
        parse(fields).result.unwrap_err().to_string()
    }

    #[test]
    fn days_come_in_korean_and_english_and_places_in_parallel() {
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
    fn one_time_may_have_two_rooms_and_none_may_have_no_place() {
        let mut fields = LINE;
        (fields[9], fields[10]) = ("월 09:00-10:00; 월 09:00-10:00", "1; 2");
        assert_eq!(parse(fields).result.unwrap().slots.len(), 2);
        (fields[9], fields[10]) = ("", "; ");
        assert!(parse(fields).result.unwrap().slots.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_by_column() {
        assert_eq!(refusal(0, "2026-3"), r#"column semester: "2026-3" does not have the right form"#);
        assert_eq!(refusal(3, " "), r#"column title: " " has fewer than 1 characters"#);
        assert_eq!(refusal(4, "31"), r#"column credit: "31" is not between 0 and 30"#);
        assert_eq!(refusal(5, "이\u{202E}"), r#"column professor: "이\u{202e}" has characters that are not allowed"#);
        assert_eq!(refusal(10, "1; 2; 3"), r#"column places: "1; 2; 3" has more places than there are times"#);
        assert_eq!(refusal(11, "many"), r#"column quota: "many" is not between 0 and 65535"#);
        for time in ["화", "화15:30-17:00", "x 15:30-17:00", "화 15:30", "화 15:30-17:60", "화 15:30-25:00", ";"] {
            assert!(refusal(9, time).contains("is not a time such as"), "{time}");
        }
        assert_eq!(refusal(9, "화 15:30-15:30"), r#"column times: "화 15:30-15:30" ends before it begins"#);
    }

    #[test]
    fn a_line_that_is_wrong_may_still_say_which_lecture_it_is_about() {
        let mut fields = LINE;
        fields[4] = "three";
        assert!(parse(fields).name.is_some());
        fields[1] = "";
        assert!(parse(fields).name.is_none());
    }

    #[test]
    fn columns_come_in_any_order_and_all_of_them() {
        let mut names = Columns::NAMES;
        names.reverse();
        let columns = Columns::find(names).unwrap();
        let mut line = LINE;
        line.reverse();
        let row = columns.parse(|at| line.get(at).copied());
        assert_eq!(row.result, parse(LINE).result);
        assert_eq!(Columns::find(["\u{FEFF}semester", "code"]).unwrap_err(), "section");
    }
}
