//! `campus search`.

use anyhow::Result;
use campus_core::domain::SchoolId;
use campus_core::store::{Schools, SearchIndex, Table};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::print;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put all posts into the search index again
    ///
    /// The service keeps the index by itself. This command repairs it, for example after failed records of the table's stream
    /// were lost: `campus audit` says which posts the index lacks. The service can run meanwhile. You can interrupt the command
    /// at any time: the next run continues where it stopped.
    #[command(after_help = EXIT_CODES)]
    Rebuild(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The school whose posts to index. The default is all schools
    #[arg(long, value_name = "ID", value_parser = args::school_id)]
    school: Option<SchoolId>,
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Rebuild(Options { school, table }) = command;
    let style = ProgressStyle::with_template("{spinner} {human_pos} posts, {per_sec}")?;
    let rebuild = async |table: &Table| {
        let index = SearchIndex::new(table.clone());
        let schools = Schools::new(table.clone()).all().await?;
        for school in schools.iter().filter(|listed| school.is_none_or(|school| listed.id == school)) {
            let progress = ProgressBar::new_spinner().with_style(style.clone());
            let posts = index.rebuild(school.id, |posts| progress.set_position(posts)).await;
            progress.finish_and_clear();
            print(format_args!("{}: {} posts indexed.", school.name.as_str(), posts?))?;
        }
        Ok(())
    };
    table.run(rebuild).await
}
