//! `campus user`.

mod verify;

use std::process::ExitCode;

use anyhow::{Result, bail};
use axum::http::HeaderValue;
use campus_core::domain::LoginId;
use campus_core::store::{Error, Exports, Logins, PasswordResets, Table};
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
    /// Print everything that the service knows of a student, as JSON
    ///
    /// For a student who asks for the own data (the right of access). Has the profile, the sessions, and what the student
    /// wrote, chose and received; of others only what the service shows the student. Keys, password hashes and tokens are
    /// not in it. `not_included` lists what is left out, and why.
    #[command(after_help = EXIT_CODES)]
    Export(Student),
    /// Let a suspended student log in again
    #[command(after_help = EXIT_CODES)]
    Restore(Student),
    /// Print a link with which a student sets a new password
    ///
    /// For students who cannot get one by email, such as those without a verified address. The link works once, for 30
    /// minutes, and ends all sessions of the student. It gives the account to its holder: make sure that the person who asks
    /// is the student, and send it to nobody else. The table records that you have created it.
    #[command(after_help = EXIT_CODES)]
    ResetLink {
        /// The origin of the web client, such as https://campus.example. `campus dev` prints it as `App`
        #[arg(long, value_name = "URL", value_parser = args::origin)]
        app: HeaderValue,
        #[command(flatten)]
        student: Student,
    },
    /// Verify students whom you know to be students of their school
    ///
    /// Works under every policy of a school, and claims no email address: for a school without email domains, and for
    /// students who have no address yet. A verified student can use the whole service from the next login or token refresh.
    ///
    /// With --file, prints a line for each login id, with `verified`, `verified before` or `unknown` after a tab, and the
    /// numbers of each at the end. If a line of the file is not a login id, nobody is verified. You can interrupt the
    /// command and run it again.
    #[command(
        after_help = "Exit codes: 0 if all students are verified, 1 if a login id is unknown or the command fails, \
                            2 if the arguments are wrong."
    )]
    Verify(verify::Students),
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
pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Suspend(student) => change(student, "is suspended", async |logins, id| logins.suspend(id).await).await,
        Command::ResetLink { app, student } => reset_link(&app, student).await,
        Command::Export(student) => export(student).await,
        Command::Restore(student) => {
            change(student, "may log in again", async |logins, id| logins.restore(id).await).await
        }
        Command::Verify(students) => return verify::run(students).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

async fn reset_link(app: &HeaderValue, Student { login_id, table }: Student) -> Result<()> {
    let create = async |table: &Table| match PasswordResets::new(table.clone()).create_by_operator(&login_id).await {
        Err(Error::NotFound) => bail!("no student has the login id {}", login_id.as_str()),
        result => Ok(result?),
    };
    let token = table.run(create).await?;
    // Browsers do not send the fragment, so no log has the token.
    print(format_args!("{}/reset-password#{token}", app.to_str()?))
}

async fn export(Student { login_id, table }: Student) -> Result<()> {
    let export = async |table: &Table| match Exports::new(table.clone()).of(&login_id).await {
        Err(Error::NotFound) => bail!("no student has the login id {}", login_id.as_str()),
        result => Ok(result?),
    };
    print(serde_json::to_string_pretty(&table.run(export).await?)?)
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
