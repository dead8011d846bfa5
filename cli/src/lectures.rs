//! `campus lectures`.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use campus_core::domain::{Columns, LectureCode, LectureFacts, Merge, SchoolId, Section, Semester};
use campus_core::store::{Catalogues, Table};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use crate::args;
use crate::output::print;
use crate::schools::check_school;
use crate::table_args::TableArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add and change lectures of a school from a CSV file
    ///
    /// The columns are semester, code, section, title, credit, professor, department, classification, academic_year,
    /// times, places, quota and remark. Semester, code and section identify a lecture: an existing lecture is changed and
    /// keeps its id.
    ///
    /// A lecture that is missing from the file is kept and reported. A line with an error is reported and skipped; the
    /// other lines are imported. The lectures of a semester become visible all at once. You can interrupt the command at
    /// any time and run it again.
    #[command(
        after_help = "Exit codes: 0 if every line is imported, 1 if a line is refused or the command fails, 2 if \
                            the arguments are wrong."
    )]
    Import {
        /// The CSV file, in UTF-8, with a header line
        file: PathBuf,
        /// The id of the school, which `campus schools list` prints
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// The lectures of a semester in a file.
#[derive(Default)]
pub(crate) struct SemesterLectures {
    pub(crate) lectures: Vec<LectureFacts>,
    /// Code and section of the lectures in refused lines.
    pub(crate) mentioned: HashSet<(String, String)>,
}

/// The parsed lines of a file of lectures.
pub(crate) struct Contents {
    pub(crate) semesters: BTreeMap<Semester, SemesterLectures>,
    /// The number of lines, including refused ones, without the header.
    rows: usize,
    /// The numbers of the lines that are not imported, and the reasons.
    refused: Vec<(u64, String)>,
}

/// Runs the command. The exit code is 1 if a line was refused.
pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    let Command::Import { file, school, table } = command;
    let contents = read(&file)?;
    let mut merges = Vec::new();
    let imported = table.run(async |table| import(&contents, school, table, &mut merges).await).await;
    // If a semester fails, the semesters before it are imported.
    let code = print_report(&contents, &merges)?;
    imported.map(|()| code)
}

async fn import(
    contents: &Contents,
    school: SchoolId,
    table: &Table,
    merges: &mut Vec<(Semester, Merge)>,
) -> Result<()> {
    check_school(school, table).await?;
    let catalogues = Catalogues::new(table.clone());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?;
    let progress = ProgressBar::new(u64::try_from(contents.rows)?).with_style(style);
    progress.inc(u64::try_from(contents.refused.len())?);
    for (semester, SemesterLectures { lectures, mentioned }) in &contents.semesters {
        progress.set_message(semester.to_string());
        let (start, count) = (progress.position(), lectures.len());
        let on_chunk = |written: usize, chunks: usize| {
            let done = count.saturating_mul(written).checked_div(chunks).unwrap_or(count);
            progress.set_position(start.saturating_add(u64::try_from(done).unwrap_or(0)));
        };
        let imported = catalogues.import(school, *semester, lectures, mentioned, on_chunk).await;
        merges.push((*semester, imported.with_context(|| format!("the catalogue of {semester} is unchanged"))?));
        progress.set_position(start.saturating_add(u64::try_from(count)?));
    }
    progress.finish_and_clear();
    Ok(())
}

/// Prints the refused lines, the unlisted lectures and the totals. Returns the exit code.
fn print_report(contents: &Contents, merges: &[(Semester, Merge)]) -> Result<ExitCode> {
    for (line, reason) in &contents.refused {
        print(format_args!("line {line}: refused: {reason}"))?;
    }
    for (semester, merge) in merges {
        for LectureFacts { code, section, title, .. } in &merge.unlisted {
            print(format_args!("{semester} {code} {section}: no longer listed, kept: {title}"))?;
        }
    }
    let total = |count: fn(&Merge) -> usize| merges.iter().map(|(_, merge)| count(merge)).sum::<usize>();
    print(format_args!(
        "{} lectures added, {} changed, {} unchanged, {} lines refused, {} lectures no longer listed.",
        total(|merge| merge.added),
        total(|merge| merge.changed),
        total(|merge| merge.unchanged),
        contents.refused.len(),
        total(|merge| merge.unlisted.len()),
    ))?;
    Ok(if contents.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(file: &Path) -> Result<Contents> {
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("cannot read {name}"))?;
    parse(opened).with_context(|| format!("{name}"))
}

/// Parses a whole file.
///
/// # Errors
/// If the file is not CSV, lacks a column, or has no lectures. A line with another error is in [`Contents::refused`].
pub(crate) fn parse(file: impl Read) -> Result<Contents> {
    // A line with a wrong number of fields is refused like any other line with an error.
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers().context("cannot read the header")?.clone();
    let missing = |column| anyhow::anyhow!("line 1: there is no column {column}");
    let columns = Columns::find(header.iter().map(str::trim)).map_err(missing)?;
    let mut contents = Contents { semesters: BTreeMap::new(), rows: 0, refused: Vec::new() };
    let mut lines: HashMap<(Semester, String, String), u64> = HashMap::new();
    for record in reader.byte_records() {
        let record = record.context("cannot read the file")?;
        let line = record.position().map_or(0, csv::Position::line);
        contents.rows = contents.rows.saturating_add(1);
        let row = columns.parse(|at| record.get(at).and_then(|field| str::from_utf8(field).ok()));
        // `row.name` is set even if one of these checks fails.
        let result = if record.len() != header.len() {
            Err(format!("it has {} fields, and the header has {}", record.len(), header.len()))
        } else if record.iter().any(|field| str::from_utf8(field).is_err()) {
            Err("it is not UTF-8".to_owned())
        } else {
            row.result.map_err(|error| error.to_string())
        };
        contents.add(line, row.name, result, &mut lines);
    }
    ensure!(contents.rows > 0, "it has no lectures");
    Ok(contents)
}

impl Contents {
    /// Adds a parsed line. `name` is the lecture of the line, if it could be read. `lines` has the line of each lecture
    /// added so far.
    fn add(
        &mut self,
        line: u64,
        name: Option<(Semester, LectureCode, Section)>,
        result: Result<LectureFacts, String>,
        lines: &mut HashMap<(Semester, String, String), u64>,
    ) {
        match (name, result) {
            (Some((semester, code, section)), Ok(facts)) => {
                match lines.entry((semester, code.to_string(), section.to_string())) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(line);
                        self.semesters.entry(semester).or_default().lectures.push(facts);
                    }
                    Entry::Occupied(first) => {
                        let first = first.get();
                        self.refused.push((line, format!("{code} {section} is already in line {first}")));
                    }
                }
            }
            (name, Err(reason)) => {
                if let Some((semester, code, section)) = name {
                    let mentioned = &mut self.semesters.entry(semester).or_default().mentioned;
                    mentioned.insert((code.to_string(), section.to_string()));
                }
                self.refused.push((line, reason));
            }
            // A line without errors has a name.
            (None, Ok(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests;
