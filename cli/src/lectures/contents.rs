//! The content of a file of lectures.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use anyhow::{Result, ensure};
use campus_core::domain::{LectureFacts, Semester, Slot};

use super::mapping::{MappedRow, Mapping};
use super::name_of;
use crate::sheet::{Layout, RowProblem, Sheet, Unit};

/// The lectures in a file.
pub(crate) struct Contents {
    pub(super) unit: Unit,
    /// Each lecture occurs once.
    pub(crate) semesters: BTreeMap<Semester, Vec<LectureFacts>>,
    /// The number of rows.
    pub(super) rows: usize,
    /// The rows that belong to the lecture of another row.
    pub(super) joined: usize,
    /// What the operator should know, in the order of the rows.
    pub(super) warnings: Vec<RowProblem>,
}

impl Contents {
    /// Reads a whole file. Without a mapping, its columns have the names of a catalogue's columns.
    ///
    /// # Errors
    /// If the file or the mapping cannot be read, the file lacks a column or has no lectures, or all rows with an error.
    pub(super) fn read(file: &Path, mapping: Option<&Path>) -> Result<Self> {
        let mapping = mapping.map_or_else(|| Ok(Mapping::of_catalogue()), Mapping::read)?;
        Sheet::read(file, &mapping.layout(), |sheet| Self::of_sheet(sheet, &mapping))
    }

    /// Parses the content of a file whose columns have the names of a catalogue's columns.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        Self::of_sheet(&Sheet::parse(bytes, &Layout::default())?, &Mapping::of_catalogue())
    }

    pub(super) fn of_sheet(sheet: &Sheet, mapping: &Mapping) -> Result<Self> {
        let mapping = mapping.bind(sheet)?;
        ensure!(!sheet.rows.is_empty(), "it has no lectures");
        let (semesters, rows) = (BTreeMap::new(), sheet.rows.len());
        let mut contents = Self { unit: sheet.unit, semesters, rows, joined: 0, warnings: Vec::new() };
        let mut lectures = BTreeMap::<_, Lecture>::new();
        sheet.parse_rows("nothing is imported", &sheet.rows, |row| {
            let MappedRow { semester, facts, mut warnings } = mapping.parse(row)?;
            let (code, section) = facts.position();
            match lectures.entry((semester, code.to_owned(), section.to_owned())) {
                Entry::Vacant(vacant) => {
                    vacant.insert(Lecture { meetings: vec![(row.number, facts.slots.clone())], facts });
                }
                Entry::Occupied(mut lecture) => {
                    warnings.extend(lecture.get_mut().add(row.number, facts, sheet.unit)?);
                }
            }
            contents.warnings.extend(warnings.into_iter().map(|warning| (row.number, warning)));
            Ok(())
        })?;
        for ((semester, ..), lecture) in lectures {
            contents.joined = contents.joined.saturating_add(lecture.meetings.len().saturating_sub(1));
            contents.semesters.entry(semester).or_default().push(lecture.facts);
        }
        Ok(contents)
    }
}

/// A lecture, with the rows from which it comes.
struct Lecture {
    facts: LectureFacts,
    meetings: Vec<(u64, Vec<Slot>)>,
}

impl Lecture {
    /// Adds the meetings of another row. Returns a warning if a row without meetings adds nothing, such as the row of the
    /// online part of a lecture.
    ///
    /// # Errors
    /// If the row repeats another row, or if it contradicts the others: a message without the row.
    fn add(&mut self, number: u64, other: LectureFacts, unit: Unit) -> Result<Option<String>, String> {
        let name = name_of(self.facts.position());
        let first = self.meetings.first().map_or(number, |(first, _)| *first);
        match self.facts.join(&other) {
            Ok(true) => {
                self.meetings.push((number, other.slots));
                Ok(None)
            }
            Ok(false) if other.slots.is_empty() && !self.facts.slots.is_empty() => {
                self.meetings.push((number, other.slots));
                Ok(Some(format!("the row has no time, and adds nothing to {name} in {unit} {first}")))
            }
            Ok(false) => {
                let same = self.meetings.iter().find(|(_, slots)| *slots == other.slots);
                let row = same.map_or(first, |(row, _)| *row);
                Err(format!("{name} is in {unit} {row} already"))
            }
            Err(column) => Err(format!("column {column}: {name} has another value in {unit} {first}")),
        }
    }
}
