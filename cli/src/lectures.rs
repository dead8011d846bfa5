//! `campus lectures`.

mod contents;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use campus_core::domain::{Merge, SchoolId, Semester};
use campus_core::store::{Catalogues, Error, Table};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

pub(crate) use self::contents::parse;
use self::contents::{Contents, SemesterLectures, read};
use crate::output::print;
use crate::schools::read_school;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add, change and withdraw lectures of a school from a CSV file
    ///
    /// The columns are semester, code, section, title, credit, professor, department, classification, academic_year,
    /// times, places, quota and remark; a column state is optional, and says `cancelled` for a cancelled lecture. Semester,
    /// code and section identify a lecture: an existing lecture is changed and keeps its id. Lines that differ only in times
    /// and places are meetings of one lecture.
    ///
    /// A lecture of these semesters that is missing from the file is withdrawn and reported: timetables keep it, and show
    /// that it is withdrawn. It comes back if a later file lists it. A lecture that has an error in one of its lines is
    /// reported and skipped; the others are imported. Texts that are too long are cut and reported. The lectures of a
    /// semester become visible all at once. You can interrupt the command at any time and run it again, and undo the import
    /// of a semester by `campus lectures undo`.
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
    /// Undo the last import of a semester
    ///
    /// The lectures get the data that they had before the last import that changed the semester. Lectures that this import
    /// added are withdrawn. An import can be undone once; to repeat it, import its file again. The lectures keep their ids.
    #[command(after_help = EXIT_CODES)]
    Undo {
        /// The semester, such as 2026-1 or 2026-summer
        #[arg(long, value_name = "SEMESTER", value_parser = args::semester)]
        semester: Semester,
        /// The id of the school, which `campus schools list` prints
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// Runs the command. The exit code is 1 if a line was refused.
pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Import { file, school, table } => run_import(&file, school, &table).await,
        Command::Undo { semester, school, table } => run_undo(semester, school, &table).await,
    }
}

async fn run_undo(semester: Semester, school: SchoolId, table: &TableArgs) -> Result<ExitCode> {
    let undo = async |table: &Table| {
        read_school(school, table).await?;
        match Catalogues::new(table.clone()).undo(school, semester).await {
            Err(Error::NotFound) => {
                bail!("there is no import of {semester} to undo, or the last one is undone already")
            }
            Err(Error::Stale) => bail!("another import has just changed {semester}; nothing is undone"),
            undone => Ok(undone?),
        }
    };
    let merge = table.run(undo).await?;
    print_withdrawn(semester, &merge)?;
    let (changed, withdrawn) = (merge.changed, merge.withdrawn.len());
    print(format_args!("{semester} is as before its last import: {changed} lectures changed, {withdrawn} withdrawn."))?;
    Ok(ExitCode::SUCCESS)
}

async fn run_import(file: &Path, school: SchoolId, table: &TableArgs) -> Result<ExitCode> {
    let contents = read(file)?;
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
    read_school(school, table).await?;
    let catalogues = Catalogues::new(table.clone());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?;
    let total: usize = contents.semesters.values().map(|listed| listed.lectures.len()).sum();
    let progress = ProgressBar::new(u64::try_from(total)?).with_style(style);
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

/// Prints the refused lines, the texts that were cut, the withdrawn lectures and the totals. Returns the exit code.
fn print_report(contents: &Contents, merges: &[(Semester, Merge)]) -> Result<ExitCode> {
    for (line, reason) in &contents.refused {
        print(format_args!("line {line}: refused: {reason}"))?;
    }
    for (line, column, max) in &contents.cut {
        print(format_args!("line {line}: column {column}: cut, because it has more than {max} characters"))?;
    }
    for (semester, merge) in merges {
        print_withdrawn(*semester, merge)?;
    }
    if contents.joined > 0 {
        print(format_args!("{} lines are further meetings of lectures in other lines.", contents.joined))?;
    }
    let total = |count: fn(&Merge) -> usize| merges.iter().map(|(_, merge)| count(merge)).sum::<usize>();
    print(format_args!(
        "{} lectures added, {} changed, {} unchanged, {} lectures withdrawn, {} lines refused.",
        total(|merge| merge.added),
        total(|merge| merge.changed),
        total(|merge| merge.unchanged),
        total(|merge| merge.withdrawn.len()),
        contents.refused.len(),
    ))?;
    Ok(if contents.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_withdrawn(semester: Semester, merge: &Merge) -> Result<()> {
    for facts in &merge.withdrawn {
        print(format_args!("{semester} {}: withdrawn: {}", name_of(facts.position()), facts.title))?;
    }
    Ok(())
}

/// Code and section of a lecture, for messages.
fn name_of((code, section): (&str, &str)) -> String {
    if section.is_empty() { code.to_owned() } else { format!("{code} {section}") }
}

#[cfg(test)]
mod tests;
