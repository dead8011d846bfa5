//! `campus lectures`.

mod contents;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use campus_core::domain::{Merge, SchoolId, Semester};
use campus_core::store::{Catalogues, Table};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

pub(crate) use self::contents::parse;
use self::contents::{Contents, SemesterLectures, read};
use crate::args;
use crate::output::print;
use crate::schools::read_school;
use crate::table_args::TableArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add and change lectures of a school from a CSV file
    ///
    /// The columns are semester, code, section, title, credit, professor, department, classification, academic_year,
    /// times, places, quota and remark. Semester, code and section identify a lecture: an existing lecture is changed and
    /// keeps its id. Lines that differ only in times and places are meetings of one lecture.
    ///
    /// A lecture that is missing from the file is kept and reported. A lecture that has an error in one of its lines is
    /// reported and skipped; the others are imported. Texts that are too long are cut and reported. The lectures of a
    /// semester become visible all at once. You can interrupt the command at any time and run it again.
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

/// Prints the refused lines, the texts that were cut, the unlisted lectures and the totals. Returns the exit code.
fn print_report(contents: &Contents, merges: &[(Semester, Merge)]) -> Result<ExitCode> {
    for (line, reason) in &contents.refused {
        print(format_args!("line {line}: refused: {reason}"))?;
    }
    for (line, column, max) in &contents.cut {
        print(format_args!("line {line}: column {column}: cut, because it has more than {max} characters"))?;
    }
    for (semester, merge) in merges {
        for facts in &merge.unlisted {
            print(format_args!("{semester} {}: no longer listed, kept: {}", name_of(facts.position()), facts.title))?;
        }
    }
    if contents.joined > 0 {
        print(format_args!("{} lines are further meetings of lectures in other lines.", contents.joined))?;
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

/// Code and section of a lecture, for messages.
fn name_of((code, section): (&str, &str)) -> String {
    if section.is_empty() { code.to_owned() } else { format!("{code} {section}") }
}

#[cfg(test)]
mod tests;
