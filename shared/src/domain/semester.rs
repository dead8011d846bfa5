//! Semesters, and their first and last days of lectures.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Day, FieldError, Parse, Time};

/// A semester, in text form such as `2026-1`, `2026-summer`, `2026-2` or `2026-winter`, of the years 2000 to 2099. The
/// order of semesters is their order in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Semester {
    year: u16,
    part: Part,
}

/// The part of a school year. School years begin in March.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    First,
    Summer,
    Second,
    Winter,
}

const FIRST_YEAR: u16 = 2000;
const LAST_YEAR: u16 = 2099;

impl Part {
    const ALL: [Self; 4] = [Self::First, Self::Summer, Self::Second, Self::Winter];

    fn as_str(self) -> &'static str {
        match self {
            Self::First => "1",
            Self::Summer => "summer",
            Self::Second => "2",
            Self::Winter => "winter",
        }
    }

    fn korean(self) -> &'static str {
        match self {
            Self::First => "1학기",
            Self::Summer => "여름학기",
            Self::Second => "2학기",
            Self::Winter => "겨울학기",
        }
    }
}

impl Semester {
    /// The position of the semester in time order, from 0 for `2000-1` to 399 for `2099-winter`.
    pub(super) fn number(self) -> u16 {
        let part = match self.part {
            Part::First => 0,
            Part::Summer => 1,
            Part::Second => 2,
            Part::Winter => 3,
        };
        self.year.saturating_sub(FIRST_YEAR).saturating_mul(4).saturating_add(part)
    }

    /// The inverse of [`number`](Self::number), or `None` for numbers above 399.
    pub(super) fn from_number(number: u16) -> Option<Self> {
        let year = FIRST_YEAR.saturating_add(number / 4);
        let part = Part::ALL.get(usize::from(number % 4)).copied()?;
        (year <= LAST_YEAR).then_some(Self { year, part })
    }

    /// The Korean name, such as 26년 1학기.
    pub fn korean(self) -> String {
        format!("{:02}년 {}", self.year % 100, self.part.korean())
    }

    /// The term for a school that has not set its own: 16 weeks from 2 March or 1 September, 6 weeks from 22 June or 22
    /// December.
    pub fn usual_term(self) -> Term {
        let (month, day, weeks) = match self.part {
            Part::First => (3, 2, 16),
            Part::Summer => (6, 22, 6),
            Part::Second => (9, 1, 16),
            Part::Winter => (12, 22, 6),
        };
        let first_day = NaiveDate::from_ymd_opt(self.year.into(), month, day).unwrap_or_default();
        Term { first_day, last_day: first_day + Days::new(weeks * 7 - 1) }
    }

    /// Whether a [term](Term::new) of the semester can contain the date.
    pub fn can_contain(self, date: NaiveDate) -> bool {
        let days = date.signed_duration_since(self.usual_term().first_day).num_days();
        (-Term::MAX_DAYS..2 * Term::MAX_DAYS).contains(&days)
    }
}

impl fmt::Display for Semester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.year, self.part.as_str())
    }
}

impl Parse for Semester {
    type Raw = String;

    fn parse(raw: String) -> Result<Self, FieldError> {
        let (year, part) = raw.split_once('-').ok_or(FieldError::InvalidFormat)?;
        let part =
            Part::ALL.into_iter().find(|candidate| candidate.as_str() == part).ok_or(FieldError::InvalidFormat)?;
        match (year.len(), year.parse()) {
            (4, Ok(year @ FIRST_YEAR..=LAST_YEAR)) if raw.starts_with('2') => Ok(Self { year, part }),
            _ => Err(FieldError::InvalidFormat),
        }
    }
}

impl Serialize for Semester {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Semester {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).or(Err(de::Error::custom("invalid semester")))
    }
}

/// The first and the last day of lectures in a semester.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    pub first_day: NaiveDate,
    /// Inclusive.
    pub last_day: NaiveDate,
}

impl Term {
    /// The maximum length of a term, and the maximum distance between its first day and the
    /// [usual](Semester::usual_term) first day, in days.
    pub const MAX_DAYS: i64 = 366;

    /// Creates the term of a semester. Returns `None` if it ends before it begins, is longer than 366 days, or begins
    /// more than 366 days before or after the usual first day.
    pub fn new(semester: Semester, first_day: NaiveDate, last_day: NaiveDate) -> Option<Self> {
        let days = last_day.signed_duration_since(first_day).num_days();
        let shift = first_day.signed_duration_since(semester.usual_term().first_day).num_days();
        let is_near = shift.unsigned_abs() <= Self::MAX_DAYS.unsigned_abs();
        (is_near && (0..Self::MAX_DAYS).contains(&days)).then_some(Self { first_day, last_day })
    }

    /// All dates in the term that are on this day of the week.
    fn dates(self, day: Day) -> impl Iterator<Item = NaiveDate> {
        let is_on = move |date: &NaiveDate| date.weekday().num_days_from_monday() == u32::from(day.since_monday());
        self.first_day.iter_days().take_while(move |date| *date <= self.last_day).filter(is_on)
    }

    /// Whether the date is in the term.
    pub fn contains(self, date: NaiveDate) -> bool {
        (self.first_day..=self.last_day).contains(&date)
    }
}

/// The term of a semester at a school, with its days off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolTerm {
    pub term: Term,
    /// The days in the term without lectures.
    pub days_off: BTreeSet<NaiveDate>,
    /// When an operator last set the term or its days off.
    pub changed_at: Option<Time>,
}

/// The dates of a weekly lecture.
#[derive(Debug, PartialEq, Eq)]
pub struct WeeklyDates {
    /// The first date with a lecture.
    pub first: NaiveDate,
    /// Later dates without one, in order.
    pub skipped: Vec<NaiveDate>,
}

impl SchoolTerm {
    /// The dates on this day of the week, without the days off; `None` if there are none.
    pub fn weekly(&self, day: Day) -> Option<WeeklyDates> {
        let is_off = |date: &NaiveDate| self.days_off.contains(date);
        let mut dates = self.term.dates(day).skip_while(is_off);
        Some(WeeklyDates { first: dates.next()?, skipped: dates.filter(is_off).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn semester(text: &str) -> Semester {
        Semester::parse(text.to_owned()).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn term(first: &str, last: &str, text: &str) -> Option<Term> {
        Term::new(semester(text), date(first), date(last))
    }

    #[test]
    fn a_semester_has_one_text_form() {
        for text in ["2000-1", "2026-summer", "2026-2", "2099-winter"] {
            assert_eq!(semester(text).to_string(), text);
        }
        for wrong in ["", "2026", "2026-3", "26-1", "1999-1", "2100-1", "2026-Summer", "+026-1", "2026-1 ", "2026-1-1"]
        {
            assert_eq!(Semester::parse(wrong.to_owned()), Err(FieldError::InvalidFormat), "{wrong}");
        }
    }

    #[test]
    fn a_semester_has_a_korean_name() {
        let names = ["2006-1", "2026-summer", "2026-2", "2026-winter"].map(|text| semester(text).korean());
        assert_eq!(names, ["06년 1학기", "26년 여름학기", "26년 2학기", "26년 겨울학기"]);
    }

    #[test]
    fn semesters_sort_by_time() {
        let sorted = ["2025-winter", "2026-1", "2026-summer", "2026-2", "2026-winter", "2027-1"].map(semester);
        assert!(sorted.is_sorted());
    }

    #[test]
    fn each_semester_has_its_own_number() {
        let all: Vec<_> = (0..4096).filter_map(Semester::from_number).collect();
        assert_eq!(all.len(), 400);
        assert!(
            all.is_sorted() && all.iter().all(|semester| Semester::from_number(semester.number()) == Some(*semester))
        );
    }

    #[test]
    fn the_usual_term_has_16_weeks_or_6_in_summer_and_winter() {
        for (text, first, last) in [
            ("2026-1", "2026-03-02", "2026-06-21"),
            ("2026-summer", "2026-06-22", "2026-08-02"),
            ("2026-2", "2026-09-01", "2026-12-21"),
            ("2026-winter", "2026-12-22", "2027-02-01"),
        ] {
            assert_eq!(semester(text).usual_term(), term(first, last, text).unwrap());
        }
    }

    #[test]
    fn a_term_ends_after_it_begins_and_within_a_year() {
        assert!(term("2026-03-02", "2026-03-02", "2026-1").is_some());
        assert!(term("2026-03-02", "2026-03-01", "2026-1").is_none());
        assert!(term("2026-03-02", "2027-03-03", "2026-1").is_none());
    }

    #[test]
    fn a_term_begins_within_a_year_of_its_usual_day() {
        for (first, is_near) in
            [("2025-03-01", true), ("2025-02-28", false), ("2027-03-03", true), ("2027-03-04", false)]
        {
            assert_eq!(term(first, first, "2026-1").is_some(), is_near, "{first}");
        }
        for (first, last) in [("2025-03-01", "2025-03-01"), ("2027-03-03", "2028-03-02")] {
            assert!(term(first, last, "2026-1").is_some());
            assert!(semester("2026-1").can_contain(date(first)) && semester("2026-1").can_contain(date(last)));
        }
        for day in ["2025-02-28", "2028-03-04"] {
            assert!(!semester("2026-1").can_contain(date(day)), "{day}");
        }
        for end_of_time in [NaiveDate::MIN, NaiveDate::MAX] {
            assert_eq!(Term::new(semester("2099-winter"), end_of_time, end_of_time), None);
        }
    }

    fn weekly(first: &str, last: &str, days_off: &[&str], day: Day) -> Option<(NaiveDate, Vec<NaiveDate>)> {
        let days_off = days_off.iter().map(|text| date(text)).collect();
        let term = SchoolTerm { term: term(first, last, "2026-2").unwrap(), days_off, changed_at: None };
        term.weekly(day).map(|dates| (dates.first, dates.skipped))
    }

    #[test]
    fn the_first_date_of_each_day_is_in_the_first_week() {
        // A Wednesday.
        let first = |day| weekly("2026-09-02", "2026-12-21", &[], day).unwrap().0;
        assert_eq!((first(Day::Wed), first(Day::Tue)), (date("2026-09-02"), date("2026-09-08")));
        let of_two_days = |day| weekly("2026-09-02", "2026-09-03", &[], day);
        assert_eq!((of_two_days(Day::Thu), of_two_days(Day::Fri)), (Some((date("2026-09-03"), vec![])), None));
    }

    #[test]
    fn a_weekly_lecture_skips_the_days_off() {
        let days_off = ["2026-09-02", "2026-09-03", "2026-09-09", "2026-09-23", "2027-01-01"];
        let wednesdays = weekly("2026-09-02", "2026-09-30", &days_off, Day::Wed);
        assert_eq!(wednesdays, Some((date("2026-09-16"), vec![date("2026-09-23")])));
        assert_eq!(weekly("2026-09-02", "2026-09-09", &days_off, Day::Wed), None, "all of them are days off");
    }
}
