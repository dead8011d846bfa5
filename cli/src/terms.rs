//! `campus terms`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use campus_core::domain::{SchoolId, SchoolTerm, Semester, Term};
use campus_core::store::{Table, Terms};
use chrono::NaiveDate;
use clap::Subcommand;

use crate::output::print;
use crate::schools::read_school;
use crate::sheet::{Layout, Sheet};
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set the first and the last day of a semester
    ///
    /// The calendars of the school's students repeat their lectures between these days. A term lasts at most a year, and
    /// begins within a year of its usual first day. Without this command, the usual terms apply, in 2026 as in other years:
    /// 2026-1 from 2 March and 2026-2 from 1 September, for 16 weeks; 2026-summer from 22 June and 2026-winter from
    /// 22 December, for 6 weeks.
    #[command(after_help = EXIT_CODES)]
    Set {
        /// The semester, such as 2026-1 or 2026-summer
        #[arg(value_parser = args::semester)]
        semester: Semester,
        /// The first day, such as 2026-03-02
        first_day: NaiveDate,
        /// The last day, such as 2026-06-19
        last_day: NaiveDate,
        /// The id of the school, which `campus schools list` prints
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Set the days off of a semester, such as public holidays
    ///
    /// The calendars of the school's students skip these days. The command replaces all days off of the semester; days
    /// outside of its term have no effect, and it is an error if no day can be in the semester. docs/samples/days-off-kr.csv has the public holidays of Korea.
    #[command(after_help = EXIT_CODES, group = clap::ArgGroup::new("given").required(true).multiple(true))]
    DaysOff {
        /// The semester, such as 2026-1 or 2026-summer
        #[arg(value_parser = args::semester)]
        semester: Semester,
        /// The days off, such as 2026-10-09
        #[arg(value_name = "DAY", group = "given")]
        days: Vec<NaiveDate>,
        /// A CSV file or .xlsx workbook with a column `date`; other columns, such as the name of a holiday, are ignored
        #[arg(long, group = "given")]
        file: Option<PathBuf>,
        /// The semester has no days off
        #[arg(long, group = "given", conflicts_with_all = ["days", "file"])]
        none: bool,
        /// The id of the school, which `campus schools list` prints
        #[arg(long, value_name = "ID", value_parser = args::school_id)]
        school: SchoolId,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Set { semester, first_day, last_day, school, table } => {
            set(semester, (first_day, last_day), school, &table).await
        }
        Command::DaysOff { semester, days, file, none: _, school, table } => {
            let mut days_off = file.as_deref().map(read).transpose()?.unwrap_or_default();
            days_off.extend(days);
            set_days_off(semester, days_off, school, &table).await
        }
    }
}

async fn set(
    semester: Semester,
    (first_day, last_day): (NaiveDate, NaiveDate),
    school: SchoolId,
    table: &TableArgs,
) -> Result<()> {
    let term = Term::new(semester, first_day, last_day).context(
        "a term must end after it begins, last at most a year, and begin within a year of its usual first day",
    )?;
    let set = async |table: &Table| {
        read_school(school, table).await?;
        Ok(Terms::new(table.clone()).set(school, semester, term).await?)
    };
    table.run(set).await?;
    print(format_args!("{semester} is from {} to {}.", term.first_day, term.last_day))
}

async fn set_days_off(
    semester: Semester,
    mut days_off: BTreeSet<NaiveDate>,
    school: SchoolId,
    table: &TableArgs,
) -> Result<()> {
    let given = days_off.len();
    // A file can have the holidays of many years.
    days_off.retain(|day| semester.can_contain(*day));
    ensure!(given == 0 || !days_off.is_empty(), "none of the days can be in {semester}: nothing is changed");
    let set = async |table: &Table| {
        read_school(school, table).await?;
        Ok(Terms::new(table.clone()).set_days_off(school, semester, &days_off).await?)
    };
    let SchoolTerm { term, days_off, .. } = table.run(set).await?;
    for day in &days_off {
        print(day)?;
    }
    let (count, outside) = (days_off.len(), given.saturating_sub(days_off.len()));
    let (first_day, last_day) = (term.first_day, term.last_day);
    print(format_args!("Days off of {semester}: {count}. Days that are not from {first_day} to {last_day}: {outside}."))
}

/// Reads a file of days off.
///
/// # Errors
/// All lines with an error.
fn read(file: &Path) -> Result<BTreeSet<NaiveDate>> {
    Sheet::read(file, &Layout::default(), |sheet| {
        let column = sheet.column("date")?;
        let days = sheet.parse_rows("nothing is changed", &sheet.rows, |row| row.date("date", column))?;
        ensure!(!days.is_empty(), "the file has no days");
        Ok(days.into_iter().collect())
    })
}
