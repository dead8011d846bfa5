//! The content of a file of lectures.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use campus_core::domain::{Columns, LectureFacts, Semester};

use super::name_of;
use crate::csv_file::CsvFile;

/// The lectures of a semester in a file.
#[derive(Default)]
pub(crate) struct SemesterLectures {
    pub(crate) lectures: Vec<LectureFacts>,
    /// Code and section of the refused lectures.
    pub(crate) mentioned: HashSet<(String, String)>,
}

/// The parsed lines of a file of lectures.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) semesters: BTreeMap<Semester, SemesterLectures>,
    /// The number of lines that only add meetings to the lecture of another line.
    pub(super) joined: usize,
    /// The numbers of the lines that are not imported, and the reasons.
    pub(super) refused: Vec<(u64, String)>,
    /// Lines, columns and maximum numbers of characters of the texts that were cut.
    pub(super) cut: Vec<(u64, &'static str, usize)>,
}

/// A line of a lecture.
struct Line {
    number: u64,
    result: Result<LectureFacts, String>,
    cut: Vec<(&'static str, usize)>,
}

/// Reads a whole file.
///
/// # Errors
/// Those of [`CsvFile::read`] and [`parse`].
pub(super) fn read(file: &Path) -> Result<Contents> {
    parse(&CsvFile::read(file)?).with_context(|| file.display().to_string())
}

/// Parses the rows of a file.
///
/// # Errors
/// If the file lacks a column or has no lectures. A line with another error is in [`Contents::refused`].
pub(crate) fn parse(file: &CsvFile) -> Result<Contents> {
    let columns = Columns::find(&file.header).map_err(|column| file.missing_column(column))?;
    ensure!(!file.rows.is_empty(), "it has no lectures");
    let mut contents = Contents::default();
    let mut lectures = BTreeMap::<_, Vec<Line>>::new();
    for row in &file.rows {
        let parsed = columns.parse(|position| row.field(position));
        let result = file.check_fields(row).and_then(|()| parsed.result.map_err(|error| error.to_string()));
        match (parsed.name, result) {
            (Some((semester, code, section)), result) => {
                let lines = lectures.entry((semester, code.to_string(), section.to_string())).or_default();
                lines.push(Line { number: row.line, result, cut: parsed.cut });
            }
            (None, Err(reason)) => contents.refused.push((row.line, reason)),
            // A line without errors has a name.
            (None, Ok(_)) => {}
        }
    }
    for ((semester, code, section), lines) in lectures {
        contents.add(semester, (code, section), lines);
    }
    contents.refused.sort_unstable();
    contents.cut.sort_unstable();
    Ok(contents)
}

impl Contents {
    /// Adds all lines of a lecture. If one of them has an error, or if they contradict each other, refuses all of them: a
    /// lecture without some of its meetings would be wrong in every timetable.
    fn add(&mut self, semester: Semester, name: (String, String), lines: Vec<Line>) {
        let listed = self.semesters.entry(semester).or_default();
        match join(&name, lines) {
            Ok(lecture) => {
                listed.lectures.push(lecture.facts);
                self.joined = self.joined.saturating_add(lecture.joined);
                self.refused.extend(lecture.repeated);
                self.cut.extend(lecture.cut);
            }
            Err(refused) => {
                listed.mentioned.insert(name);
                self.refused.extend(refused);
            }
        }
    }
}

/// A lecture and its lines.
struct JoinedLecture {
    facts: LectureFacts,
    /// The number of lines that added meetings.
    joined: usize,
    /// The lines that repeat another line, and the reasons to refuse them.
    repeated: Vec<(u64, String)>,
    cut: Vec<(u64, &'static str, usize)>,
}

/// Joins the lines of a lecture.
///
/// # Errors
/// All lines, and why they are refused.
fn join(name: &(String, String), lines: Vec<Line>) -> Result<JoinedLecture, Vec<(u64, String)>> {
    let name = name_of((&name.0, &name.1));
    if let Some(wrong) = lines.iter().find(|line| line.result.is_err()).map(|line| line.number) {
        let refused = |line: Line| match line.result {
            Ok(_) => (line.number, format!("{name} is also in line {wrong}, which has an error")),
            Err(reason) => (line.number, reason),
        };
        return Err(lines.into_iter().map(refused).collect());
    }
    let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
    let cut = lines.iter().flat_map(|line| line.cut.iter().map(|(column, max)| (line.number, *column, *max))).collect();
    let mut all = lines.into_iter().filter_map(|line| Some((line.number, line.result.ok()?)));
    let Some((first, mut facts)) = all.next() else { return Err(Vec::new()) };
    let mut meetings = vec![(first, facts.slots.clone())];
    let (mut joined, mut repeated) = (0_usize, Vec::new());
    for (number, other) in all {
        match facts.join(&other) {
            Ok(true) => joined = joined.saturating_add(1),
            Ok(false) => {
                let same = meetings.iter().find(|(_, slots)| *slots == other.slots);
                let line = same.map_or(first, |(line, _)| *line);
                repeated.push((number, format!("{name} is in line {line} already")));
            }
            Err(column) => {
                let all: Vec<String> = numbers.iter().map(u64::to_string).collect();
                let reason = format!("{name} has different values of {column} in lines {}", all.join(", "));
                return Err(numbers.into_iter().map(|line| (line, reason.clone())).collect());
            }
        }
        meetings.push((number, other.slots));
    }
    Ok(JoinedLecture { facts, joined, repeated, cut })
}
