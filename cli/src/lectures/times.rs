//! The notations in which schools write when a lecture meets: days, periods and times of day, such as `월1,2 수3(인문관 201)`.

use std::collections::BTreeMap;
use std::fmt;

use campus_core::domain::{Day, Parse, TimeOfDay};
use serde::Deserialize;

use crate::sheet::time_of_day;

/// Periods that follow each other with a shorter break, in minutes, are one meeting.
const LONG_BREAK: u16 = 30;

/// A meeting of a lecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) day: Day,
    pub(super) hours: Hours,
    /// The place in brackets behind the time.
    pub(super) place: Option<String>,
    /// The number of the group of times to which the meeting belongs: `월수1,2 금3` has two.
    pub(super) group: usize,
}

/// The time from a start to a later end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Hours {
    start: TimeOfDay,
    end: TimeOfDay,
}

/// The periods of a school, by name.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Periods(BTreeMap<String, Hours>);

impl Hours {
    /// # Errors
    /// If the end is not after the start.
    pub(super) fn new(start: TimeOfDay, end: TimeOfDay) -> Result<Self, String> {
        match start < end {
            true => Ok(Self { start, end }),
            false => Err(format!("{start}-{end} ends before it begins")),
        }
    }

    /// Parses hours such as `09:00-10:15`.
    fn parse(text: &str) -> Result<Self, String> {
        let (start, end) = text.split_once('-').ok_or_else(|| not_hours(text))?;
        let time = |time: &str| parse_time(time).ok_or_else(|| not_hours(text));
        Self::new(time(start)?, time(end)?)
    }
}

fn not_hours(text: &str) -> String {
    format!("{text:?} is not a time such as 09:00-10:15")
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&unspaced_ranges(&text))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

impl Periods {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first name with which a period cannot be found in a cell.
    pub(super) fn invalid_name(&self) -> Option<&str> {
        let is_valid =
            |name: &str| !name.is_empty() && name.chars().all(char::is_alphanumeric) && day_at(name).is_none();
        self.0.keys().map(String::as_str).find(|name| !is_valid(name))
    }

    /// Parses times such as `월1,2 수3(인문관 201)`, `월수 1~3교시` or `화 09:00-10:15 / 금4`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(super) fn parse(&self, text: &str) -> Result<Vec<Meeting>, String> {
        let text = unspaced_ranges(text);
        let mut groups = Groups::new(self);
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            if let Some((day, after)) = day_at(rest) {
                groups.add_day(day)?;
                rest = after;
            } else if matches!(first, '(' | '[') {
                let close = if first == '(' { ')' } else { ']' };
                let (place, after) =
                    rest.split_once(close).ok_or_else(|| format!("the bracket in {text:?} is not closed"))?;
                groups.add_place(place.trim_start_matches(first).trim());
                rest = after;
            } else if is_separator(first) {
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            } else {
                let end = rest.char_indices().skip(1).find(|(at, c)| {
                    is_separator(*c)
                        || matches!(c, '(' | '[')
                        || rest.get(*at..).is_some_and(|rest| day_at(rest).is_some())
                });
                let (item, after) = end.and_then(|(at, _)| rest.split_at_checked(at)).unwrap_or((rest, ""));
                groups.add_hours(item)?;
                rest = after;
            }
        }
        groups.finish()
    }

    /// Parses periods without a day, such as `1,2` or `3-4교시`.
    pub(super) fn parse_hours(&self, text: &str) -> Result<Vec<Hours>, String> {
        let text = unspaced_ranges(text);
        let mut hours = Vec::new();
        for item in text.split(is_separator).filter(|item| !item.is_empty()) {
            hours.extend(self.hours(item)?);
        }
        Ok(joined(hours))
    }

    /// The hours of `3`, `3-4` or `09:00-10:15`.
    fn hours(&self, item: &str) -> Result<Vec<Hours>, String> {
        if item.contains(':') {
            return Hours::parse(item).map(|hours| vec![hours]);
        }
        let period = |name: &str| self.0.get(name.trim_end_matches("교시")).copied().ok_or_else(|| self.unknown(name));
        let Some((first, last)) = item.split_once('-') else { return period(item).map(|hours| vec![hours]) };
        let (first, last) = (period(first)?, period(last)?);
        let Hours { start, end } = Hours::new(first.start, last.end)?;
        Ok(self.0.values().filter(|hours| start <= hours.start && hours.end <= end).copied().collect())
    }

    fn unknown(&self, name: &str) -> String {
        let mut names: Vec<_> = self.0.iter().map(|(name, hours)| (hours.start, name.as_str())).collect();
        names.sort_unstable();
        let names: Vec<&str> = names.into_iter().map(|(_, name)| name).collect();
        match names.is_empty() {
            true => format!("{name:?} is not a time such as 화 15:30-17:00"),
            false => format!("there is no period {name:?}, only {}", names.join(", ")),
        }
    }
}

/// The meetings that are parsed so far.
struct Groups<'a> {
    periods: &'a Periods,
    meetings: Vec<Meeting>,
    days: Vec<Day>,
    hours: Vec<Hours>,
    place: Option<String>,
    count: usize,
}

impl<'a> Groups<'a> {
    fn new(periods: &'a Periods) -> Self {
        Self { periods, meetings: Vec::new(), days: Vec::new(), hours: Vec::new(), place: None, count: 0 }
    }

    fn add_day(&mut self, day: Day) -> Result<(), String> {
        if !self.hours.is_empty() {
            self.end_group();
            self.days.clear();
        } else if self.place.is_some() {
            return Err(self.day_without_time());
        }
        self.days.push(day);
        Ok(())
    }

    fn add_hours(&mut self, item: &str) -> Result<(), String> {
        if self.days.is_empty() {
            return Err(format!("there is no day before {item:?}"));
        }
        let hours = self.periods.hours(item)?;
        if self.place.is_some() {
            self.end_group();
        }
        self.hours.extend(hours);
        Ok(())
    }

    fn add_place(&mut self, place: &str) {
        self.place = Some(place.to_owned()).filter(|place| !place.is_empty());
    }

    /// Adds the meetings of the group. The days stay: `월1(가관) 2(나관)` has one day.
    fn end_group(&mut self) {
        let (hours, place) = (joined(std::mem::take(&mut self.hours)), self.place.take());
        for day in &self.days {
            let meeting = |hours| Meeting { day: *day, hours, place: place.clone(), group: self.count };
            self.meetings.extend(hours.iter().copied().map(meeting));
        }
        self.count = self.count.saturating_add(1);
    }

    fn finish(mut self) -> Result<Vec<Meeting>, String> {
        match (self.days.is_empty(), self.hours.is_empty()) {
            (true, _) => Ok(self.meetings),
            (false, true) => Err(self.day_without_time()),
            (false, false) => {
                self.end_group();
                Ok(self.meetings)
            }
        }
    }

    fn day_without_time(&self) -> String {
        let days: String = self.days.iter().map(|day| day.korean()).collect();
        format!("there is no time after {days}")
    }
}

/// Joins hours that overlap or follow each other with a short break.
fn joined(mut hours: Vec<Hours>) -> Vec<Hours> {
    hours.sort_unstable_by_key(|hours| (hours.start, hours.end));
    let mut all: Vec<Hours> = Vec::new();
    for next in hours {
        match all.last_mut() {
            Some(last) if next.start.minutes() < last.end.minutes().saturating_add(LONG_BREAK) => {
                last.end = last.end.max(next.end);
            }
            _ => all.push(next),
        }
    }
    all
}

/// Parses a day such as `월`, `월요일` or `mon`.
pub(super) fn parse_day(text: &str) -> Option<Day> {
    day_at(text).filter(|(_, rest)| rest.is_empty()).map(|(day, _)| day)
}

/// The day at the start of the text, and the rest.
fn day_at(text: &str) -> Option<(Day, &str)> {
    Day::ALL.into_iter().find_map(|day| {
        if let Some(rest) = text.strip_prefix(day.korean()) {
            return Some((day, rest.strip_prefix("요일").unwrap_or(rest)));
        }
        let (name, rest) = text.split_at_checked(3)?;
        let is_word = rest.starts_with(char::is_alphabetic);
        (name.eq_ignore_ascii_case(day.as_str()) && !is_word).then_some((day, rest))
    })
}

/// Parses a time of day such as `09:00`, `9:00` or `09:00:00`, or as the fraction of a day, such as 0.375.
pub(super) fn parse_time(text: &str) -> Option<TimeOfDay> {
    let text = text.trim();
    if !text.contains(':') {
        let fraction = text.contains('.').then(|| text.parse().ok()).flatten()?;
        return TimeOfDay::parse(time_of_day(fraction)?).ok();
    }
    let text = text.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text);
    TimeOfDay::parse(format!("{text:0>5}")).ok()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '/')
}

/// The text with `-` for each range, without spaces around it.
fn unspaced_ranges(text: &str) -> String {
    let parts: Vec<&str> = text.split(['-', '~', '–', '～']).map(str::trim).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods() -> Periods {
        let periods = [
            ("1", "09:00-09:50"),
            ("2", "10:00-10:50"),
            ("3", "11:00-11:50"),
            ("4", "13:00-13:50"),
            ("10", "18:00 ~ 18:50"),
            ("A", "09:00-10:15"),
            ("B", "10:30-11:45"),
        ];
        Periods(periods.map(|(name, hours)| (name.to_owned(), Hours::try_from(hours.to_owned()).unwrap())).into())
    }

    /// The meetings as text, with groups separated by bars.
    fn parsed(text: &str) -> String {
        let mut last = 0;
        let mut all = Vec::new();
        for Meeting { day, hours, place, group } in periods().parse(text).unwrap() {
            let bar = if group == last { "" } else { "| " };
            last = group;
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            all.push(format!("{bar}{} {hours}{place}", day.as_str()));
        }
        all.join(", ")
    }

    #[test]
    fn days_and_periods_are_read_in_the_notations_of_schools() {
        for (text, expected) in [
            ("월1,2", "mon 09:00-10:50"),
            ("화3-4", "tue 11:00-11:50, tue 13:00-13:50"),
            ("월1,2수3", "mon 09:00-10:50, | wed 11:00-11:50"),
            ("월1,2/수3(인문관 201)", "mon 09:00-10:50, | wed 11:00-11:50 (인문관 201)"),
            ("월1(가관 1) 2(나관 2)", "mon 09:00-09:50 (가관 1), | mon 10:00-10:50 (나관 2)"),
            ("월수 1교시", "mon 09:00-09:50, wed 09:00-09:50"),
            ("월요일 1 ~ 3교시", "mon 09:00-11:50"),
            ("월 1,3", "mon 09:00-09:50, mon 11:00-11:50"),
            ("월3,1,2,2", "mon 09:00-11:50"),
            ("토A,B; SUN 10", "sat 09:00-11:45, | sun 18:00-18:50"),
            ("금4\n화 09:00 - 10:15", "fri 13:00-13:50, | tue 09:00-10:15"),
            ("목9:00~10:15[온라인]", "thu 09:00-10:15 (온라인)"),
            ("", ""),
            (" , ", ""),
        ] {
            assert_eq!(parsed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_time_has_an_error_that_says_what_is_wrong() {
        for (text, expected) in [
            ("월5", "there is no period \"5\", only 1, A, 2, B, 3, 4, 10"),
            ("화상강의", "there is no period \"상강의\", only"),
            ("1,2", "there is no day before \"1\""),
            ("월", "there is no time after 월"),
            ("월1 화수", "there is no time after 화수"),
            ("월(가관) 화1", "there is no time after 월"),
            ("월3-1", "11:00-09:50 ends before it begins"),
            ("월1(가관", "the bracket in \"월1(가관\" is not closed"),
            ("월10:00", "\"10:00\" is not a time such as 09:00-10:15"),
            ("월25:00-26:00", "\"25:00-26:00\" is not a time such as 09:00-10:15"),
            ("온라인", "there is no day before \"온라인\""),
        ] {
            let error = periods().parse(text).unwrap_err();
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn periods_without_a_day_are_hours() {
        let hours =
            |text| periods().parse_hours(text).map(|hours| hours.iter().map(Hours::to_string).collect::<Vec<_>>());
        assert_eq!(hours("1,2교시"), Ok(vec!["09:00-10:50".to_owned()]));
        assert_eq!(hours("3~4"), Ok(vec!["11:00-11:50".to_owned(), "13:00-13:50".to_owned()]));
        assert!(hours("1,X").is_err());
    }

    #[test]
    fn times_of_day_are_read_as_text_and_as_fractions_of_a_day() {
        for (text, expected) in [
            ("09:00", "09:00"),
            ("9:05", "09:05"),
            ("13:30:00", "13:30"),
            ("0.375", "09:00"),
            ("0.427083333333333", "10:15"),
            ("24:00", "24:00"),
        ] {
            assert_eq!(parse_time(text).unwrap().to_string(), expected);
        }
        for text in ["", "9", "1.5", "-0.5", "NaN", "9:5", "25:00", "오전 9:00", "45000.375"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
