//! `campus search`.

use anyhow::Result;
use campus_core::domain::{School, SchoolId};
use campus_core::store::{Schools, SearchIndex, Table};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output::print;
use crate::schools::read_school;
use crate::table_args::TableArgs;
use crate::{EXIT_CODES, args};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put all posts into the search index again, and delete rows of the index that no post has
    ///
    /// The service keeps the index by itself. This command repairs it, for example after failed records of the table's stream
    /// were lost: `campus audit` says for which posts the index is wrong. The command reads the whole table. The service can run
    /// meanwhile. You can interrupt the command at any time: a run within a day continues where it stopped.
    #[command(after_help = EXIT_CODES)]
    Rebuild(Options),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The school whose posts to index. The default is all schools
    #[arg(long, value_name = "ID", value_parser = args::school_id)]
    school: Option<SchoolId>,
    /// Begin with the first post, even if the last run was interrupted
    #[arg(long)]
    restart: bool,
    #[command(flatten)]
    table: TableArgs,
}

/// Runs the command.
pub(crate) async fn run(command: Command) -> Result<()> {
    let Command::Rebuild(Options { school, restart, table }) = command;
    let rebuild = async |table: &Table| {
        let schools = match school {
            Some(school) => vec![read_school(school, table).await?],
            None => Schools::new(table.clone()).all().await?,
        };
        remove_strays(school, table).await?;
        for school in &schools {
            rebuild_school(school, restart, table).await?;
        }
        Ok(())
    };
    table.run(rebuild).await
}

async fn remove_strays(school: Option<SchoolId>, table: &Table) -> Result<()> {
    let style = ProgressStyle::with_template("{spinner} {human_pos} rows, {per_sec}")?;
    let progress = ProgressBar::new_spinner().with_style(style);
    let removed = SearchIndex::new(table.clone()).remove_strays(school, |rows| progress.set_position(rows)).await;
    progress.finish_and_clear();
    print(format_args!("{} rows of the index deleted that no post had.", removed?))
}

async fn rebuild_school(school: &School, restart: bool, table: &Table) -> Result<()> {
    let (index, name) = (SearchIndex::new(table.clone()), school.name.as_str());
    if restart {
        index.restart_rebuild(school.id).await?;
    }
    if let Some(posts) = index.stopped_rebuild(school.id).await? {
        print(format_args!("{name}: continuing after {posts} posts. `--restart` begins with the first."))?;
    }
    let style = ProgressStyle::with_template("{spinner} {human_pos} posts, {per_sec}")?;
    let progress = ProgressBar::new_spinner().with_style(style);
    let posts = index.rebuild(school.id, |posts| progress.set_position(posts)).await;
    progress.finish_and_clear();
    print(format_args!("{name}: {} posts indexed.", posts?))
}
