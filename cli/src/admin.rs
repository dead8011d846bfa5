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
    /// An admin may change and delete the boards of others, and delete their posts, comments and reviews. The role applies
    /// from the student's next login or token refresh.
    #[command(after_help = EXIT_CODES)]
    Grant {
        /// The student's login id
        #[arg(value_parser = args::login_id)]
        login_id: LoginId,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Make an admin a student again
    ///
    /// From then on, every request that needs the role is refused. A student who is no admin stays a student.
    #[command(after_help = EXIT_CODES)]
    Revoke {
        /// The admin's login id
        #[arg(value_parser = args::login_id)]
        login_id: LoginId,
        #[command(flatten)]
        table: TableArgs,
    },
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    match command {
        Command::Grant { login_id, table } => {
            table.run(async |table| set_role(table, &login_id, Role::Admin).await).await?;
            print(format_args!("{} is an admin from the next login or token refresh.", login_id.as_str()))
        }
        Command::Revoke { login_id, table } => {
            table.run(async |table| set_role(table, &login_id, Role::Student).await).await?;
            print(format_args!("{} is a student.", login_id.as_str()))
        }
    }
}

async fn set_role(table: &Table, login_id: &LoginId, role: Role) -> Result<()> {
    let no_student = || format!("no student has the login id {}", login_id.as_str());
    let login = Logins::new(table.clone()).get(login_id).await?.with_context(no_student)?;
    Users::new(table.clone()).set_role(login.school_id, login.user_id, role).await?;
    Ok(())
}
