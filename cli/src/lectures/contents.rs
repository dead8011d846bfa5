//! The content of a file of lectures.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use anyhow::{Result, ensure};
use campus_core::domain::{LectureFacts, Semester, Slot};

use super::mapping::Mapping;
use super::name_of;
use crate::sheet::{Layout, RowProblem, Sheet, Unit};

/// The lectures in a file.
pub(crate) struct Contents {
    pub(super) unit: Unit,
    /// Each lecture occurs once.
    pub(crate) semesters: BTreeMap<Semester, Vec<LectureFacts>>,
    /// The number of rows.
    pub(super) rows: usize,
    /// The rows that only add meetings to the lecture of another row.
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
        let mut refused = Vec::new();
        let mut lectures = BTreeMap::<_, Lecture>::new();
        for row in &sheet.rows {
            let parsed = sheet.check_width(row).and_then(|()| mapping.parse(row)).and_then(|parsed| {
                contents.warnings.extend(parsed.warnings.into_iter().map(|warning| (row.number, warning)));
                let facts = parsed.facts;
                let (code, section) = facts.position();
                let name = (parsed.semester, code.to_owned(), section.to_owned());
                match lectures.entry(name) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(Lecture { meetings: vec![(row.number, facts.slots.clone())], facts });
                        Ok(())
                    }
                    Entry::Occupied(mut lecture) => lecture.get_mut().add(row.number, facts, sheet.unit),
                }
            });
            if let Err(reason) = parsed {
                refused.push((row.number, format!("refused: {reason}")));
            }
        }
        sheet.refuse("nothing is imported", refused)?;
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
    /// Adds the meetings of another row.
    ///
    /// # Errors
    /// If the row adds none, or if it contradicts the others: a message without the row.
    fn add(&mut self, number: u64, other: LectureFacts, unit: Unit) -> Result<(), String> {
        let name = name_of(self.facts.position());
        let first = self.meetings.first().map_or(number, |(first, _)| *first);
        match self.facts.join(&other) {
            Ok(true) => {
                self.meetings.push((number, other.slots));
                Ok(())
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
