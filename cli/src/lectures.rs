//! `campus lectures`.

mod contents;
mod mapping;
mod report;
mod times;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use campus_core::domain::{Catalogue, Merge, SchoolId, Semester};
use campus_core::store::{Catalogues, Error, LectureIndex, Table};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

pub(crate) use self::contents::Contents;
use self::report::{ReportOptions, SemesterReport, print_report};
use crate::output::print;
use crate::schools::read_school;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add, change and withdraw lectures of a school as a file lists them
    ///
    /// The file is a text with columns, such as CSV, in UTF-8, UTF-16 or CP949 and with commas, semicolons or tabs; or an
    /// .xlsx workbook. Without a mapping, the columns are semester, code, section, title, credit, professor, department,
    /// classification, academic_year, times, places, quota and remark; a column state is optional, and says `cancelled` for a
    /// cancelled lecture. Semester, code and section identify a lecture: an existing lecture is changed and keeps its id. Rows
    /// that differ only in times and places are meetings of one lecture.
    ///
    /// A lecture of these semesters that is missing from the file is withdrawn: timetables keep it, and show that it is
    /// withdrawn. It comes back if a later file lists it. If 10 or more lectures, and more than a third of a semester, would
    /// be withdrawn, nothing is imported without `--withdraw-many`: the file may be a part of the catalogue. If a row has an
    /// error, nothing is imported. Texts that are too long are cut and reported. The lectures of a semester become visible
    /// all at once. You can interrupt the command at any time and run it again, and undo the import of a semester by
    /// `campus lectures undo`.
    #[command(after_help = EXIT_CODES)]
    Import {
        /// The file, with the names of the columns in the first row
        file: PathBuf,
        /// The id of the school, which `campus schools list` prints
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        /// A TOML file that says what the columns of the file are: the operations guide describes it
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
        /// Print what the import would change, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// Print all new and changed lectures and all warnings, instead of the first ones
        #[arg(long)]
        all: bool,
        /// Import the file even if it lacks more than a third of the lectures of a semester
        #[arg(long)]
        withdraw_many: bool,
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
    /// Write the index again that says which students have a lecture in a timetable
    ///
    /// The index is used to tell students of changes of their lectures. Run this if `campus audit` reports indexed lectures
    /// twice, such as after a restore from a backup. It reads the whole table.
    #[command(after_help = EXIT_CODES)]
    Reindex {
        #[command(flatten)]
        table: TableArgs,
    },
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Import { file, school, mapping, dry_run, all, withdraw_many, table } => {
            let contents = Contents::read(&file, mapping.as_deref())?;
            run_import(&contents, school, withdraw_many, ReportOptions { all, dry_run }, &table).await
        }
        Command::Undo { semester, school, table } => run_undo(semester, school, &table).await,
        Command::Reindex { table } => run_reindex(&table).await,
    }
}

async fn run_import(
    contents: &Contents,
    school: SchoolId,
    withdraw_many: bool,
    options: ReportOptions,
    table: &TableArgs,
) -> Result<()> {
    let mut reports = Vec::new();
    let import = async |table: &Table| {
        read_school(school, table).await?;
        let catalogues = Catalogues::new(table.clone());
        let previews = preview(contents, school, &catalogues).await?;
        let check = if withdraw_many { Ok(()) } else { previews.iter().try_for_each(check_withdrawn) };
        if options.dry_run {
            let report = |(semester, before, merge)| SemesterReport::new(semester, &before, merge);
            reports.extend(previews.into_iter().map(report));
            return check;
        }
        check?;
        import(contents, school, &catalogues, &previews, &mut reports).await
    };
    let imported = table.run(import).await;
    // If a semester fails, the semesters before it are imported.
    if imported.is_ok() || !reports.is_empty() {
        print_report(contents, &reports, options)?;
    }
    imported
}

/// The catalogue of a semester, and what an import would make of it.
type Preview = (Semester, Catalogue, Merge);

/// Returns what the import would change in each semester.
///
/// # Errors
/// If a catalogue would be too large.
async fn preview(contents: &Contents, school: SchoolId, catalogues: &Catalogues) -> Result<Vec<Preview>> {
    let mut previews = Vec::new();
    for (semester, lectures) in &contents.semesters {
        let preview = catalogues.preview(school, *semester, lectures).await;
        let (before, merge) = preview.with_context(|| format!("{semester} cannot be imported"))?;
        previews.push((*semester, before, merge));
    }
    Ok(previews)
}

/// Checks that an import does not withdraw a large part of a semester: its file may be a part of the catalogue.
fn check_withdrawn((semester, before, merge): &Preview) -> Result<()> {
    const MIN: usize = 10;
    let (withdrawn, all) = (merge.withdrawn.len(), before.searchable().count());
    ensure!(
        withdrawn < MIN || withdrawn.saturating_mul(3) <= all,
        "nothing is imported: {withdrawn} of {all} lectures of {semester} would be withdrawn. If the file has all lectures \
         of the semester, run with --withdraw-many"
    );
    Ok(())
}

async fn import(
    contents: &Contents,
    school: SchoolId,
    catalogues: &Catalogues,
    previews: &[Preview],
    reports: &mut Vec<SemesterReport>,
) -> Result<()> {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?;
    let total: usize = contents.semesters.values().map(Vec::len).sum();
    let progress = ProgressBar::new(u64::try_from(total)?).with_style(style);
    for ((semester, lectures), (_, before, _)) in contents.semesters.iter().zip(previews) {
        progress.set_message(semester.to_string());
        let (start, count) = (progress.position(), lectures.len());
        let on_chunk = |written: usize, chunks: usize| {
            let done = count.saturating_mul(written).checked_div(chunks).unwrap_or(count);
            progress.set_position(start.saturating_add(u64::try_from(done).unwrap_or(0)));
        };
        let merge = catalogues.import(school, *semester, lectures, on_chunk).await;
        let merge = merge.with_context(|| format!("the catalogue of {semester} is unchanged"))?;
        reports.push(SemesterReport::new(*semester, before, merge));
        progress.set_position(start.saturating_add(u64::try_from(count)?));
    }
    progress.finish_and_clear();
    Ok(())
}

async fn run_undo(semester: Semester, school: SchoolId, table: &TableArgs) -> Result<()> {
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
    for facts in &merge.withdrawn {
        print(format_args!("{semester} {}: withdrawn: {}", name_of(facts.position()), facts.title))?;
    }
    let (changed, withdrawn) = (merge.changed, merge.withdrawn.len());
    print(format_args!("{semester} is as before its last import: {changed} lectures changed, {withdrawn} withdrawn."))
}

async fn run_reindex(table: &TableArgs) -> Result<()> {
    let style = ProgressStyle::with_template("{spinner} {human_pos} rows")?;
    let rebuild = async |table: &Table| {
        let progress = ProgressBar::new_spinner().with_style(style);
        let rebuilt = LectureIndex::new(table.clone()).rebuild(|rows| progress.set_position(rows)).await;
        progress.finish_and_clear();
        Ok(rebuilt?)
    };
    table.run(rebuild).await?;
    print("All lectures of timetables are indexed.")
}

/// Code and section of a lecture, for messages.
fn name_of((code, section): (&str, &str)) -> String {
    if section.is_empty() { code.to_owned() } else { format!("{code} {section}") }
}

#[cfg(test)]
mod tests;
