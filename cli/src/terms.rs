//! `campus terms`.

use anyhow::{Context, Result};
use campus_core::domain::{SchoolId, Semester, Term};
use campus_core::store::{Table, Terms};
use chrono::NaiveDate;
use clap::Subcommand;

use crate::output::print;
use crate::schools::read_school;
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
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Set { semester, first_day, last_day, school, table } = command;
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
