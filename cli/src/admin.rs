//! `campus admin`.

use anyhow::{Context, Result};
use campus_core::domain::{LoginId, Role};
use campus_core::store::{Logins, Table, Users};
use clap::Subcommand;

use crate::output::print;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a student an admin of the student's school
    ///
    /// An admin may change and delete the boards and posts of others, and delete their comments. The role applies from the
    /// student's next login or token refresh.
    #[command(after_help = EXIT_CODES)]
    Grant {
        /// The student's login id
        #[arg(value_parser = args::login_id)]
        login_id: LoginId,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Grant { login_id, table } = command;
    table.run(async |table| grant(table, &login_id).await).await?;
    print(format_args!("{} is an admin from the next login or token refresh.", login_id.as_str()))
}

async fn grant(table: &Table, login_id: &LoginId) -> Result<()> {
    let no_student = || format!("no student has the login id {}", login_id.as_str());
    let login = Logins::new(table.clone()).get(login_id).await?.with_context(no_student)?;
    Users::new(table.clone()).set_role(login.school_id, login.user_id, Role::Admin).await?;
    Ok(())
}
