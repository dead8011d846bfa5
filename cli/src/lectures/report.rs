//! The report of an import.

use anyhow::Result;
use campus_core::domain::{Catalogue, LectureFacts, Merge, Semester};

use super::contents::Contents;
use super::name_of;
use crate::output::print;

/// The number of new and of changed lectures that are printed.
const EXAMPLES: usize = 3;
/// The number of warnings that are printed.
const MAX_WARNINGS: usize = 20;

/// What an import changes in the catalogue of a semester.
pub(super) struct SemesterReport {
    semester: Semester,
    new: Vec<LectureFacts>,
    /// The lectures, with the columns that changed.
    changed: Vec<(LectureFacts, Vec<&'static str>)>,
    withdrawn: Vec<LectureFacts>,
    unchanged: usize,
}

/// How much a report prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportOptions {
    /// All new and changed lectures and all warnings, instead of the first ones.
    pub(super) all: bool,
    pub(super) dry_run: bool,
}

impl SemesterReport {
    /// Compares the catalogue before an import with the result.
    pub(super) fn new(semester: Semester, before: &Catalogue, merge: Merge) -> Self {
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for lecture in merge.lectures.iter().filter(|lecture| lecture.is_searchable()) {
            match before.get(lecture.id) {
                None => new.push(lecture.facts.clone()),
                Some(old) => {
                    let columns = old.facts.differences(&lecture.facts);
                    if !columns.is_empty() {
                        changed.push((lecture.facts.clone(), columns));
                    }
                }
            }
        }
        Self { semester, new, changed, withdrawn: merge.withdrawn, unchanged: merge.unchanged }
    }

    fn print(&self, all: bool) -> Result<()> {
        let Self { semester, new, changed, withdrawn, unchanged } = self;
        let read = new.len().saturating_add(changed.len()).saturating_add(*unchanged);
        print(format_args!("{semester}: {read} lectures in the file"))?;
        print_lectures("new", new.iter().map(described), all)?;
        let with_columns =
            |(facts, columns): &(LectureFacts, Vec<&str>)| format!("{} ({})", described(facts), columns.join(", "));
        print_lectures("changed", changed.iter().map(with_columns), all)?;
        print_lectures("withdrawn, because the file does not list them", withdrawn.iter().map(described), true)?;
        print(format_args!("  {unchanged} unchanged"))
    }
}

/// Prints the number of lectures, and all or the first of them.
fn print_lectures(what: &str, lectures: impl ExactSizeIterator<Item = String>, all: bool) -> Result<()> {
    let count = lectures.len();
    print(format_args!("  {count} {what}"))?;
    for lecture in lectures.take(if all { count } else { EXAMPLES }) {
        print(format_args!("    {lecture}"))?;
    }
    if !all && count > EXAMPLES {
        print("    …")?;
    }
    Ok(())
}

fn described(facts: &LectureFacts) -> String {
    format!("{} {}", name_of(facts.position()), facts.title)
}

/// Prints the warnings, and what changes in each semester.
pub(super) fn print_report(contents: &Contents, reports: &[SemesterReport], options: ReportOptions) -> Result<()> {
    let ReportOptions { all, dry_run } = options;
    let warnings = &contents.warnings;
    for (number, warning) in warnings.iter().take(if all { warnings.len() } else { MAX_WARNINGS }) {
        print(format_args!("{} {number}: {warning}", contents.unit))?;
    }
    if !all && warnings.len() > MAX_WARNINGS {
        print(format_args!("These are the first {MAX_WARNINGS} of {} warnings.", warnings.len()))?;
    }
    for report in reports {
        report.print(all)?;
    }
    let rows = contents.rows;
    if contents.joined > 0 {
        print(format_args!("{rows} rows read, {} of them further rows of a lecture.", contents.joined))?;
    } else {
        print(format_args!("{rows} rows read."))?;
    }
    if dry_run {
        print("Nothing is written: this is a dry run.")?;
    }
    Ok(())
}
