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
                let (place, after) =
                    split_bracket(rest).ok_or_else(|| format!("the bracket in {text:?} is not closed"))?;
                groups.add_place(place.trim());
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
        let mut hours = HoursList::default();
        for item in text.split(is_separator).filter(|item| !item.is_empty()) {
            hours.add(item, self)?;
        }
        Ok(hours.into_meetings())
    }

    /// The hours of the periods `3` or `3-4`.
    fn hours(&self, item: &str) -> Result<Vec<Hours>, String> {
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

/// The hours of a list such as `1,2 13:30-14:45`.
#[derive(Default)]
struct HoursList {
    of_periods: Vec<Hours>,
    /// Written as times of day. They are meetings of their own even if the break between them is short.
    of_times: Vec<Hours>,
}

impl HoursList {
    /// Adds `3`, `3-4` or `09:00-10:15`.
    fn add(&mut self, item: &str, periods: &Periods) -> Result<(), String> {
        match item.contains(':') {
            true => self.of_times.push(Hours::parse(item)?),
            false => self.of_periods.extend(periods.hours(item)?),
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.of_periods.is_empty() && self.of_times.is_empty()
    }

    /// The hours of the meetings, without repetitions.
    fn into_meetings(self) -> Vec<Hours> {
        let mut hours = joined(self.of_periods);
        hours.extend(self.of_times);
        hours.sort_unstable_by_key(|hours| (hours.start, hours.end));
        hours.dedup();
        hours
    }
}

/// The meetings that are parsed so far.
struct Groups<'a> {
    periods: &'a Periods,
    meetings: Vec<Meeting>,
    days: Vec<Day>,
    hours: HoursList,
    place: Option<String>,
    count: usize,
}

impl<'a> Groups<'a> {
    fn new(periods: &'a Periods) -> Self {
        let (meetings, days, hours) = (Vec::new(), Vec::new(), HoursList::default());
        Self { periods, meetings, days, hours, place: None, count: 0 }
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
        if self.place.is_some() {
            self.end_group();
        }
        self.hours.add(item, self.periods)
    }

    fn add_place(&mut self, place: &str) {
        self.place = Some(place.to_owned()).filter(|place| !place.is_empty());
    }

    /// Adds the meetings of the group. The days stay: `월1(가관) 2(나관)` has one day.
    fn end_group(&mut self) {
        let (hours, place) = (std::mem::take(&mut self.hours).into_meetings(), self.place.take());
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

/// The text in the brackets at the start of the text, which can contain further brackets, and the rest. `None` if they are
/// not closed.
fn split_bracket(text: &str) -> Option<(&str, &str)> {
    let mut characters = text.char_indices();
    let (_, open) = characters.next()?;
    let close = if open == '(' { ')' } else { ']' };
    let mut depth = 1_usize;
    let (end, _) = characters.find(|(_, c)| {
        if *c == open {
            depth = depth.saturating_add(1);
        } else if *c == close {
            depth = depth.saturating_sub(1);
        }
        depth == 0
    })?;
    let (inside, after) = text.split_at_checked(end)?;
    Some((inside.strip_prefix(open)?, after.strip_prefix(close)?))
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
mod tests;
