//! How the columns of a school's file become those of a catalogue. `docs/operations.md` describes the file of a mapping.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use campus_core::domain::{Columns, Day, LectureFacts, RowError, Semester};
use serde::{Deserialize, Deserializer, de};

use super::times::{Hours, Meeting, Periods, parse_day, parse_time};
use crate::sheet::{Layout, Sheet, SheetRow, read_text};

/// The columns of a catalogue, in the order in which [`BoundMapping::parse`] passes them on.
const CATALOGUE: [&str; Columns::NAMES.len() + 1] = {
    let mut names = [Columns::STATE; Columns::NAMES.len() + 1];
    names.split_at_mut(Columns::NAMES.len()).0.copy_from_slice(&Columns::NAMES);
    names
};

/// The columns of a file with a row for each meeting, instead of `times` and `places`.
const MEETING: [&str; 5] = ["day", "start", "end", "period", "place"];

/// A mapping as its file describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    sheet: Option<String>,
    header_row: Option<u64>,
    /// What separates the places of a lecture, besides semicolons and line breaks.
    place_separator: Option<String>,
    /// Values that are the same in all rows.
    #[serde(default)]
    constants: BTreeMap<Column, String>,
    /// The names of the columns in the file.
    #[serde(default)]
    columns: BTreeMap<Column, String>,
    /// What the values of a column mean.
    #[serde(default)]
    values: BTreeMap<Column, BTreeMap<String, String>>,
    #[serde(default)]
    periods: Periods,
    /// A column that the file can lack.
    #[serde(skip)]
    optional: Option<Column>,
}

/// The name of a column of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column(&'static str);

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = CATALOGUE.iter().chain(&MEETING).find(|known| **known == name);
        known.copied().map(Self).ok_or_else(|| {
            let (columns, meeting) = (CATALOGUE.join(", "), MEETING.join(", "));
            de::Error::custom(format!("there is no column {name}, only {columns}, {meeting}"))
        })
    }
}

impl Mapping {
    /// Reads the file of a mapping.
    ///
    /// # Errors
    /// If the file cannot be read, or is not a mapping.
    pub(super) fn read(file: &Path) -> Result<Self> {
        Self::parse(&read_text(file)?).with_context(|| file.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text)?;
        mapping.check()?;
        Ok(mapping)
    }

    /// The mapping of a file whose columns have the names of a catalogue's columns.
    pub(super) fn of_catalogue() -> Self {
        let columns = CATALOGUE.into_iter().map(|name| (Column(name), name.to_owned())).collect();
        Self { columns, optional: Some(Column(Columns::STATE)), ..Self::default() }
    }

    pub(super) fn layout(&self) -> Layout {
        Layout { sheet: self.sheet.clone(), header_row: self.header_row }
    }

    fn has(&self, name: &'static str) -> bool {
        self.columns.contains_key(&Column(name)) || self.constants.contains_key(&Column(name))
    }

    fn check(&self) -> Result<()> {
        if let Some(Column(name)) = self.columns.keys().find(|column| self.constants.contains_key(column)) {
            bail!("{name} is both in [columns] and in [constants]");
        }
        for name in ["semester", "code", "title", "credit"] {
            ensure!(self.has(name), "{name} is neither in [columns] nor in [constants]");
        }
        if let Some(Column(name)) = self.values.keys().find(|Column(name)| !self.has(name)) {
            bail!("{name} is in [values], and neither in [columns] nor in [constants]");
        }
        let has_list = self.has("times") || self.has("places");
        if MEETING.into_iter().any(|name| self.has(name)) {
            let has_hours = (self.has("start"), self.has("end"), self.has("period"));
            ensure!(!has_list, "a mapping has either times and places, or {}", MEETING.join(", "));
            ensure!(self.has("day"), "a mapping with {} needs a day", MEETING.join(", "));
            ensure!(
                matches!(has_hours, (true, true, false) | (false, false, true)),
                "a mapping with a day needs either start and end, or period"
            );
        }
        ensure!(!self.has("places") || self.has("times"), "a mapping with places needs times");
        ensure!(!self.has("period") || !self.periods.is_empty(), "a mapping with period needs [periods]");
        if let Some(name) = self.periods.invalid_name() {
            bail!("the period {name:?} in [periods] must have letters and digits, and must not begin with a day");
        }
        Ok(())
    }

    /// Finds the columns in a file.
    ///
    /// # Errors
    /// If the file lacks a column.
    pub(super) fn bind<'a>(&'a self, sheet: &Sheet) -> Result<BoundMapping<'a>> {
        let mut positions = BTreeMap::new();
        for name in CATALOGUE.into_iter().chain(MEETING) {
            let Some(column) = self.columns.get(&Column(name)) else { continue };
            let position = match self.optional == Some(Column(name)) {
                true => sheet.optional_column(column)?,
                false => Some(sheet.column(column)?),
            };
            positions.extend(position.map(|position| (Column(name), position)));
        }
        let columns = Columns::find(CATALOGUE).map_err(|name| anyhow::anyhow!("there is no column {name}"))?;
        Ok(BoundMapping { mapping: self, positions, columns })
    }
}

/// A mapping with the positions of the columns in a file.
pub(super) struct BoundMapping<'a> {
    mapping: &'a Mapping,
    positions: BTreeMap<Column, usize>,
    columns: Columns,
}

/// A parsed row.
pub(super) struct MappedRow {
    pub(super) semester: Semester,
    pub(super) facts: LectureFacts,
    /// What the operator should know.
    pub(super) warnings: Vec<String>,
}

impl BoundMapping<'_> {
    /// Parses a row.
    ///
    /// # Errors
    /// A message without the row.
    pub(super) fn parse(&self, row: &SheetRow) -> Result<MappedRow, String> {
        let mut warnings = Vec::new();
        let (times, places) = self.times_and_places(row, &mut warnings)?;
        let mut fields = Vec::new();
        for name in CATALOGUE {
            fields.push(match name {
                "times" => Cow::Borrowed(times.as_str()),
                "places" => Cow::Borrowed(places.as_str()),
                name => self.field(name, row)?,
            });
        }
        let parsed = self.columns.parse(|position| fields.get(position).map(AsRef::as_ref));
        let facts = parsed.result.map_err(|RowError { column, value, reason }| {
            format!("column {}: {value:?} {reason}", self.label(column))
        })?;
        for (column, max) in &parsed.cut {
            warnings.push(format!("column {}: cut, because it has more than {max} characters", self.label(column)));
        }
        let semester = parsed.semester.ok_or("it has no semester")?;
        Ok(MappedRow { semester, facts, warnings })
    }

    /// The name of a column in the file, with the name of the catalogue's column if it is another one.
    fn label(&self, name: &'static str) -> String {
        match self.mapping.columns.get(&Column(name)) {
            Some(column) if column != name => format!("{column} ({name})"),
            _ => name.to_owned(),
        }
    }

    /// The value of a column in a row, empty if the mapping does not have the column.
    fn field<'a>(&'a self, name: &'static str, row: &'a SheetRow) -> Result<Cow<'a, str>, String> {
        let column = Column(name);
        let value = match self.positions.get(&column) {
            Some(position) => row.field(&self.label(name), *position)?,
            None => self.mapping.constants.get(&column).map_or("", String::as_str),
        };
        let meaning = self.mapping.values.get(&column).and_then(|values| values.get(value));
        Ok(Cow::Borrowed(meaning.map_or(value, String::as_str)))
    }

    /// The fields `times` and `places` of a catalogue file.
    fn times_and_places(&self, row: &SheetRow, warnings: &mut Vec<String>) -> Result<(String, String), String> {
        if self.mapping.has("day") {
            return Ok(written(&self.meeting(row)?));
        }
        let times = self.field("times", row)?;
        let mut places = self.field("places", row)?;
        if times.is_empty() && !places.replace(';', "").trim().is_empty() {
            warnings.push(format!("column {}: {places:?} is ignored, because there is no time", self.label("places")));
            places = Cow::Borrowed("");
        }
        if self.mapping.periods.is_empty() {
            return Ok((times.into_owned(), places.into_owned()));
        }
        let parsed = self.mapping.periods.parse(&times);
        let mut meetings = parsed.map_err(|error| format!("column {}: {times:?}: {error}", self.label("times")))?;
        self.add_places(&mut meetings, &places)?;
        Ok(written(&meetings))
    }

    /// Adds places to the meetings without one. If there are as many places as groups of times, also counting empty ones,
    /// they belong to the groups in turn. Otherwise a single place belongs to all meetings.
    fn add_places(&self, meetings: &mut [Meeting], places: &str) -> Result<(), String> {
        let separator = self.mapping.place_separator.as_deref().unwrap_or(";");
        let places = places.replace(separator, ";");
        let mut places: Vec<&str> = places.split([';', '\n', '\r']).map(str::trim).collect();
        let groups = meetings.last().map_or(0, |meeting| meeting.group.saturating_add(1));
        if places.len() != groups {
            places.retain(|place| !place.is_empty());
        }
        if places.len() > 1 && places.len() != groups {
            return Err(format!(
                "column {}: {} has {} places, and there are {groups} times",
                self.label("places"),
                places.join("; "),
                places.len(),
            ));
        }
        for meeting in meetings.iter_mut().filter(|meeting| meeting.place.is_none()) {
            let place = if places.len() == 1 { places.first() } else { places.get(meeting.group) };
            meeting.place = place.filter(|place| !place.is_empty()).map(|place| (*place).to_owned());
        }
        Ok(())
    }

    /// The meetings of a row with a day. There is none if neither the day nor the time is given.
    fn meeting(&self, row: &SheetRow) -> Result<Vec<Meeting>, String> {
        let field = |name| self.field(name, row);
        let place = Some(field("place")?.into_owned()).filter(|place| !place.is_empty());
        let day = field("day")?;
        let hours = [field("start")?, field("end")?, field("period")?];
        if day.is_empty() && hours.iter().all(|text| text.is_empty()) {
            return Ok(Vec::new());
        }
        let wrong = |name, text: &str, reason: &str| format!("column {}: {text:?} {reason}", self.label(name));
        let day: Day = parse_day(&day).ok_or_else(|| wrong("day", &day, "is not a day such as 월 or mon"))?;
        let [start, end, period] = hours;
        let hours = if self.mapping.has("period") {
            let hours = self.mapping.periods.parse_hours(&period);
            hours.map_err(|error| wrong("period", &period, &format!("is not a list of periods: {error}")))?
        } else {
            let time = |name, text: &str| {
                parse_time(text).ok_or_else(|| wrong(name, text, "is not a time of day such as 09:00"))
            };
            let hours = Hours::new(time("start", &start)?, time("end", &end)?);
            vec![hours.map_err(|error| format!("column {}: {error}", self.label("end")))?]
        };
        if hours.is_empty() {
            return Err(wrong("period", &period, "is no period, and there is a day"));
        }
        Ok(hours.into_iter().map(|hours| Meeting { day, hours, place: place.clone(), group: 0 }).collect())
    }
}

/// The meetings as the fields `times` and `places` of a catalogue file.
fn written(meetings: &[Meeting]) -> (String, String) {
    let times: Vec<String> =
        meetings.iter().map(|Meeting { day, hours, .. }| format!("{} {hours}", day.korean())).collect();
    let place = |meeting: &Meeting| meeting.place.as_deref().unwrap_or_default().replace([';', '\n', '\r'], " ");
    let places: Vec<String> = meetings.iter().map(place).collect();
    (times.join("; "), places.join("; "))
}

#[cfg(test)]
mod tests;
