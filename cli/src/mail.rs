//! `campus mail`.

use anyhow::{Context, Result};
use campus_core::domain::Email;
use campus_core::store::{Keys, Suppressions, Table};
use clap::{Args, Subcommand};

use crate::output::print;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send mail again to an address that gets no more mail
    ///
    /// An address gets no more mail after a bounce or a complaint. A bounce concerns one spelling: enter the address as the
    /// student did. Remove the address from the suppression list of SES, too.
    #[command(after_help = EXIT_CODES)]
    Unsuppress(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The email address
    #[arg(value_parser = args::email)]
    address: Email,
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Unsuppress(Options { address, table }) = command;
    let remove = async |table: &Table| {
        let key =
            Keys::new(table.clone()).mail().await?.context("the table has no mail key: run `campus keys generate`")?;
        let suppressions = Suppressions::new(table.clone(), &key).context("the mail key of the table is malformed")?;
        Ok(suppressions.remove(&address).await?)
    };
    let result = if table.run(remove).await? { "gets mail again" } else { "was not suppressed" };
    print(format_args!("{} {result}.", address.as_str()))
}
