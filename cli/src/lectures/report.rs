//! The report of an import.

use anyhow::Result;
use campus_core::domain::{Catalogue, LectureFacts, Merge, Semester};

use super::contents::Contents;
use super::name_of;
use crate::output::print;

/// The number of lectures that a line names.
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

impl SemesterReport {
    /// Compares the catalogue before an import with the result.
    pub(super) fn new(semester: Semester, before: &Catalogue, merge: Merge) -> Self {
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for lecture in merge.lectures.iter().filter(|lecture| lecture.can_be_found()) {
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

    fn print(&self) -> Result<()> {
        let Self { semester, new, changed, withdrawn, unchanged } = self;
        let read = new.len().saturating_add(changed.len()).saturating_add(*unchanged);
        print(format_args!("{semester}: {read} lectures in the file"))?;
        print_count("new", new.iter().map(described))?;
        let with_columns =
            |(facts, columns): &(LectureFacts, Vec<&str>)| format!("{} ({})", described(facts), columns.join(", "));
        print_count("changed", changed.iter().map(with_columns))?;
        print_count("withdrawn, because the file does not list them", withdrawn.iter().map(described))?;
        print(format_args!("  {unchanged} unchanged"))
    }
}

/// Prints the number of lectures, and the first ones.
fn print_count(what: &str, lectures: impl ExactSizeIterator<Item = String>) -> Result<()> {
    let count = lectures.len();
    let examples: Vec<String> = lectures.take(EXAMPLES).collect();
    let examples = match count {
        0 => String::new(),
        _ if count > EXAMPLES => format!(": {}, …", examples.join(", ")),
        _ => format!(": {}", examples.join(", ")),
    };
    print(format_args!("  {count} {what}{examples}"))
}

fn described(facts: &LectureFacts) -> String {
    format!("{} {}", name_of(facts.position()), facts.title)
}

/// Prints the warnings, and what changes in each semester.
pub(super) fn print_report(contents: &Contents, reports: &[SemesterReport], dry_run: bool) -> Result<()> {
    for (number, warning) in contents.warnings.iter().take(MAX_WARNINGS) {
        print(format_args!("{} {number}: {warning}", contents.unit))?;
    }
    if contents.warnings.len() > MAX_WARNINGS {
        print(format_args!("These are the first {MAX_WARNINGS} of {} warnings.", contents.warnings.len()))?;
    }
    for report in reports {
        report.print()?;
    }
    let rows = contents.rows;
    if contents.joined > 0 {
        print(format_args!("{rows} rows read, {} of them further meetings of other rows.", contents.joined))?;
    } else {
        print(format_args!("{rows} rows read."))?;
    }
    if dry_run {
        print("Nothing is written: this is a dry run.")?;
    }
    Ok(())
}
