//! `campus user`.

use anyhow::{Result, bail};
use campus_core::domain::LoginId;
use campus_core::store::{Error, Logins, Table};
use clap::{Args, Subcommand};

use crate::output::print;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Refuse the logins of a student, and end all sessions
    ///
    /// The student can write nothing from now on, and can read nothing as soon as the last access token has expired, after
    /// at most ten minutes. Posts and comments of the student stay.
    #[command(after_help = EXIT_CODES)]
    Suspend(Student),
    /// Let a suspended student log in again
    #[command(after_help = EXIT_CODES)]
    Restore(Student),
}

#[derive(Debug, Args)]
pub(crate) struct Student {
    /// The student's login id
    #[arg(value_parser = args::login_id)]
    login_id: LoginId,
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Suspend(student) => change(student, "is suspended", async |logins, id| logins.suspend(id).await).await,
        Command::Restore(student) => {
            change(student, "may log in again", async |logins, id| logins.restore(id).await).await
        }
    }
}

async fn change(
    Student { login_id, table }: Student,
    done: &str,
    change: impl AsyncFnOnce(&Logins, &LoginId) -> Result<(), Error>,
) -> Result<()> {
    let login_id = &login_id;
    let change = async |table: &Table| match change(&Logins::new(table.clone()), login_id).await {
        Err(Error::NotFound) => bail!("no student has the login id {}", login_id.as_str()),
        result => Ok(result?),
    };
    table.run(change).await?;
    print(format_args!("{} {done}.", login_id.as_str()))
}
